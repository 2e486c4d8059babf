"""An ordinary shop: the models that most behaviour tests are about."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models


class Category(models.Model):
    """A self-referencing category; products protect it."""

    name = models.CharField(max_length=80, unique=True)
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    description = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "name")
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A label for products."""

    name = models.CharField(max_length=40)
    slug = models.SlugField(unique=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """A UUID key, choices, validators, a secret column and a ``clean`` that rejects."""

    class Tier(models.TextChoices):
        REGULAR = "regular", "Regular"
        SILVER = "silver", "Silver"
        GOLD = "gold", "Gold"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("full name", max_length=100)
    email = models.EmailField(unique=True, help_text="Where invoices go.")
    tier = models.CharField(max_length=10, choices=Tier.choices, default=Tier.REGULAR)
    phone = models.CharField(
        max_length=20, blank=True, validators=[RegexValidator(r"^\+?[0-9 ]+$", "Digits and spaces only.")]
    )
    credit = models.DecimalField(max_digits=10, decimal_places=2, default=0, validators=[MinValueValidator(0)])
    birthday = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    api_token = models.CharField(max_length=64, blank=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.email.endswith("@blocked.example"):
            raise ValidationError({"email": "This domain is blocked."})
        if self.name and self.name == self.email:
            raise ValidationError("The name must not be the email address.")


class Product(models.Model):
    """A string key, a decimal, JSON, an image, tags, a check and a unique constraint."""

    sku = models.CharField("SKU", max_length=20, primary_key=True)
    name = models.CharField(max_length=100)
    category = models.ForeignKey(Category, models.PROTECT, related_name="products")
    price = models.DecimalField(max_digits=10, decimal_places=2)
    tags = models.ManyToManyField(Tag, blank=True, related_name="products")
    attributes = models.JSONField(default=dict, blank=True)
    image = models.ImageField(upload_to="products", blank=True)
    description = models.TextField(blank=True)
    website = models.URLField(blank=True)
    stock = models.IntegerField(default=0)
    is_available = models.BooleanField(default=True)
    released = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(price__gte=0),
                name="testapp_product_price_not_negative",
                violation_error_message="The price must not be negative.",
            ),
            models.UniqueConstraint(fields=("category", "name"), name="testapp_product_category_name"),
        )

    def __str__(self) -> str:
        return self.name


class ActiveCoupons(models.Manager["Coupon"]):
    """Hides the coupons that are no longer active."""

    def get_queryset(self) -> models.QuerySet[Coupon]:
        return super().get_queryset().filter(is_active=True)


class Coupon(models.Model):
    """The default manager hides rows; orders point at hidden ones too."""

    code = models.CharField(max_length=20, unique=True)
    percent = models.PositiveSmallIntegerField(default=10)
    is_active = models.BooleanField(default=True)

    objects = ActiveCoupons()
    everything: models.Manager[Coupon] = models.Manager()

    def __str__(self) -> str:
        return self.code


class Order(models.Model):
    """Foreign keys of each common kind, choices, dates, durations, a secret and a read-only column."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PAID = "paid", "Paid"
        SHIPPED = "shipped", "Shipped"
        CANCELLED = "cancelled", "Cancelled"

    class Priority(models.IntegerChoices):
        LOW = 1, "Low"
        NORMAL = 2, "Normal"
        HIGH = 3, "High"

    number = models.CharField(max_length=20, unique=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="orders")
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="orders")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="assigned_orders"
    )
    coupon = models.ForeignKey(Coupon, models.SET_NULL, null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    priority = models.IntegerField(choices=Priority.choices, default=Priority.NORMAL)
    total = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    discount = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    weight = models.FloatField(null=True, blank=True)
    comment = models.TextField(blank=True)
    secret_note = models.CharField(max_length=100, blank=True)
    is_gift = models.BooleanField(default=False)
    gift_wrapped = models.BooleanField(null=True, blank=True)
    ordered_on = models.DateField()
    deliver_at = models.TimeField(null=True, blank=True)
    delivery_window = models.DurationField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-ordered_on",)

    def __str__(self) -> str:
        return f"Order {self.number}"


class OrderItem(models.Model):
    """A line of an order, edited inline."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, models.PROTECT, related_name="order_items")
    quantity = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])
    unit_price = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("order", "product"), name="testapp_orderitem_order_product"),)

    def __str__(self) -> str:
        return f"{self.quantity} pieces"


class Event(models.Model):
    """Served read-only."""

    class Level(models.IntegerChoices):
        INFO = 10, "Info"
        ERROR = 40, "Error"

    name = models.CharField(max_length=60)
    level = models.SmallIntegerField(choices=Level.choices, default=Level.INFO)
    size = models.BigIntegerField(default=0)
    ip = models.GenericIPAddressField("IP address", null=True, blank=True)
    payload = models.JSONField(null=True, blank=True)
    happened_at = models.DateTimeField()

    class Meta:
        ordering = ("-happened_at",)

    def __str__(self) -> str:
        return self.name


class Attachment(models.Model):
    """A file and an image."""

    order = models.ForeignKey(Order, models.CASCADE, null=True, blank=True, related_name="attachments")
    title = models.CharField(max_length=60)
    file = models.FileField(upload_to="attachments")
    image = models.ImageField(upload_to="attachments", null=True, blank=True)

    def __str__(self) -> str:
        return self.title


class Review(models.Model):
    """``__str__`` walks one relation; its config has save and delete hooks."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="reviews")
    stars = models.PositiveSmallIntegerField(default=3)
    text = models.TextField(blank=True)
    moderated_by = models.CharField(max_length=150, blank=True, editable=False)

    def __str__(self) -> str:
        return f"{self.product.name}: {self.stars}"


class Shipment(models.Model):
    """``__str__`` walks two relations; its config hides ``cost`` from everybody but superusers."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="shipments")
    carrier = models.CharField(max_length=40)
    cost = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    sent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.carrier} to {self.order.customer.name}"


class Note(models.Model):
    """Its config shows a user only the public notes and their own."""

    title = models.CharField(max_length=60)
    text = models.TextField(blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="notes")
    is_public = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class Folder(models.Model):
    """Points at scoped rows by a foreign key and a many-to-many field."""

    name = models.CharField(max_length=60)
    cover = models.ForeignKey(Note, models.SET_NULL, null=True, blank=True, related_name="covered_folders")
    notes = models.ManyToManyField(Note, blank=True, related_name="folders")

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Vault(models.Model):
    """Its config's delete permission check raises, and its change check depends on the row."""

    name = models.CharField(max_length=60)
    is_locked = models.BooleanField(default=False)
    contents = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.name == "rejected by save":
            raise ValidationError({"name": "save() rejects this name."})
        super().save(*args, **kwargs)
