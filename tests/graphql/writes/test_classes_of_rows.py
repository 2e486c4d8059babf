"""Every write of a row runs the save(), clean() and delete() of the row's own class, and sends its signals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models.signals import post_delete, post_save

from conjure.models import AdminAuditLog
from tests.borrowed.models import Animal, Cat, Dog, Keeper
from tests.conftest import Api, Gql
from tests.packaged.models import ArtProject, Project
from tests.related.models import Journal, Letter, Message, Truck, Vehicle

pytestmark = pytest.mark.django_db


class Kind:
    """One way to have rows of several classes, in words that fit both."""

    def __init__(self, base: Any, real: Any, name: str, counter: str, note: str) -> None:
        self.base, self.real, self.name, self.counter, self.note = base, real, name, counter, note
        self.url = f"/conjure/r/related.{base.__name__}/"

    def make(self, number: int) -> Any:
        more = {"kind": "letter"} if self.real is Letter else {}
        return self.real.objects.create(**{self.name: f"old {number}"}, **more)

    def make_plain(self) -> Any:
        return self.base.objects.create(**{self.name: "plain"})

    def was_saved(self, pk: Any) -> bool:
        """Whether the class's own save() ran, after its count was set to none."""
        found = self.real.objects.values_list(self.counter, flat=True).get(pk=pk)
        return bool(found)


