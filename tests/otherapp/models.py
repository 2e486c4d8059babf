"""Namesakes of the first app's models, of other shapes."""

from __future__ import annotations

from django.db import models


class Product(models.Model):
    """A number for a key where its namesake has a text."""

    title = models.CharField(max_length=60)
    original = models.ForeignKey(
        "testapp.Product", models.SET_NULL, null=True, blank=True, related_name="other_products"
    )
    price = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.title


class Tag(models.Model):
    word = models.CharField(max_length=40, primary_key=True)
    products = models.ManyToManyField(Product, blank=True, related_name="tags")
    others = models.ManyToManyField("testapp.Tag", blank=True, related_name="other_tags")

    def __str__(self) -> str:
        return self.word


class Order(models.Model):
    status = models.BooleanField(default=False)
    items = models.IntegerField(default=0)
    customer = models.ForeignKey("testapp.Customer", models.PROTECT, related_name="other_orders")
