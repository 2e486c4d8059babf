"""The first tables of the store."""

import uuid
from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Country",
            fields=[
                (
                    "code",
                    models.CharField(
                        max_length=2,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{2}\\Z", "Enter two capital letters, as ISO 3166-1 has them."
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True)),
            ],
            options={
                "verbose_name_plural": "countries",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Employee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_name", models.CharField(max_length=40)),
                ("last_name", models.CharField(max_length=40)),
                ("email", models.EmailField(max_length=120, unique=True, verbose_name="e-mail address")),
                (
                    "phone",
                    models.CharField(
                        blank=True,
                        max_length=24,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\+?[0-9 ()-]+\\Z", "Enter digits, spaces, hyphens and brackets only."
                            )
                        ],
                    ),
                ),
                (
                    "fax",
                    models.CharField(
                        blank=True,
                        max_length=24,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\+?[0-9 ()-]+\\Z", "Enter digits, spaces, hyphens and brackets only."
                            )
                        ],
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=80)),
                ("city", models.CharField(blank=True, max_length=40)),
                ("state", models.CharField(blank=True, max_length=40)),
                ("postal_code", models.CharField(blank=True, max_length=12)),
                ("title", models.CharField(max_length=60, verbose_name="job title")),
                ("birth_date", models.DateField(blank=True, null=True)),
                ("hire_date", models.DateField()),
                (
                    "country",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="%(class)ss", to="store.country"
                    ),
                ),
                (
                    "reports_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reports",
                        to="store.employee",
                        verbose_name="reports to",
                    ),
                ),
            ],
            options={
                "ordering": ["last_name", "first_name"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_name", models.CharField(max_length=40)),
                ("last_name", models.CharField(max_length=40)),
                ("email", models.EmailField(max_length=120, unique=True, verbose_name="e-mail address")),
                (
                    "phone",
                    models.CharField(
                        blank=True,
                        max_length=24,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\+?[0-9 ()-]+\\Z", "Enter digits, spaces, hyphens and brackets only."
                            )
                        ],
                    ),
                ),
                (
                    "fax",
                    models.CharField(
                        blank=True,
                        max_length=24,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\+?[0-9 ()-]+\\Z", "Enter digits, spaces, hyphens and brackets only."
                            )
                        ],
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=80)),
                ("city", models.CharField(blank=True, max_length=40)),
                ("state", models.CharField(blank=True, max_length=40)),
                ("postal_code", models.CharField(blank=True, max_length=12)),
                ("company", models.CharField(blank=True, max_length=80)),
                (
                    "preferences",
                    models.JSONField(
                        blank=True, default=dict, help_text="What the customer told us: newsletter, favourite genres."
                    ),
                ),
                ("notes", models.TextField(blank=True, help_text="Seen by staff only.")),
                (
                    "country",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="%(class)ss", to="store.country"
                    ),
                ),
                (
                    "support_rep",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="customers",
                        to="store.employee",
                        verbose_name="support representative",
                    ),
                ),
            ],
            options={
                "ordering": ["last_name", "first_name"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("invoice_date", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("overdue", "Overdue"), ("paid", "Paid"), ("refunded", "Refunded")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("billing_address", models.CharField(blank=True, max_length=80)),
                ("billing_city", models.CharField(blank=True, max_length=40)),
                ("billing_state", models.CharField(blank=True, max_length=40)),
                ("billing_postal_code", models.CharField(blank=True, max_length=12)),
                (
                    "total",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=10,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.00"))],
                    ),
                ),
                (
                    "receipt",
                    models.FileField(
                        blank=True,
                        upload_to="receipts",
                        validators=[django.core.validators.FileExtensionValidator(["pdf", "txt"])],
                    ),
                ),
                (
                    "billing_country",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="store.country",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="store.customer"
                    ),
                ),
            ],
            options={
                "ordering": ["-invoice_date", "-id"],
            },
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "unit_price",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=6,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.00"))],
                        verbose_name="price",
                    ),
                ),
                (
                    "quantity",
                    models.PositiveIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)]),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="store.invoice"
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoice_lines", to="catalog.track"
                    ),
                ),
            ],
            options={
                "ordering": ["invoice", "id"],
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=10,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.00"))],
                    ),
                ),
                ("reason", models.TextField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("paid_out_at", models.DateTimeField(blank=True, null=True, verbose_name="paid out at")),
                (
                    "invoice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refund", to="store.invoice"
                    ),
                ),
                (
                    "refunded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Voucher",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "code",
                    models.CharField(
                        max_length=20,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z0-9-]{4,20}\\Z", "Enter 4 to 20 capital letters, digits and hyphens."
                            )
                        ],
                    ),
                ),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="discount in per cent",
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField()),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty for a voucher that anybody may use.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="vouchers",
                        to="store.customer",
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.AddConstraint(
            model_name="employee",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("birth_date__isnull", True), ("hire_date__gt", models.F("birth_date")), _connector="OR"
                ),
                name="employee_hired_after_birth",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(condition=models.Q(("total__gte", 0)), name="invoice_total_not_negative"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "overdue", "paid", "refunded"])), name="invoice_status_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.UniqueConstraint(fields=("invoice", "track"), name="invoice_line_track_once_an_invoice"),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit_price__gte", 0)), name="invoice_line_unit_price_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gte", 1)), name="invoice_line_quantity_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="refund_amount_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="voucher",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__gte", 1), ("percent__lte", 100)), name="voucher_percent_within_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="voucher",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_until__gte", models.F("valid_from"))), name="voucher_dates_in_order"
            ),
        ),
    ]
