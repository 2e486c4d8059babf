"""Give entries that name no actor, since an older table had no place for it, the name that the account has now.

A batch is a transaction of its own, so that a large log is never locked as a whole. Running it again does no harm.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Cast, Coalesce, Left

BATCH = 10_000


def name_actors(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    user = apps.get_model(settings.AUTH_USER_MODEL)
    name = get_user_model().USERNAME_FIELD
    if not _holds(schema_editor.connection, user, name):
        return
    users = user._base_manager.using(alias).filter(pk=OuterRef("actor")).order_by()
    named = Left(Cast(name, models.CharField(max_length=255)), 255)
    names = Subquery(users.annotate(conjure_name=named).values("conjure_name")[:1], output_field=models.CharField())
    entries = apps.get_model("conjure", "AdminAuditLog")._base_manager.using(alias).order_by("pk")
    nameless = entries.filter(actor__isnull=False, actor_name="")
    batch = list(nameless.values_list("pk", flat=True)[:BATCH])
    while batch:
        within = nameless.filter(pk__gte=batch[0], pk__lte=batch[-1]).order_by()
        within.update(actor_name=Coalesce(names, models.Value("")))
        batch = list(nameless.filter(pk__gt=batch[-1]).values_list("pk", flat=True)[:BATCH])


def _holds(connection: Any, user: Any, name: str) -> bool:
    """Whether the users are in this database, with a field of that name as far as migrations have come."""
    try:
        user._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return user._meta.db_table in connection.introspection.table_names()


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("conjure", "0002_complete_the_log"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(name_actors, migrations.RunPython.noop, elidable=True),
    ]
