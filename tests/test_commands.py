"""The management commands that write permissions and print schemas."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from graphql import build_schema, is_object_type

from conjure import registry
from conjure.models import AdminAuditLog
from tests.conftest import Api, connected_models, restored_registry, unregister_all_but
from tests.otherapp.models import Order as OtherOrder
from tests.testapp.models import Order
from tests.thoroughness import IS_THOROUGH

CODENAMES = {
    "refund_order",
    "reprice_product",
    "export_attachment",
    "export_bounded",
    "export_event",
    "export_listed",
    "export_note",
    "export_product",
    "export_shipment",
    "export_reading",
}


def run(command: str, *arguments: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out, **options)
    return out.getvalue()


def action_permissions() -> set[str]:
    """The permissions beyond Django's own four of each model."""
    names = Permission.objects.values_list("codename", flat=True)
    return {name for name in names if name.split("_")[0] not in {"add", "change", "delete", "view"}}


# sync_admin_actions


@pytest.mark.django_db
def test_every_permission_of_an_action_is_created_for_its_model() -> None:
    before = action_permissions()
    printed = run("sync_admin_actions")
    assert action_permissions() - before == CODENAMES
    refund = Permission.objects.get(codename="refund_order")
    assert (refund.content_type.app_label, refund.content_type.model, refund.name) == (
        "testapp",
        "order",
        "Can refund order",
    )
    assert "Created testapp.refund_order (Can refund order)" in printed
    assert f"{len(CODENAMES)} permissions created, 0 were there already." in printed


@pytest.mark.django_db
def test_a_second_run_changes_nothing() -> None:
    run("sync_admin_actions")
    Permission.objects.filter(codename="refund_order").update(name="Renamed by somebody")
    before = list(Permission.objects.order_by("pk").values_list())
    printed = run("sync_admin_actions")
    assert list(Permission.objects.order_by("pk").values_list()) == before
    assert f"0 permissions created, {len(CODENAMES)} were there already." in printed


@pytest.mark.django_db
def test_a_dry_run_writes_nothing() -> None:
    before = Permission.objects.count()
    printed = run("sync_admin_actions", "--dry-run")
    assert "Would create testapp.refund_order" in printed
    assert f"{len(CODENAMES)} permissions would be created" in printed
    assert Permission.objects.count() == before


@pytest.mark.django_db
def test_a_permission_that_another_model_of_the_app_has_is_not_made_twice() -> None:
    refund = Permission.objects.filter(codename="view_customer", content_type__app_label="testapp").get()
    Permission.objects.create(content_type=refund.content_type, codename="refund_order", name="Ours")
    run("sync_admin_actions")
    assert [permission.name for permission in Permission.objects.filter(codename="refund_order")] == ["Ours"]


def test_an_unknown_database_is_told_as_such() -> None:
    with pytest.raises(CommandError, match="nowhere"):
        run("sync_admin_actions", "--database", "nowhere")


@pytest.mark.django_db
def test_it_says_nothing_when_it_is_to_be_quiet() -> None:
    assert run("sync_admin_actions", verbosity=0) == ""


# conjure_dump_schema


@pytest.mark.django_db
def test_the_dump_is_what_the_schema_url_gives_to_somebody_who_may_do_everything(api: Api, admin: User) -> None:
    dumped = json.loads(run("conjure_dump_schema"))
    assert list(dumped) == list(registry)
    client = api(admin)
    everything = {"view": True, "add": True, "change": True, "delete": True}
    for key in ("testapp.Order", "testapp.Customer", "testapp.Product", "conjure.AdminAuditLog"):
        served = client.get(f"/conjure/schema/{key}/").json()
        assert dumped[key] == {**served, "permissions": everything}


def test_the_dump_needs_no_database() -> None:
    assert json.loads(run("conjure_dump_schema"))["testapp.Event"]["permissions"]["delete"] is True


def test_the_dump_goes_to_a_file_with_the_indent_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "schema.json"
    assert run("conjure_dump_schema", "-o", str(file), "--indent", "4") == ""
    text = file.read_text(encoding="utf-8")
    assert text.startswith('{\n    "')
    assert text.endswith("}\n")
    assert json.loads(text) == json.loads(run("conjure_dump_schema", "--indent", "0"))


def test_a_file_that_cannot_be_written_is_told_as_such(tmp_path: Path) -> None:
    for command in ("conjure_dump_schema", "conjure_export_graphql"):
        with pytest.raises(CommandError, match="cannot be written"):
            run(command, "-o", str(tmp_path / "nowhere" / "file"))


# conjure_export_graphql


@pytest.fixture
def _a_few_models() -> Iterator[None]:
    """Reading the SDL of all models takes seconds."""
    with restored_registry():
        if not IS_THOROUGH:
            unregister_all_but(*connected_models(Order), OtherOrder, AdminAuditLog)
        yield


@pytest.mark.usefixtures("_a_few_models")
def test_the_sdl_is_a_schema_with_every_model(tmp_path: Path) -> None:
    text = run("conjure_export_graphql")
    schema = build_schema(text)
    for name in ("TestappOrder", "TestappCustomer", "OtherappOrder", "ConjureAdminAuditLog"):
        assert is_object_type(schema.type_map[name])
    assert "api_token" not in text
    assert "apiToken" not in text
    file = tmp_path / "schema.graphql"
    run("conjure_export_graphql", "--output", str(file))
    assert file.read_text(encoding="utf-8").strip() == text.strip()


def test_the_sdl_is_sorted_by_name() -> None:
    lines = run("conjure_export_graphql").splitlines()
    names = [name for line in lines if line.startswith("type ") and (name := line.split()[1]).isalpha()]
    assert len(names) > 100
    assert names == sorted(names)
