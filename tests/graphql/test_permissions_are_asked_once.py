"""A config's own permission check is asked once for each decision: once for the model, and once for each row."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpRequest

from conjure import AdminConfig, registry
from tests.conftest import Api
from tests.graphql.orders import permission
from tests.testapp.models import Tag

pytestmark = pytest.mark.django_db
Asked = list[tuple[str, Any]]


@pytest.fixture
def tags(db: None) -> list[Tag]:
    """Three tags."""
    return [Tag.objects.create(name=slug, slug=slug) for slug in "abc"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """The rights that tags are asked for, each with the key of the row, or None for the model."""
    calls: Asked = []

    def make_check(right: str) -> Any:
        def check(self: AdminConfig, request: HttpRequest, obj: Any = None) -> bool:
            calls.append((right, obj and obj.pk))
            return True

        return check

    config = type(registry.get("testapp.Tag"))
    for right in ("add", "change", "delete"):
        monkeypatch.setattr(config, f"has_{right}_permission", make_check(right))

    def act(request: HttpRequest, queryset: Any) -> None:
        queryset.update(name="changed")

    monkeypatch.setattr(registry.get("testapp.Tag"), "actions", ("act", "delete_selected"), raising=False)
    monkeypatch.setattr(registry.get("testapp.Tag"), "act", act, raising=False)
    return calls


def send(api: Api, user: User, method: str, path: str, body: Any) -> int:
    answer = getattr(api(user), method)(f"/conjure/r/testapp.Tag/{path}", body, content_type="application/json")
    assert answer.status_code < 300, answer.content
    return int(answer.status_code)


def test_a_create(api: Api, admin: User, tags: list[Tag], asked: Asked) -> None:
    send(api, admin, "post", "", {"name": "d", "slug": "d"})
    assert asked == [("add", None)]


def test_a_change(api: Api, admin: User, tags: list[Tag], asked: Asked) -> None:
    send(api, admin, "patch", f"{tags[0].pk}/", {"name": "d"})
    assert asked == [("change", None), ("change", tags[0].pk)]


def test_a_delete(api: Api, admin: User, tags: list[Tag], asked: Asked) -> None:
    send(api, admin, "delete", f"{tags[0].pk}/", {})
    assert asked == [("delete", None), ("delete", tags[0].pk)]


@pytest.mark.parametrize("values", [{"name": "d"}, {"slug": "a"}], ids=["at once", "row by row"])
def test_a_bulk_update(api: Api, admin: User, tags: list[Tag], asked: Asked, values: dict[str, str]) -> None:
    keys = [tag.pk for tag in tags[: 2 if "name" in values else 1]]
    send(api, admin, "post", "bulk/", {"action": "update", "ids": keys, "data": values})
    assert asked == [("change", None), *(("change", key) for key in keys)]


def test_a_bulk_delete(api: Api, admin: User, tags: list[Tag], asked: Asked) -> None:
    keys = [tag.pk for tag in tags]
    send(api, admin, "post", "bulk/", {"action": "delete", "ids": keys})
    assert asked == [("delete", None), *(("delete", key) for key in keys)]


def test_operations(api: Api, admin: User, tags: list[Tag], asked: Asked) -> None:
    first, second, third = (tag.pk for tag in tags)
    operations = [
        {"op": "update", "pk": second, "data": {"name": "x"}},
        {"op": "update", "pk": first, "data": {"name": "y"}},
        {"op": "delete", "pk": third},
        {"op": "create", "data": {"name": "z", "slug": "z"}},
    ]
    send(api, admin, "post", "bulk/", {"operations": operations})
    models = [("change", None), ("delete", None), ("add", None)]
    assert asked == [*models, ("change", second), ("change", first), ("delete", third)]


def test_a_refused_change(
    api: Api, admin: User, tags: list[Tag], asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(self: AdminConfig, request: HttpRequest, obj: Any = None) -> bool:
        asked.append(("view", obj and obj.pk))
        return obj is None

    monkeypatch.setattr(type(registry.get("testapp.Tag")), "has_view_permission", check)
    path = f"/conjure/r/testapp.Tag/{tags[0].pk}/"
    assert api(admin).patch(path, {"name": "d"}, content_type="application/json").status_code == 403
    key = tags[0].pk
    assert sorted(asked, key=str) == sorted([("change", None), ("change", key), ("view", None), ("view", key)], key=str)


@pytest.fixture
def permissions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The permissions that users are asked for."""
    calls: list[str] = []
    has_perm = User.has_perm

    def note(self: User, perm: str, obj: Any = None) -> bool:
        calls.append(perm)
        return has_perm(self, perm, obj)

    monkeypatch.setattr(User, "has_perm", note)
    return calls


def test_what_no_config_overrides_is_asked_of_the_model_alone(
    api: Api, clerk: User, tags: list[Tag], permissions: list[str]
) -> None:
    clerk.user_permissions.add(permission("change_tag"))
    send(api, clerk, "patch", f"{tags[0].pk}/", {"name": "d"})
    assert permissions.count("testapp.change_tag") == 1


def test_a_scope_that_asks_conjure_itself_asks_in_the_same_context(
    api: Api, clerk: User, permissions: list[str]
) -> None:
    clerk.user_permissions.add(Permission.objects.get(codename="view_adminauditlog"))
    assert api(clerk).get("/conjure/widgets/model-counts/").status_code == 200
    assert permissions.count("testapp.view_order") == 1


@pytest.mark.parametrize(("name", "right"), [("act", "change"), ("delete_selected", "delete")])
def test_an_action(api: Api, admin: User, tags: list[Tag], asked: Asked, name: str, right: str) -> None:
    keys = [tag.pk for tag in tags]
    send(api, admin, "post", f"action/{name}/", {"ids": keys})
    assert asked == [(right, None), *((right, key) for key in keys)]
