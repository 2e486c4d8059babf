"""Actions go through the door of writes: what is refused, what breaks and what cannot be answered leaves no effect."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection

from conjure import registry
from conjure.actions.results import Download
from conjure.models import AdminAuditLog
from tests.conftest import Api, Gql
from tests.testapp.factories import make_shop
from tests.testapp.models import Attachment, Category, Tag, Validated

Handler = Callable[[Any, Any], Any]
Run = Callable[..., tuple[int, Any]]

# Constraints are checked when the transaction ends, which that of a test never does.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tags(db: None) -> list[Tag]:
    """Two tags."""
    return [Tag.objects.create(name=slug, slug=slug) for slug in ("a", "b")]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, api: Api, admin: User, tags: list[Tag]) -> Run:
    """``run(handler)`` has tags an action with that handler, runs it on both, and gives status and body."""

    def post(handler: Handler) -> tuple[int, Any]:
        config = registry.get("testapp.Tag")
        monkeypatch.setattr(config, "actions", ("act",), raising=False)
        monkeypatch.setattr(config, "act", handler, raising=False)
        body = {"ids": [tag.pk for tag in tags]}
        answer = api(admin).post("/conjure/r/testapp.Tag/action/act/", body, content_type="application/json")
        return answer.status_code, answer.json()

    return post


def nothing_happened() -> bool:
    names = list(Tag.objects.order_by("slug").values_list("name", "slug"))
    return names == [("a", "a"), ("b", "b")] and not AdminAuditLog.objects.exists()


def test_a_row_that_breaks_a_unique_constraint_is_400_by_field(run: Run) -> None:
    def handler(request: Any, queryset: Any) -> None:
        queryset.update(name="changed")
        Tag.objects.create(name="c", slug="a")

    status, body = run(handler)
    assert (status, list(body)) == (400, ["slug"])
    assert "already exists" in body["slug"][0]
    assert nothing_happened()


def test_an_update_that_breaks_a_unique_constraint_is_400(run: Run) -> None:
    def handler(request: Any, queryset: Any) -> None:
        queryset.update(slug="same")

    status, body = run(handler)
    assert (status, list(body)) == (400, ["non_field_errors"])
    assert nothing_happened()


def test_a_row_of_another_model_that_breaks_a_check_is_400(run: Run) -> None:
    def handler(request: Any, queryset: Any) -> None:
        queryset.update(name="changed")
        Validated.objects.create(slug="s", day=datetime.date(2024, 1, 1), first=2, second=1)

    status, body = run(handler)
    assert (status, list(body)) == (400, ["non_field_errors"])
    assert "testapp_first_lt_second" in body["non_field_errors"][0]
    assert nothing_happened()
    assert not Validated.objects.exists()


def test_a_constraint_that_is_checked_at_the_end_is_400(run: Run) -> None:
    if not connection.features.can_defer_constraint_checks:
        pytest.skip("This database checks foreign keys at once.")

    def handler(request: Any, queryset: Any) -> None:
        queryset.update(name="changed")
        Attachment.objects.create(title="T", order_id=10**6)

    assert run(handler)[0] == 400
    assert nothing_happened()


@pytest.mark.parametrize("error", [ValidationError("Refused."), RuntimeError("Broken.")])
def test_a_file_that_a_failed_action_stored_is_gone(run: Run, media_root: Path, error: Exception) -> None:
    def handler(request: Any, queryset: Any) -> None:
        Attachment.objects.create(title="T", file=ContentFile(b"content", name="a.txt"))
        assert list(media_root.rglob("*.txt"))
        raise error

    assert run(handler)[0] == (400 if isinstance(error, ValidationError) else 500)
    assert not list(media_root.rglob("*.txt"))
    assert nothing_happened()


def test_a_file_that_an_action_stored_stays(run: Run, media_root: Path) -> None:
    def handler(request: Any, queryset: Any) -> None:
        Attachment.objects.create(title="T", file=ContentFile(b"content", name="a.txt"))

    assert run(handler)[0] == 200
    assert [path.name for path in media_root.rglob("*.txt")] == ["a.txt"]


@pytest.mark.parametrize("answer", [{"x": b"bytes"}, {"x": json.loads("[" * 60 + "]" * 60)}], ids=["bytes", "nested"])
def test_an_answer_that_is_not_json_undoes_the_action(run: Run, answer: Any) -> None:
    def handler(request: Any, queryset: Any) -> Any:
        queryset.update(name="changed")
        return answer

    assert run(handler)[0] == 500
    assert nothing_happened()


def test_a_file_that_is_too_large_for_graphql_undoes_the_action(
    run: Run, gql: Gql, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def handler(request: Any, queryset: Any) -> Download:
        queryset.update(name="changed")
        return Download(filename="x.txt", content_type="text/plain", chunks=[b"1234567890", b"1"])

    config = registry.get("testapp.Tag")
    monkeypatch.setattr(config, "actions", ("act",), raising=False)
    monkeypatch.setattr(config, "act", handler, raising=False)
    monkeypatch.setattr("conjure.graphql.actions.run.INLINE_LIMIT", 10)
    document = 'mutation ($pks: JSON) { file: runTestappTagAction(action: "act", pks: $pks) }'
    answer = gql(admin, document, pks=list(Tag.objects.values_list("pk", flat=True)))
    assert answer["errors"][0]["extensions"]["code"] == "INVALID", json.dumps(answer)
    assert nothing_happened()


def test_a_protected_row_is_409_with_what_is_in_the_way(run: Run) -> None:
    make_shop()

    def handler(request: Any, queryset: Any) -> None:
        queryset.update(name="changed")
        Category.objects.filter(products__isnull=False)[0].delete()

    status, body = run(handler)
    assert (status, [blocker["model"] for blocker in body["protected"]]) == (409, ["testapp.Product"])
    assert not Tag.objects.filter(name="changed").exists()
    assert not AdminAuditLog.objects.exists()


def test_an_object_without_a_text_of_its_own_is_no_answer(run: Run) -> None:
    def handler(request: Any, queryset: Any) -> dict[str, Any]:
        queryset.update(name="changed")
        return {"what": object()}

    status, body = run(handler)
    assert (status, "0x" in json.dumps(body)) == (500, False)
    assert nothing_happened()