KINDS = {
    "children": Kind(Vehicle, Truck, "name", "load", "scrapped"),
    "proxies": Kind(Message, Letter, "text", "words", "burned"),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.fixture
def client(api: Api, admin: User) -> Any:
    return api(admin)


@pytest.fixture
def pks(kind: Kind) -> list[Any]:
    """The keys of three rows of the real class, as if never saved by it, and of one of the base class."""
    rows = [kind.make(number) for number in range(3)]
    kind.real.objects.filter(pk__in=[row.pk for row in rows]).update(**{kind.counter: 0})
    return [*(row.pk for row in rows), kind.make_plain().pk]


@pytest.fixture
def heard() -> Iterator[set[Any]]:
    """The senders of the signals after saves and deletes."""
    senders: set[Any] = set()

    def hear(sender: Any, **options: Any) -> None:
        senders.add(sender)

    post_save.connect(hear)
    post_delete.connect(hear)
    yield senders
    post_save.disconnect(hear)
    post_delete.disconnect(hear)


def test_one_row_is_changed_as_one_of_its_class(client: Any, kind: Kind, pks: list[Any], heard: set[Any]) -> None:
    answer = client.patch(f"{kind.url}{pks[0]}/", {kind.name: "new!"}, content_type="application/json")
    assert (answer.status_code, answer.json()[kind.name]) == (200, "new")
    assert kind.was_saved(pks[0])
    assert kind.real in heard
    [entry] = AdminAuditLog.objects.all()
    assert entry.diff[kind.name] == ["old 0", "new"]
    refused = client.patch(f"{kind.url}{pks[0]}/", {kind.name: "bad"}, content_type="application/json")
    assert (refused.status_code, list(refused.json())) == (400, [kind.name])
    plain = client.patch(f"{kind.url}{pks[3]}/", {kind.name: "bad"}, content_type="application/json")
    assert plain.status_code == 200


def test_many_rows_are_changed_as_those_of_their_classes(client: Any, kind: Kind, pks: list[Any]) -> None:
    # No receiver listens, so that one UPDATE might be taken for enough.
    body: dict[str, Any] = {"action": "update", "ids": pks, "data": {kind.name: "new!"}}
    assert client.post(f"{kind.url}bulk/", body, content_type="application/json").json() == {"updated": 4}
    assert all(kind.was_saved(pk) for pk in pks[:3])
    names = [kind.base.objects.values_list(kind.name, flat=True).get(pk=pk) for pk in pks]
    assert names == ["new", "new", "new", "new!"]
    body["data"] = {kind.name: "bad"}
    refused = client.post(f"{kind.url}bulk/", body, content_type="application/json")
    assert (refused.status_code, list(refused.json())) == (400, [kind.name])


def test_operations_and_typed_changes_too(
    client: Any, gql: Gql, admin: User, kind: Kind, pks: list[Any], heard: set[Any]
) -> None:
    body = {"operations": [{"op": "update", "pk": pks[0], "data": {kind.name: "new!"}}, {"op": "delete", "pk": pks[1]}]}
    assert client.post(f"{kind.url}bulk/", body, content_type="application/json").status_code == 200
    model = kind.base.__name__
    mutation = (
        f"mutation ($pk: ID!, $d: Related{model}PartialInput!) {{ updateRelated{model}(pk: $pk, data: $d) "
        f"{{ result {{ {kind.name} }} errors {{ field messages }} }} }}"
    )
    changed = gql(admin, mutation, pk=str(pks[2]), d={kind.name: "typed!"})["data"][f"updateRelated{model}"]
    assert changed["result"] == {kind.name: "typed"}
    assert kind.was_saved(pks[0])
    assert kind.was_saved(pks[2])
    assert [note.text for note in Journal.objects.all()] == [f"{kind.note} old 1"]


@pytest.mark.parametrize("how", ["one by one", "in bulk", "by the action"])
def test_rows_are_deleted_as_those_of_their_classes(
    client: Any, kind: Kind, pks: list[Any], heard: set[Any], how: str
) -> None:
    if how == "one by one":
        statuses = {client.delete(f"{kind.url}{pk}/").status_code for pk in pks}
        assert statuses == {204}
    else:
        body = {"ids": pks, **({"action": "delete"} if how == "in bulk" else {})}
        path = "bulk/" if how == "in bulk" else "action/delete_selected/"
        assert client.post(f"{kind.url}{path}", body, content_type="application/json").json()["deleted"] == 4
    assert sorted(note.text for note in Journal.objects.all()) == [f"{kind.note} old {number}" for number in range(3)]
    assert not kind.base.objects.exists()
    assert kind.real in heard
    assert AdminAuditLog.objects.filter(action__in=["delete", "bulk_delete"]).count() == 4


def test_labels_are_those_of_the_rows_classes_whatever_columns_are_asked_for(
    gql: Gql, admin: User, client: Any
) -> None:
    Letter.objects.create(kind="letter", text="one")
    Message.objects.create(text="two")
    for _ in range(2):
        answer = gql(admin, "{ relatedMessages(ordering: [{id: ASC}]) { results { _label } } }")
        assert answer["data"]["relatedMessages"]["results"] == [{"_label": "letter one"}, {"_label": "two"}]
        choices = client.get("/conjure/r/related.Message/autocomplete/").json()["results"]
        assert [choice["label"] for choice in choices] == ["two", "letter one"]


def test_the_answer_to_a_change_has_the_label_of_the_rows_class(client: Any) -> None:
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


# As django-polymorphic has them.

PROJECTS = "/conjure/r/packaged.Project/"


@pytest.fixture
def art() -> ArtProject:
    """A row that its class would save with another artist."""
    row = ArtProject.objects.create(topic="Houses", artist="Ann")
    ArtProject.objects.update(artist="ann")
    return row


def test_a_polymorphic_row_is_changed_as_one_of_its_class(client: Any, art: ArtProject, heard: set[Any]) -> None:
    answer = client.patch(f"{PROJECTS}{art.pk}/", {"topic": "Trees"}, content_type="application/json")
    assert (answer.status_code, answer.json()["topic"], answer.json()["_label"]) == (200, "Trees", "ANN's Trees")
    assert ArtProject.objects.get().artist == "ANN"
    assert ArtProject in heard
    [entry] = AdminAuditLog.objects.all()
    assert (entry.model_label, entry.object_repr, entry.diff) == (
        "packaged.Project",
        "ANN's Trees",
        {"topic": ["Houses", "Trees"]},
    )


def test_a_polymorphic_row_is_validated_as_one_of_its_class(
    client: Any, art: ArtProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: ArtProject) -> None:
        raise ValidationError({"topic": "Not for artists."})

    monkeypatch.setattr(ArtProject, "clean", refuse)
    answer = client.patch(f"{PROJECTS}{art.pk}/", {"topic": "Trees"}, content_type="application/json")
    assert (answer.status_code, answer.json()) == (400, {"topic": ["Not for artists."]})


def test_polymorphic_rows_are_changed_in_bulk_and_deleted_as_those_of_their_classes(
    client: Any, art: ArtProject, request: pytest.FixtureRequest
) -> None:
    plain = Project.objects.create(topic="Plain")
    # No receiver listens, so that one UPDATE might be taken for enough.
    body = {"action": "update", "ids": [art.pk, plain.pk], "data": {"topic": "Both"}}
    assert client.post(f"{PROJECTS}bulk/", body, content_type="application/json").json() == {"updated": 2}
    assert ArtProject.objects.get().artist == "ANN"

    heard = request.getfixturevalue("heard")
    assert client.delete(f"{PROJECTS}{art.pk}/").status_code == 204
    assert ArtProject in heard
    assert list(Project.objects.all()) == [plain]
