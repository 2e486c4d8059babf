"""When something breaks in the middle: the row and its log entry are both there, or neither is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection

from conjure.exceptions import UnavailableError
from conjure.models import AdminAuditLog
from tests.audit.table import without_audit_table
from tests.conftest import Api
from tests.graphql.writes.conftest import Open
from tests.testapp.models import Unwritable
from tests.testapp.models.shop import Attachment, Category, Tag

pytestmark = pytest.mark.django_db(transaction=True)


class PowerCutError(BaseException):
    """The process ends here."""


def cut_at(number: int, write: Callable[[], Any]) -> bool:
    """Run a write that is cut off before its number-th statement; whether it came so far."""
    seen = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == number:
            raise PowerCutError
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        try:
            write()
        except PowerCutError:
            return True
    return False


def state(folder: Path) -> tuple[Any, ...]:
    files = sorted(str(path) for path in folder.rglob("*") if path.is_file())
    models = (Category, Tag, Attachment, AdminAuditLog)
    return (*(list(model.objects.order_by("pk").values()) for model in models), files)  # type: ignore[attr-defined]


def test_a_write_that_is_cut_off_anywhere_has_no_effect(media_root: Path, admin: User, writer: Open) -> None:
    category = Category.objects.create(name="c")
    keys = [Tag.objects.create(name="x", slug=f"s{n}").pk for n in range(3)]
    attachments, tags = writer(admin, "testapp.Attachment"), writer(admin, "testapp.Tag")
    row = attachments.create(title="T", file=SimpleUploadedFile("a.txt", b"a"))
    writes: list[Callable[[], Any]] = [
        lambda: writer(admin, "testapp.Category").create(name="new"),
        lambda: writer(admin, "testapp.Category").update(category.pk, name="changed"),
        lambda: writer(admin, "testapp.Category").delete(category.pk),
        lambda: attachments.update(row["id"], file=SimpleUploadedFile("b.txt", b"b")),
        lambda: attachments.delete(row["id"]),
        lambda: tags.bulk_update(keys, name="changed"),
        lambda: tags.apply({"op": "delete", "pk": keys[0]}, {"op": "update", "pk": keys[1], "values": {"name": "y"}}),
        lambda: tags.bulk_delete(keys),
    ]
    for write in writes:
        number, before = 1, state(media_root)
        while cut_at(number, write) and state(media_root) == before:
            number += 1
        assert number > 3
        # It was not cut off, or only after its commit, where replaced files are looked after.
        after = state(media_root)
        assert after[:3] != before[:3]
        assert len(after[3]) > len(before[3])


def test_without_its_log_entry_a_write_has_no_effect(admin: User, api: Api, writer: Open) -> None:
    tag = Tag.objects.create(name="x", slug="s")
    client = api(admin)
    with without_audit_table():
        answer = client.patch(f"/conjure/r/testapp.Tag/{tag.pk}/", {"name": "y"}, content_type="application/json")
        assert answer.status_code >= 500
        answer = client.delete(f"/conjure/r/testapp.Tag/{tag.pk}/")
        assert answer.status_code >= 500
    tag.refresh_from_db()
    assert tag.name == "x"


def test_a_lock_that_is_not_to_be_had_is_asked_for_again_and_then_given_up(admin: User, writer: Open) -> None:
    tag = Tag.objects.create(name="x", slug="s")
    attempts: list[str] = []

    def fail(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("UPDATE"):
            attempts.append(sql)
            if len(attempts) in failing:
                raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    failing = {1, 2}
    with connection.execute_wrapper(fail):
        assert writer(admin, "testapp.Tag").update(tag.pk, name="y")["name"] == "y"
    assert len(attempts) == 3
    attempts.clear()
    failing = set(range(100))
    with connection.execute_wrapper(fail), pytest.raises(UnavailableError):
        writer(admin, "testapp.Tag").update(tag.pk, name="z")
    assert len(attempts) == 4
    assert list(AdminAuditLog.objects.values_list("diff", flat=True)) == [{"name": ["x", "y"]}]


def test_a_setting_switches_the_log_off(admin: User, writer: Open, settings: Any) -> None:
    settings.CONJURE = {"AUDIT": False}
    writer(admin, "testapp.Tag").create(name="x", slug="s")
    assert not AdminAuditLog.objects.exists()


def test_a_row_that_cannot_be_shown_is_not_saved(
    media_root: Path, admin: User, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(name: str) -> str:
        raise RuntimeError("A secret of the storage's.")

    monkeypatch.setattr(Attachment._meta.get_field("file").storage, "url", fail)  # type: ignore[union-attr]
    before = state(media_root)
    body = {"title": "T", "file": SimpleUploadedFile("a.txt", b"a")}
    answer = api(admin).post("/conjure/r/testapp.Attachment/", body)
    assert answer.status_code == 400
    assert answer.json() == {"non_field_errors": ["This attachment was not saved, because it could not be shown."]}
    assert state(media_root) == before


def test_a_row_that_cannot_be_read_again_is_not_saved(admin: User, api: Api) -> None:
    body = {"code": "corrupt", "name": "n"}
    answer = api(admin).post("/conjure/r/testapp.Unwritable/", body, content_type="application/json")
    assert answer.status_code == 400
    assert not Unwritable.objects.exists()
    assert not AdminAuditLog.objects.exists()
