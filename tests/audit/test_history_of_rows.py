"""``GET r/{model}/{pk}/history/`` and its root field: what was done to a row, as far as the user may know."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.http import HttpRequest
from django.test.utils import CaptureQueriesContext

from conjure.models import AdminAuditLog
from tests.conftest import Api, Configure, Gql
from tests.testapp.models import Tag

pytestmark = pytest.mark.django_db

JSON = "application/json"
TAGS = "/conjure/r/testapp.Tag/"
KEYS = ["source", "id", "created_at", "actor", "action", "action_display", "object_repr", "diff", "message"]
QUERY = """
query ($pk: ID!, $pagination: OffsetPaginationInput) {
  testappTagHistory(pk: $pk, pagination: $pagination) {
    totalCount
    pageInfo { offset limit page }
    results { source id createdAt actor action actionDisplay objectRepr diff message }
  }
}
"""


@pytest.fixture
def tag(admin: User, api: Api) -> Tag:
    """A tag that was made and changed twice, beside another one."""
    client = api(admin)
    made = client.post(TAGS, {"name": "one", "slug": "one"}, content_type=JSON).json()
    client.post(TAGS, {"name": "other", "slug": "other"}, content_type=JSON)
    for name in ("two", "three"):
        assert client.patch(f"{TAGS}{made['id']}/", {"name": name}, content_type=JSON).status_code == 200
    return Tag.objects.get(pk=made["id"])


@pytest.fixture
def reader(viewer: User) -> User:
    """A user who may view every model of the test app, and the log."""
    viewer.user_permissions.add(Permission.objects.get(codename="view_adminauditlog"))
    return viewer


def history(api: Api, user: User | None, pk: Any, **parameters: Any) -> Any:
    return api(user).get(f"{TAGS}{pk}/history/", parameters)


def test_what_was_done_is_told_newest_first_by_both_faces(api: Api, gql: Gql, reader: User, tag: Tag) -> None:
    body = history(api, reader, tag.pk).json()
    assert list(body) == ["count", "next", "previous", "results"]
    assert (body["count"], body["next"], body["previous"]) == (3, None, None)
    assert [list(entry) for entry in body["results"]] == [KEYS] * 3
    assert [(e["source"], e["actor"], e["action"], e["action_display"], e["object_repr"]) for e in body["results"]] == [
        ("conjure", "admin", "update", "Update", "three"),
        ("conjure", "admin", "update", "Update", "two"),
        ("conjure", "admin", "create", "Create", "one"),
    ]
    assert body["results"][0]["diff"] == {"name": ["two", "three"]}
    assert {entry["message"] for entry in body["results"]} == {None}
    of_log = api(reader).get("/conjure/r/conjure.AdminAuditLog/", {"object_pk": tag.pk}).json()["results"]
    assert [(e["id"], e["created_at"], e["diff"]) for e in body["results"]] == [
        (e["id"], e["created_at"], e["diff"]) for e in of_log
    ]
    told = gql(reader, QUERY, pk=tag.pk)["data"]["testappTagHistory"]
    assert told["totalCount"] == 3
    assert [[*entry.values()] for entry in told["results"]] == [[*entry.values()] for entry in body["results"]]


def test_it_has_pages_like_every_list(api: Api, gql: Gql, admin: User, tag: Tag) -> None:
    first = history(api, admin, tag.pk, page_size=2).json()
    assert [entry["object_repr"] for entry in first["results"]] == ["three", "two"]
    assert (first["count"], first["previous"]) == (3, None)
    second = api(admin).get(first["next"]).json()
    assert [entry["object_repr"] for entry in second["results"]] == ["one"]
    assert second == history(api, admin, tag.pk, page_size=2, page="last").json()
    assert second["next"] is None
    assert api(admin).get(second["previous"]).json()["results"] == first["results"]
    for page in ("3", "0", "x", "-1"):
        answer = history(api, admin, tag.pk, page_size=2, page=page)
        assert (answer.status_code, answer.json()) == (404, {"detail": "Invalid page."})
    told = gql(admin, QUERY, pk=tag.pk, pagination={"offset": 1, "limit": 1})["data"]["testappTagHistory"]
    assert [entry["objectRepr"] for entry in told["results"]] == ["two"]
    assert told["pageInfo"] == {"offset": 1, "limit": 1, "page": 2}


def test_a_row_that_nothing_was_done_to_has_an_empty_one(api: Api, admin: User) -> None:
    tag = Tag.objects.create(name="silent", slug="silent")
    answer = history(api, admin, tag.pk)
    assert (answer.status_code, answer.json()["results"], answer.json()["count"]) == (200, [], 0)


def test_only_those_who_may_view_the_model_are_told(api: Api, tag: Tag, clerk: User, outsider: User) -> None:
    assert [history(api, user, tag.pk).status_code for user in (None, outsider, clerk)] == [401, 403, 403]


def test_without_the_logs_permission_it_does_not_say_what_changed(api: Api, gql: Gql, viewer: User, tag: Tag) -> None:
    entries = history(api, viewer, tag.pk).json()["results"]
    assert [(entry["actor"], entry["object_repr"], entry["diff"]) for entry in entries] == [
        ("admin", "three", None),
        ("admin", "two", None),
        ("admin", "one", None),
    ]
    told = gql(viewer, QUERY, pk=tag.pk)["data"]["testappTagHistory"]["results"]
    assert [entry["diff"] for entry in told] == [None] * 3


def test_unknown_hidden_and_deleted_rows_have_none(
    api: Api, gql: Gql, admin: User, tag: Tag, configure: Configure
) -> None:
    other = Tag.objects.get(slug="other")
    api(admin).delete(f"{TAGS}{other.pk}/")
    assert AdminAuditLog.objects.filter(object_pk=str(other.pk)).count() == 2
    for pk in (other.pk, 999_999, "x"):
        assert history(api, admin, pk).status_code == 404
    configure(Tag, get_queryset=lambda self, request: Tag.objects.exclude(pk=tag.pk))
    assert history(api, admin, tag.pk).status_code == 404
    [error] = gql(admin, QUERY, pk=tag.pk)["errors"]
    assert error["extensions"]["code"] == "NOT_FOUND"


def test_a_row_that_is_denied_has_none_to_show(api: Api, reader: User, tag: Tag, configure: Configure) -> None:
    def may_view(self: Any, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or obj.pk != tag.pk

    configure(Tag, has_view_permission=may_view)
    assert history(api, reader, tag.pk).status_code == 403


def test_fields_that_are_hidden_are_not_in_it(
    api: Api, gql: Gql, admin: User, reader: User, configure: Configure
) -> None:
    client = api(admin)
    row = client.post(TAGS, {"name": "seen", "slug": "secret"}, content_type=JSON).json()
    client.patch(f"{TAGS}{row['id']}/", {"name": "changed"}, content_type=JSON)
    configure(Tag, get_exclude=lambda self, request, obj=None: ("slug",))
    assert "secret" not in history(api, admin, row["id"]).content.decode()
    # Others are not shown at all that the hidden field was written.
    entries = history(api, reader, row["id"]).json()["results"]
    assert [entry["diff"] for entry in entries] == [{"name": ["seen", "changed"]}]


@pytest.mark.parametrize("diff", [["slug", "secret"], {"changed": {"slug": ["secret", "x"]}}, "secret"])
def test_diffs_of_another_form_are_not_in_it_where_fields_are_hidden(
    api: Api, admin: User, configure: Configure, diff: Any
) -> None:
    tag = Tag.objects.create(name="n", slug="s")
    AdminAuditLog.objects.create(model_label="testapp.Tag", object_pk=str(tag.pk), action="update", diff=diff)
    assert [entry["diff"] for entry in history(api, admin, tag.pk).json()["results"]] == [diff]
    configure(Tag, get_exclude=lambda self, request, obj=None: ("slug",))
    assert [entry["diff"] for entry in history(api, admin, tag.pk).json()["results"]] == [{}]


def test_the_columns_that_the_log_excludes_are_not_in_it(api: Api, admin: User, tag: Tag, configure: Configure) -> None:
    configure(AdminAuditLog, get_exclude=lambda self, request, obj=None: ("diff", "actor_name", "object_repr"))
    entries = history(api, admin, tag.pk).json()["results"]
    assert [(entry["diff"], entry["actor"], entry["object_repr"]) for entry in entries] == [(None, None, "")] * 3


def test_the_number_of_queries_does_not_depend_on_the_entries(api: Api, reader: User, tag: Tag) -> None:
    def count() -> int:
        client = api(reader)
        client.get(f"{TAGS}{tag.pk}/history/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{TAGS}{tag.pk}/history/").status_code == 200
        return len(queries)

    few = count()
    AdminAuditLog.objects.bulk_create(
        AdminAuditLog(model_label="testapp.Tag", object_pk=str(tag.pk), action="update", actor_name=f"actor {number}")
        for number in range(30)
    )
    assert count() == few


def test_keys_that_are_texts_and_the_name_history_itself(api: Api, admin: User) -> None:
    client = api(admin)
    url = "/conjure/r/testapp.StringKey/"
    for code in ("a/b", "history"):
        assert client.post(url, {"code": code, "name": code}, content_type=JSON).status_code == 201
    assert client.get(f"{url}a%2Fb/history/").json()["results"][0]["object_repr"]
    assert client.get(f"{url}history/").json()["code"] == "history"
    assert client.get(f"{url}history/history/").json()["count"] == 1


def test_entries_of_one_moment_keep_their_order_over_pages(api: Api, admin: User) -> None:
    tag = Tag.objects.create(name="n", slug="s")
    moment = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    for _ in range(5):
        AdminAuditLog.objects.create(
            model_label="testapp.Tag", object_pk=str(tag.pk), action="update", created_at=moment
        )
    pages = [history(api, admin, tag.pk, page_size=2, page=page).json()["results"] for page in (1, 2, 3)]
    shown = [entry["id"] for page in pages for entry in page]
    assert shown == sorted(shown, reverse=True)
    assert len(shown) == 5
