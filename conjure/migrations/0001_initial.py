import django.db.models.deletion
import django.utils.timezone
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
                ("actor_name", models.CharField(blank=True, default="", max_length=255)),
                ("model_label", models.CharField(max_length=255)),
                ("object_pk", models.CharField(blank=True, default="", max_length=255)),
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
                        max_length=100,
                    ),
                ),
                ("diff", models.JSONField(blank=True, default=dict)),
                ("ip", models.GenericIPAddressField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "audit log entry",
                "verbose_name_plural": "audit log",
                "db_table": "conjure_audit_log",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(fields=["created_at", "id"], name="conjure_audit_newest"),
                    models.Index(fields=["model_label", "object_pk", "created_at"], name="conjure_audit_object"),
                    models.Index(fields=["actor", "created_at"], name="conjure_audit_actor"),
                ],
            },
        ),
    ]
