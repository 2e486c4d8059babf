"""Which of the values that are sent are written, and which never are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.db.models.signals import pre_save
from django.http import HttpRequest

from conjure import AdminConfig, registry
from conjure.exceptions import ForbiddenError
from conjure.values.keys import pk_text
from tests.conftest import Api, restored_registry, unregister_all_but
from tests.graphql.writes.conftest import Grant, Open, refused
from tests.testapp.factories import Shop
from tests.testapp.models import Attachment, ChangesItself, CompositeKey, Player, SaveRaises, StringKey

pytestmark = pytest.mark.django_db


def test_a_field_that_is_not_editable_is_never_written(admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.ChangesItself")
    row = client.create(title="new", saves=99)
    assert ChangesItself.objects.get().saves == 1
    client.update(row["id"], title="changed", saves=99)
    assert ChangesItself.objects.get().saves == 2


@pytest.mark.parametrize("name", ["tenant", "number"])
def test_a_part_of_a_key_is_never_changed(name: str, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.CompositeKey")
    row = CompositeKey.objects.create(tenant=1, number=2, name="old")
    client.update(row.pk, {name: 9, "name": "new"})
    assert list(CompositeKey.objects.values_list("tenant", "number", "name")) == [(1, 2, "new")]
    assert name in str(refused(client.bulk_update, [pk_text(row.pk)], **{name: 9})["data"])


@pytest.fixture(params=["get_exclude", "get_readonly_fields"])
def _users_keep_their_passwords(request: pytest.FixtureRequest) -> Iterator[None]:
    """Users are registered; nobody but themselves may set a password."""

    def closed(self: Any, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is not None and obj.pk == request.user.pk else ("password",)

    with restored_registry():
        unregister_all_but()
        registry.register(User, type("UserConfig", (AdminConfig,), {request.param: closed}))
        yield


@pytest.mark.usefixtures("_users_keep_their_passwords")
def test_a_password_that_is_hidden_or_read_only_is_not_set(admin: User, clerk: User, writer: Open) -> None:
    client = writer(admin, "auth.User")
    client.update(clerk.pk, password="another password 1", first_name="Clara")
    clerk.refresh_from_db()
    assert clerk.first_name == "Clara"
    assert clerk.check_password("clerk")
    client.update(admin.pk, password="another password 1")
    admin.refresh_from_db()
    assert admin.check_password("another password 1")


def test_a_privilege_that_follows_from_another_field_is_noticed(grant: Grant, admin: User, writer: Open) -> None:
    player = Player.objects.create(nickname="player")
    clerk = writer(grant("change_player", "view_player"), "testapp.Player")
    with pytest.raises(ForbiddenError):
        clerk.update(player.pk, nickname="chief player")
    assert clerk.update(player.pk, nickname="other player")["nickname"] == "other player"
    assert writer(admin, "testapp.Player").update(player.pk, nickname="chief player")["nickname"] == "chief player"


def test_a_target_that_one_field_may_have_is_not_therefore_anothers(shop: Shop, admin: User, writer: Open) -> None:
    user = User.objects.create_user("someone", pk=10_000)
    sent = {"assigned_to": user.pk, "coupon": user.pk}
    assert list(refused(writer(admin, "testapp.Order").update, shop.orders[0].pk, sent)) == ["coupon"]


def test_a_list_of_too_many_links_is_refused(shop: Shop, admin: User, writer: Open, settings: Any) -> None:
    settings.CONJURE = {"BULK_MAX_ROWS": 2}
    client, tags = writer(admin, "testapp.Product"), [tag.pk for tag in shop.tags]
    assert len(client.update("4", tags=tags[:2])["tags"]) == 2
    assert list(refused(client.update, "4", tags=tags[:3])) == ["tags"]


def test_a_new_row_overwrites_none_that_took_its_key_after_validation(admin: User, writer: Open) -> None:
    def take_key(sender: Any, **_: Any) -> None:
        StringKey.objects.bulk_create([StringKey(code="taken", name="another writer's")])

    pre_save.connect(take_key, sender=StringKey)
    try:
        errors = refused(writer(admin, "testapp.StringKey").create, code="taken", name="ours")
    finally:
        pre_save.disconnect(take_key, sender=StringKey)
    assert list(errors) == ["code"]
    assert not StringKey.objects.exists()


def test_a_new_row_of_a_config_with_its_own_save_overwrites_none(admin: User) -> None:
    StringKey.objects.create(code="taken", name="before")
    config = registry.for_model(StringKey)
    with pytest.raises(IntegrityError):
        config.save_model(HttpRequest(), StringKey(code="taken", name="after"), None, False)


def test_a_replaced_file_stays_until_the_write_holds(shop: Shop, admin: User, writer: Open) -> None:
    attachment: Attachment = shop.attachments[0]
    before, storage = attachment.file.name, attachment.file.storage
    writer(admin, "testapp.Attachment").update(attachment.pk, file=SimpleUploadedFile("new.txt", b"new", "text/plain"))
    assert Attachment.objects.get(pk=attachment.pk).file.name != before
    # The test's own transaction, which is around the write, may still be undone.
    assert storage.exists(before)


def test_a_hook_that_fails_tells_nothing_of_why(admin: User, api: Api) -> None:
    row = SaveRaises.objects.create(name="row")
    answer = api(admin).patch(
        f"/conjure/r/testapp.SaveRaises/{row.pk}/", {"name": "explode"}, content_type="application/json"
    )
    assert answer.status_code == 400
    assert "always fails" not in answer.content.decode()
