"""Models on two databases: accounts and books here, the history of loans in the archive."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models


class AccountManager(BaseUserManager["Account"]):
    """Accounts are known by their addresses."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email__iexact=username)


class Account(AbstractBaseUser, PermissionsMixin):
    """A user without a user name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    objects = AccountManager()
    USERNAME_FIELD = "email"

    def __str__(self) -> str:
        return self.email


class Book(models.Model):
    title = models.CharField(max_length=80)
    owner = models.ForeignKey(Account, models.CASCADE, related_name="books")
    readers = models.ManyToManyField(Account, blank=True, related_name="read_books")

    def __str__(self) -> str:
        return f"{self.title} of {self.owner}"


class Shelf(models.Model):
    """In the archive."""

    name = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.name


class Loan(models.Model):
    """In the archive, too; it knows of the account only by its id."""

    shelf = models.ForeignKey(Shelf, models.CASCADE, related_name="loans")
    labels = models.ManyToManyField("Label", blank=True)
    account_id = models.UUIDField(default=uuid.uuid4)
    lent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.shelf}: {self.account_id}"


class Label(models.Model):
    """In the archive."""

    text = models.CharField(max_length=20)

    class Meta:
        ordering = ["text"]

    def __str__(self) -> str:
        return self.text


class Slot(models.Model):
    """Its ``save`` takes nothing but a plain word."""

    code = models.CharField(max_length=12, unique=True)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.code

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not (self.code.isascii() and self.code.isalnum()) or self.note:
            raise ValueError("A slot has a plain code and no note.")
        super().save(*args, **kwargs)


class Cart(models.Model):
    name = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.name


class CartLine(models.Model):
    """Its label asks the database once a row."""

    cart = models.ForeignKey(Cart, models.CASCADE, related_name="lines")

    def __str__(self) -> str:
        return f"Line {self.pk} of {self.cart.lines.count()}"
