"""The table as it is today: names that outlive accounts, longer texts, no lock on users, other indexes."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conjure", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="adminauditlog", name="conjure_audit_target_idx"),
        migrations.RemoveIndex(model_name="adminauditlog", name="conjure_audit_created_idx"),
        migrations.AlterField(
            model_name="adminauditlog",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="adminauditlog",
            name="actor_name",
            field=models.CharField(blank=True, default="", max_length=255),
        ),
        migrations.AlterField(
            model_name="adminauditlog",
            name="model_label",
            field=models.CharField(max_length=255),
        ),
        migrations.AlterField(
            model_name="adminauditlog",
            name="object_pk",
            field=models.CharField(blank=True, default="", max_length=255),
        ),
        migrations.AlterField(
            model_name="adminauditlog",
            name="action",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="adminauditlog",
            name="diff",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AlterField(
            model_name="adminauditlog",
            name="created_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AlterModelOptions(
            name="adminauditlog",
            options={
                "ordering": ["-created_at", "-pk"],
                "verbose_name": "audit log entry",
                "verbose_name_plural": "audit log",
            },
        ),
        migrations.AddIndex(
            model_name="adminauditlog",
            index=models.Index(fields=["created_at", "id"], name="conjure_audit_newest"),
        ),
        migrations.AddIndex(
            model_name="adminauditlog",
            index=models.Index(fields=["model_label", "object_pk", "created_at"], name="conjure_audit_object"),
        ),
        migrations.AddIndex(
            model_name="adminauditlog",
            index=models.Index(fields=["actor", "created_at"], name="conjure_audit_actor"),
        ),
    ]
