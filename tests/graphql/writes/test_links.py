"""Many-to-many fields: set by lists of keys, changed by set, add and remove, with hidden links left alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from conjure.models import AdminAuditLog
from tests.conftest import Gql
from tests.graphql.writes.conftest import Grant, Open, refused
from tests.testapp.admin_config import TagConfig
from tests.testapp.factories import Shop
from tests.testapp.models import Band, Employee, Musician, ThroughDefaults
from tests.testapp.models.shop import Folder, Note, Product, Tag

pytestmark = pytest.mark.django_db


def tags_of(product: Product) -> set[int]:
    return set(product.tags.values_list("pk", flat=True))


def test_a_list_sets_the_links_exactly_and_is_logged(shop: Shop, admin: User, writer: Open) -> None:
    client, product = writer(admin, "testapp.Product"), shop.products[0]
    first, second, third = (tag.pk for tag in shop.tags[:3])
    product.tags.set([first, second])
    row = client.update(product.pk, tags=[str(second), third, third])
    assert sorted(row["tags"]) == sorted([second, third])
    assert tags_of(product) == {second, third}
    diff = AdminAuditLog.objects.get().diff
    assert {name: [sorted(keys) for keys in pair] for name, pair in diff.items()} == {
        "tags": [[first, second], [second, third]]
    }
    client.update(product.pk, tags=[third, second])
    assert AdminAuditLog.objects.count() == 1
    assert client.update(product.pk, tags=None)["tags"] == []


def test_forms_send_repeated_keys(shop: Shop, admin: User, writer: Open) -> None:
    client, product = writer(admin, "testapp.Product", form=True), shop.products[0]
    first, second = (str(tag.pk) for tag in shop.tags[:2])
    assert sorted(map(str, client.update(product.pk, tags=[first, second])["tags"])) == sorted([first, second])
    assert list(map(str, client.update(product.pk, tags=first)["tags"])) == [first]
    assert client.update(product.pk, tags="")["tags"] == []


def test_what_is_no_list_of_keys_is_refused(shop: Shop, admin: User, writer: Open) -> None:
    client, product = writer(admin, "testapp.Product"), shop.products[0]
    before = tags_of(product)
    for wrong in ("12", 5, {"set": [1]}, [True], [1.5], [None], [[1]], ["x"], [9_999_999], [10**23], ["\x00"], True):
        assert list(refused(client.update, product.pk, tags=wrong)) == ["tags"], wrong
    assert tags_of(product) == before


def test_hidden_links_are_kept_and_hidden_rows_are_no_targets(
    shop: Shop, grant: Grant, admin: User, writer: Open
) -> None:
    clerk = grant("change_folder", "view_folder", "view_note")
    hidden = Note.objects.create(title="hidden", owner=admin)
    other = Note.objects.create(title="also hidden", owner=admin)
    own, public = Note.objects.create(title="own", owner=clerk), Note.objects.create(title="public", is_public=True)
    folder = Folder.objects.create(name="F")
    folder.notes.set([hidden, public])
    client = writer(clerk, "testapp.Folder")
    assert client.get(folder.pk)["notes"] == [public.pk]
    assert client.update(folder.pk, notes=[own.pk])["notes"] == [own.pk]
    assert set(folder.notes.all()) == {hidden, own}
    assert list(refused(client.update, folder.pk, notes=[other.pk])) == ["notes"]
    client.update(folder.pk, notes=[])
    assert set(folder.notes.all()) == {hidden}


def test_typed_input_sets_adds_and_removes(shop: Shop, admin: User, gql: Gql) -> None:
    product = shop.products[0]
    first, second, third = (tag.pk for tag in shop.tags[:3])
    document = """
      mutation ($pk: ID!, $tags: ManyToManyInput) {
        updateTestappProduct(pk: $pk, data: {tags: $tags}) {
          result { tagsIds }
          errors { field messages }
        }
      }"""

    def change(**lists: Any) -> Any:
        answer = gql(admin, document, pk=product.pk, tags=lists)["data"]["updateTestappProduct"]
        return answer["errors"] or set(answer["result"]["tagsIds"])

    assert change(set=[first]) == {first}
    assert change(add=[second, third]) == {first, second, third}
    assert change(remove=[first, 999]) == {second, third}
    assert change(set=[first], add=[third]) == {first, third}
    assert change() == {first, third}
    assert change(add=["nobody"])[0]["field"] == "tags"


@pytest.fixture
def hiding_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tags whose slug begins with "hidden" do not exist for anybody."""
    monkeypatch.setattr(TagConfig, "get_queryset", lambda self, request: Tag.objects.exclude(slug__startswith="hidden"))


