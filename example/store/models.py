"""Chinook's sales: customer, employee, invoice, invoice line; and the refunds and vouchers that it lacks."""

from __future__ import annotations

import uuid
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import (
    FileExtensionValidator,
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
)
from django.db import models
from django.db.models import F, Q, Sum
from django.utils import timezone

validate_country_code = RegexValidator(r"^[A-Z]{2}\Z", "Enter two capital letters, as ISO 3166-1 has them.")
validate_phone = RegexValidator(r"^\+?[0-9 ()-]+\Z", "Enter digits, spaces, hyphens and brackets only.")
validate_voucher_code = RegexValidator(r"^[A-Z0-9-]{4,20}\Z", "Enter 4 to 20 capital letters, digits and hyphens.")


class Country(models.Model):
    """A model whose primary key is text: the ISO 3166-1 code."""

    code = models.CharField(max_length=2, primary_key=True, validators=[validate_country_code])
    name = models.CharField(max_length=60, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "countries"

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """What customers and employees have in common: a name and where to reach them."""

    first_name = models.CharField(max_length=40)
    last_name = models.CharField(max_length=40)
    email = models.EmailField("e-mail address", unique=True, max_length=120)
    phone = models.CharField(max_length=24, blank=True, validators=[validate_phone])
    fax = models.CharField(max_length=24, blank=True, validators=[validate_phone])
    address = models.CharField(max_length=80, blank=True)
    city = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=40, blank=True)
    postal_code = models.CharField(max_length=12, blank=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="%(class)ss")

    class Meta:
        abstract = True
        ordering = ["last_name", "first_name"]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Employee(Person):
    title = models.CharField("job title", max_length=60)
    reports_to = models.ForeignKey(
        "self", on_delete=models.SET_NULL, related_name="reports", null=True, blank=True, verbose_name="reports to"
    )
    birth_date = models.DateField(null=True, blank=True)
    hire_date = models.DateField()

    class Meta(Person.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_date__isnull=True) | Q(hire_date__gt=F("birth_date")),
                name="employee_hired_after_birth",
            )
        ]

    def clean(self) -> None:
        super().clean()
        if self.pk is not None and self.reports_to_id == self.pk:
            raise ValidationError({"reports_to": "Nobody reports to themselves."})


class Customer(Person):
    company = models.CharField(max_length=80, blank=True)
    support_rep = models.ForeignKey(
        Employee,
        on_delete=models.SET_NULL,
        related_name="customers",
        null=True,
        blank=True,
        verbose_name="support representative",
    )
    preferences = models.JSONField(
        default=dict, blank=True, help_text="What the customer told us: newsletter, favourite genres."
    )
    notes = models.TextField(blank=True, help_text="Seen by staff only.")

    class Meta(Person.Meta):
        pass


class Invoice(models.Model):
    class Status(models.TextChoices):
        OPEN = "open", "Open"
        OVERDUE = "overdue", "Overdue"
        PAID = "paid", "Paid"
        REFUNDED = "refunded", "Refunded"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="invoices")
    invoice_date = models.DateTimeField(default=timezone.now, db_index=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    billing_address = models.CharField(max_length=80, blank=True)
    billing_city = models.CharField(max_length=40, blank=True)
    billing_state = models.CharField(max_length=40, blank=True)
    billing_postal_code = models.CharField(max_length=12, blank=True)
    billing_country = models.ForeignKey(
        Country, on_delete=models.PROTECT, related_name="invoices", null=True, blank=True
    )
    total = models.DecimalField(
        max_digits=10, decimal_places=2, default=Decimal("0.00"), validators=[MinValueValidator(Decimal("0.00"))]
    )
    receipt = models.FileField(upload_to="receipts", blank=True, validators=[FileExtensionValidator(["pdf", "txt"])])

    class Meta:
        ordering = ["-invoice_date", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=0), name="invoice_total_not_negative"),
            models.CheckConstraint(
                condition=Q(status__in=["open", "overdue", "paid", "refunded"]), name="invoice_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"Invoice {self.pk}"

    def update_total(self) -> None:
        """Set the total to the sum of the lines, and save it."""
        amounts = self.lines.aggregate(total=Sum(F("unit_price") * F("quantity")))
        # SQLite sums decimals as floating-point numbers.
        self.total = round(amounts["total"] or Decimal(0), 2)
        self.save(update_fields=["total"])


class InvoiceLine(models.Model):
    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    track = models.ForeignKey("catalog.Track", on_delete=models.PROTECT, related_name="invoice_lines")
    unit_price = models.DecimalField(
        "price", max_digits=6, decimal_places=2, validators=[MinValueValidator(Decimal("0.00"))]
    )
    quantity = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["invoice", "id"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "track"], name="invoice_line_track_once_an_invoice"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="invoice_line_unit_price_not_negative"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="invoice_line_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.track}"


class Refund(models.Model):
    """Money given back for one invoice; only the refund action makes one, so its config is read-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="refund")
    amount = models.DecimalField(max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal("0.00"))])
    reason = models.TextField()
    refunded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    paid_out_at = models.DateTimeField("paid out at", null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="refund_amount_not_negative")]

    def __str__(self) -> str:
        return f"Refund of {self.invoice}"


class Voucher(models.Model):
    """A model whose primary key is a UUID, and that can be written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=20, unique=True, validators=[validate_voucher_code])
    customer = models.ForeignKey(
        Customer,
        on_delete=models.CASCADE,
        related_name="vouchers",
        null=True,
        blank=True,
        help_text="Empty for a voucher that anybody may use.",
    )
    percent = models.PositiveSmallIntegerField(
        "discount in per cent", validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    valid_from = models.DateField()
    valid_until = models.DateField()
    is_active = models.BooleanField("active", default=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=1) & Q(percent__lte=100), name="voucher_percent_within_range"
            ),
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="voucher_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        super().clean()
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": "A voucher cannot end before it starts."})
