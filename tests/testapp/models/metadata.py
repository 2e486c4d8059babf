"""``Meta`` options that take something away: permissions, tables, editable names."""

from __future__ import annotations

from django.db import models
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _


class NoPermissions(models.Model):
    name = models.CharField(max_length=40)

    class Meta:
        default_permissions = ()


class ViewPermissionOnly(models.Model):
    name = models.CharField(max_length=40)

    class Meta:
        default_permissions = ("view",)
        permissions = (("audit_viewpermissiononly", "Can audit"),)


class LazyNames(models.Model):
    """Translated names, an empty one, and markup."""

    name = models.CharField(_("Name"), max_length=40, help_text=_("A <b>translated</b> text"))
    nameless = models.CharField("", max_length=40, blank=True)
    late = models.CharField(lazy(lambda: "computed late", str)(), max_length=40, blank=True)

    class Meta:
        verbose_name = _("Lazy \U0001f600 name")
        verbose_name_plural = _("<i>Lazy names</i>")


class OtherTable(models.Model):
    """Read by two models through one table, one of them unmanaged."""

    name = models.CharField(max_length=40)
    amount = models.IntegerField(default=0)

    class Meta:
        db_table = "testapp_shared_table"
        default_related_name = "other_tables"
        select_on_save = True


class UnmanagedTable(models.Model):
    """Its table is made by other means: see apps.py."""

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=40)
    amount = models.IntegerField(default=0)

    class Meta:
        managed = False
        db_table = "testapp_unmanaged"


class SharedTable(models.Model):
    """Another model on OtherTable's table, without one of the columns."""

    name = models.CharField(max_length=40)

    class Meta:
        managed = False
        db_table = "testapp_shared_table"


class ProductView(models.Model):
    """A view with a row a product; it points back at the tables."""

    sku = models.OneToOneField(
        "Product", models.DO_NOTHING, primary_key=True, db_column="sku", related_name="+", db_constraint=False
    )
    category = models.ForeignKey("Category", models.DO_NOTHING, related_name="+", db_constraint=False)
    double_price = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        managed = False
        db_table = "testapp_product_view"
        ordering = ("category",)


class CategoryTotals(models.Model):
    """A view that aggregates, and so can never be written."""

    id = models.IntegerField(primary_key=True)
    name = models.CharField(max_length=80)
    product_count = models.IntegerField()

    class Meta:
        managed = False
        db_table = "testapp_category_totals"
