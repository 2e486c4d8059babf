"""A row's history has what Django's admin has logged of it, too. It needs a process of its own, with the admin."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conjure.models import AdminAuditLog
from tests.conftest import Api, Gql
from tests.testapp.models import Tag

ROOT = Path(__file__).resolve().parent.parent.parent
TAGS = "/conjure/r/testapp.Tag/"
JSON = "application/json"

with_admin = pytest.mark.skipif(not apps.is_installed("django.contrib.admin"), reason="runs in a process of its own")


@pytest.mark.skipif(apps.is_installed("django.contrib.admin"), reason="this is the process of its own")
def test_beside_the_admin() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider"]
    command += ["--ds=tests.audit.admin_settings", str(Path(__file__))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    assert "5 passed, 1 skipped" in done.stdout


@pytest.fixture
def tag(admin: User, api: Api) -> Tag:
    """A tag that was made in Django's admin, and changed by conjure and by the admin in turns."""
    client = api(admin)
    assert client.post("/admin/testapp/tag/add/", {"name": "one", "slug": "one"}).status_code == 302
    tag = Tag.objects.get()
    for name in ("two", "three"):
        assert client.patch(f"{TAGS}{tag.pk}/", {"name": name}, content_type=JSON).status_code == 200
    url = f"/admin/testapp/tag/{tag.pk}/change/"
    assert client.post(url, {"name": "four", "slug": "one"}).status_code == 302
    return tag


def history(api: Api, user: User, tag: Tag, **parameters: Any) -> Any:
    answer = api(user).get(f"{TAGS}{tag.pk}/history/", parameters)
    assert answer.status_code == 200
    return answer.json()


@with_admin
def test_both_logs_are_merged_by_time(api: Api, admin: User, tag: Tag) -> None:
    body = history(api, admin, tag)
    assert body["count"] == 4
    assert [(e["source"], e["action"], e["object_repr"], e["diff"], e["message"]) for e in body["results"]] == [
        ("admin", "update", "four", None, "Changed Name."),
        ("conjure", "update", "three", {"name": ["two", "three"]}, None),
        ("conjure", "update", "two", {"name": ["one", "two"]}, None),
        ("admin", "create", "one", None, "Added."),
    ]
    assert {entry["actor"] for entry in body["results"]} == {"admin"}
    page = api(admin).get(f"/admin/testapp/tag/{tag.pk}/history/").content.decode()
    messages = [entry["message"] for entry in body["results"] if entry["message"]]
    assert all(message in page for message in messages)


@with_admin
def test_pages_go_over_both_logs(api: Api, gql: Gql, admin: User, tag: Tag) -> None:
    every = history(api, admin, tag)["results"]
    by_one = [history(api, admin, tag, page=page, page_size=1)["results"][0] for page in (1, 2, 3, 4)]
    assert by_one == every
    last = history(api, admin, tag, page="last", page_size=3)
    assert (last["results"], last["count"]) == (every[3:], 4)
    query = "{ testappTagHistory(pk: %d, pagination: {offset: 1, limit: 2}) { results { source message } } }" % tag.pk
    told = gql(admin, query)["data"]["testappTagHistory"]["results"]
    assert told == [{"source": e["source"], "message": e["message"]} for e in every[1:3]]


@with_admin
def test_whoever_may_view_the_row_is_told_what_the_admin_says(api: Api, viewer: User, clerk: User, tag: Tag) -> None:
    entries = history(api, viewer, tag)["results"]
    assert [entry["message"] for entry in entries] == ["Changed Name.", None, None, "Added."]
    assert {entry["diff"] and "shown" for entry in entries} == {None}
    assert api(clerk).get(f"{TAGS}{tag.pk}/history/").status_code == 403
    clerk.user_permissions.add(Permission.objects.get(codename="view_tag", content_type__app_label="testapp"))
    assert api(clerk).get(f"{TAGS}{tag.pk}/history/").status_code == 200


@with_admin
def test_the_number_of_queries_does_not_depend_on_the_entries(api: Api, viewer: User, admin: User, tag: Tag) -> None:
    from django.contrib.admin.models import CHANGE, LogEntry
    from django.contrib.contenttypes.models import ContentType

    def count() -> int:
        client = api(viewer)
        client.get(f"{TAGS}{tag.pk}/history/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{TAGS}{tag.pk}/history/")
        return len(queries)

    few = count()
    kind = ContentType.objects.get_for_model(Tag)
    for number in range(10):
        user = User.objects.create_user(f"user {number}")
        LogEntry.objects.create(user=user, content_type=kind, object_id=str(tag.pk), action_flag=CHANGE)
        AdminAuditLog.objects.create(model_label="testapp.Tag", object_pk=str(tag.pk), action="update")
    assert count() == few


@with_admin
def test_messages_of_any_kind_and_entries_of_other_rows(api: Api, admin: User, tag: Tag) -> None:
    from django.contrib.admin.models import LogEntry
    from django.contrib.contenttypes.models import ContentType

    kind, other = ContentType.objects.get_for_model(Tag), ContentType.objects.get_for_model(User)
    when = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)
    for message, content_type, pk in (
        ("[1]", kind, tag.pk),
        ("plain", kind, tag.pk),
        ("x", other, tag.pk),
        ("x", kind, 0),
    ):
        LogEntry.objects.create(
            user=admin,
            content_type=content_type,
            object_id=str(pk),
            action_flag=9,
            change_message=message,
            action_time=when,
        )
    entries = history(api, admin, tag)["results"]
    assert [(e["message"], e["action"]) for e in entries[:2]] == [("plain", "9"), ("[1]", "9")]
    assert len(entries) == 6
