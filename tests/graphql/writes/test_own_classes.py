"""Rows of models whose manager gives each row its own class are written as rows of that class."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models.signals import post_delete, post_save

from conjure.models import AdminAuditLog
from tests.borrowed.models import Animal, Cat, Dog, Keeper
from tests.conftest import Api
from tests.packaged.models import ArtProject, Project

URL = "/conjure/r/packaged.Project/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(api: Api, admin: User) -> Any:
    return api(admin)


@pytest.fixture
def art() -> ArtProject:
    return ArtProject.objects.create(topic="Houses", artist="Ann")


def test_a_change_runs_the_save_of_the_rows_own_class(client: Any, art: ArtProject) -> None:
    ArtProject.objects.update(artist="ann")
    heard: list[Any] = []

    def hear(sender: Any, **options: Any) -> None:
        heard.append(sender)

    post_save.connect(hear)
    try:
        answer = client.patch(f"{URL}{art.pk}/", {"topic": "Trees"}, content_type="application/json")
    finally:
        post_save.disconnect(hear)
    assert (answer.status_code, answer.json()["topic"], answer.json()["_label"]) == (200, "Trees", "ANN's Trees")
    assert ArtProject.objects.get().artist == "ANN"
    assert ArtProject in heard
    [entry] = AdminAuditLog.objects.all()
    assert (entry.model_label, entry.object_repr, entry.diff) == (
        "packaged.Project",
        "ANN's Trees",
        {"topic": ["Houses", "Trees"]},
    )


def test_a_change_runs_the_validation_of_the_rows_own_class(
    client: Any, art: ArtProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: ArtProject) -> None:
        from django.core.exceptions import ValidationError

        raise ValidationError({"topic": "Not for artists."})

    monkeypatch.setattr(ArtProject, "clean", refuse)
    answer = client.patch(f"{URL}{art.pk}/", {"topic": "Trees"}, content_type="application/json")
    assert (answer.status_code, answer.json()) == (400, {"topic": ["Not for artists."]})


def test_bulk_updates_and_deletes_do_too(client: Any, art: ArtProject) -> None:
    plain = Project.objects.create(topic="Plain")
    ArtProject.objects.update(artist="ann")
    body = {"action": "update", "ids": [art.pk, plain.pk], "data": {"topic": "Both"}}
    assert client.post(f"{URL}bulk/", body, content_type="application/json").json() == {"updated": 2}
    assert ArtProject.objects.get().artist == "ANN"

    deleted: list[Any] = []

    def hear(sender: Any, **options: Any) -> None:
        deleted.append(sender)

    post_delete.connect(hear)
    try:
        assert client.delete(f"{URL}{art.pk}/").status_code == 204
    finally:
        post_delete.disconnect(hear)
    assert ArtProject in deleted
    assert list(Project.objects.all()) == [plain]


def test_managers_of_the_projects_own_count_too(client: Any) -> None:
    cat = Cat.objects.create(name="Tom", keeper=Keeper.objects.create(name="Kim"))
    dog = Dog.objects.create(name="Rex", tag="7")
    labels = [
        client.patch(f"/conjure/r/borrowed.Animal/{pk}/", {"name": "New"}, content_type="application/json").json()[
            "_label"
        ]
        for pk in (cat.pk, dog.pk)
    ]
    assert labels == ["Kim's New", "New 7"]
    assert Animal.objects.filter(name="New").count() == 2
