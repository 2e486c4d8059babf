"""Whatever way a handler stores a file, it goes when what it belongs to is rolled back, and stays when it holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.db import transaction

from conjure import ActionReport, registry
from tests.conftest import Api
from tests.testapp.models import Attachment, Tag

Handler = Callable[[Any, Any], Any]
Run = Callable[[Handler], int]

# Files go when a transaction holds, which that of a test never does.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, api: Api, admin: User, media_root: Path) -> Run:
    """``run(handler)`` gives tags an action with that handler, runs it on two, and gives the status."""
    tags = [Tag.objects.create(name=slug, slug=slug) for slug in ("a", "b")]

    def post(handler: Handler) -> int:
        config = registry.get("testapp.Tag")
        monkeypatch.setattr(config, "actions", ("act",), raising=False)
        monkeypatch.setattr(config, "act", handler, raising=False)
        client = api(admin)
        client.raise_request_exception = False
        body = {"ids": [tag.pk for tag in tags]}
        return client.post("/conjure/r/testapp.Tag/action/act/", body, content_type="application/json").status_code

    return post


def content(name: str = "a.txt") -> ContentFile[bytes]:
    return ContentFile(b"content", name=name)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def store_with_its_row(name: str) -> None:
    Attachment.objects.create(title="T", file=content(name))


def store_in_bulk(name: str) -> None:
    Attachment.objects.bulk_create([Attachment(title="T", file=content(name))])


def store_by_field(name: str) -> None:
    row = Attachment(title="T")
    row.file.save(name, content(name), save=False)
    row.save()


def store_by_storage(name: str) -> None:
    default_storage.save(f"reports/{name}", content(name))


class Overriding(FileSystemStorage):
    """A storage whose ``save`` is its own altogether."""

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        stored = self.get_available_name(f"own-{name}", max_length)
        return self._save(stored, content)  # type: ignore[attr-defined, no-any-return]


def store_by_own_storage(name: str) -> None:
    Overriding().save(name, content(name))


WAYS = [store_with_its_row, store_in_bulk, store_by_field, store_by_storage, store_by_own_storage]


@pytest.mark.parametrize("store", WAYS)
def test_of_a_failed_action_no_file_stays(run: Run, media_root: Path, store: Callable[[str], None]) -> None:
    def handler(request: Any, queryset: Any) -> None:
        store("a.txt")
        assert len(names(media_root)) == 1
        raise ValidationError("Refused.")

    assert run(handler) == 400
    assert names(media_root) == []


@pytest.mark.parametrize("store", WAYS)
def test_of_an_attempt_that_failed_no_file_stays(run: Run, media_root: Path, store: Callable[[str], None]) -> None:
    def handler(request: Any, queryset: Any) -> ActionReport:
        report = ActionReport()
        store("first.txt")
        for tag in queryset.order_by("slug"):
            with report.attempt(tag):
                store(f"{tag.slug}.txt")
                if tag.slug == "b":
                    raise ValidationError("Refused.")
        return report

    assert run(handler) == 200
    assert [name.removeprefix("own-") for name in names(media_root)] == ["a.txt", "first.txt"]


def test_nor_of_a_block_that_the_handler_itself_undid(run: Run, media_root: Path) -> None:
    def handler(request: Any, queryset: Any) -> None:
        for name in ("kept.txt", "undone.txt"):
            with transaction.atomic():
                store_by_field(name)
                if name == "undone.txt":
                    transaction.set_rollback(True)

    assert run(handler) == 200
    assert names(media_root) == ["kept.txt"]


def test_what_is_stored_after_the_commit_stays_whatever_fails_then(run: Run, media_root: Path) -> None:
    def fail() -> None:
        store_by_storage("late.txt")
        raise RuntimeError("A receiver of the project's.")

    def handler(request: Any, queryset: Any) -> None:
        transaction.on_commit(fail)
        store_with_its_row("a.txt")

    assert run(handler) == 200
    assert Attachment.objects.count() == 1
    assert names(media_root) == ["a.txt", "late.txt"]


def test_a_file_that_was_there_before_is_not_deleted(run: Run, media_root: Path) -> None:
    storage: Storage = FileSystemStorage(allow_overwrite=True)
    storage.save("a.txt", content())

    def handler(request: Any, queryset: Any) -> None:
        storage.save("a.txt", content())
        raise ValidationError("Refused.")

    assert run(handler) == 400
    assert names(media_root) == ["a.txt"]


def test_a_file_that_is_stored_again_after_its_block_was_undone_stays(run: Run, media_root: Path) -> None:
    storage: Storage = FileSystemStorage(allow_overwrite=True)

    def handler(request: Any, queryset: Any) -> None:
        with transaction.atomic():
            storage.save("a.txt", content())
            transaction.set_rollback(True)
        storage.save("a.txt", content())

    assert run(handler) == 200
    assert names(media_root) == ["a.txt"]
