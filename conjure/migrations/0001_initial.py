"""The table as django-conjure 0.6.1 made it by a migration of this name, so that its databases need not run this."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AdminAuditLog",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("model_label", models.CharField(max_length=100)),
                ("object_pk", models.CharField(max_length=64)),
                ("object_repr", models.CharField(blank=True, default="", max_length=200)),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("create", "Create"),
                            ("update", "Update"),
                            ("delete", "Delete"),
                            ("bulk_update", "Bulk update"),
                            ("bulk_delete", "Bulk delete"),
                        ],
                        max_length=20,
                    ),
                ),
                ("diff", models.JSONField(blank=True, null=True)),
                ("ip", models.GenericIPAddressField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="conjure_audit_logs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "admin audit log",
                "verbose_name_plural": "admin audit logs",
                "db_table": "conjure_audit_log",
                "ordering": ["-created_at"],
                "indexes": [
                    models.Index(fields=["model_label", "object_pk"], name="conjure_audit_target_idx"),
                    models.Index(fields=["-created_at"], name="conjure_audit_created_idx"),
                ],
            },
        ),
    ]