@pytest.mark.usefixtures("hiding_tags")
def test_links_to_hidden_rows_are_neither_removed_nor_told(shop: Shop, admin: User, gql: Gql, writer: Open) -> None:
    product = shop.products[0]
    shown, linked, free = (Tag.objects.create(name=s, slug=s) for s in ("shown", "hidden-linked", "hidden-free"))
    product.tags.set([shown, linked])
    update = (
        "mutation ($pk: ID!, $tags: ManyToManyInput) { updateTestappProduct(pk: $pk, data: {tags: $tags})"
        " { errors { field messages } result { tagsIds } } }"
    )

    def send(**lists: list[int]) -> Any:
        answer = gql(admin, update, pk=product.pk, tags=lists)
        assert "errors" not in answer, answer
        return answer["data"]["updateTestappProduct"]

    def told(answer: Any, tag: Tag) -> str:
        return str(answer).replace(str(tag.pk), "?")

    assert told(send(remove=[linked.pk]), linked) == told(send(remove=[free.pk]), free)
    assert AdminAuditLog.objects.count() == 0
    assert told(send(add=[linked.pk]), linked) == told(send(add=[free.pk]), free)
    assert told(send(set=[shown.pk, linked.pk]), linked) == told(send(set=[shown.pk, free.pk]), free)
    assert tags_of(product) == {shown.pk, linked.pk}
    client = writer(admin, "testapp.Product")
    assert client.update(product.pk, tags=[])["tags"] == []
    assert tags_of(product) == {linked.pk}


def test_symmetrical_links_and_links_through_models(everything: Shop, admin: User, writer: Open) -> None:
    first, second = Employee.objects.all()[:2]
    writer(admin, "testapp.Employee").update(first.pk, friends=[second.pk], follows=[second.pk])
    assert first in second.friends.all()
    assert second in first.follows.all()
    assert first not in second.follows.all()
    owner, musicians = ThroughDefaults.objects.create(name="new"), Musician.objects.all()[:2]
    keys = [musician.pk for musician in musicians]
    assert sorted(writer(admin, "testapp.ThroughDefaults").update(owner.pk, musicians=keys)["musicians"]) == keys


def test_links_that_need_more_than_two_keys_are_passed_over(everything: Shop, admin: User, writer: Open) -> None:
    band = next(band for band in Band.objects.all() if band.members.exists())
    before = set(band.members.all())
    writer(admin, "testapp.Band").update(band.pk, members=[])
    assert set(band.members.all()) == before


def test_a_list_that_must_not_be_empty_is_asked_for(everything: Shop, admin: User, writer: Open) -> None:
    from tests.testapp.models import KeyReferences

    client = writer(admin, "testapp.KeyReferences")
    row = client.get(KeyReferences.objects.exclude(strings=None).exclude(uuids=None).exclude(dates=None)[0].pk)
    values = {name: value for name, value in row.items() if name != "id"}
    assert client.create(**values)["strings"] == row["strings"]
    assert list(refused(client.create, **{**values, "strings": []})) == ["strings"]
    assert list(refused(client.update, row["id"], strings=[])) == ["strings"]
    del values["dates"]
    assert list(refused(client.create, **values)) == ["dates"]
