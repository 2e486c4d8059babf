"""What forms leave out of validation: fields without a value that they do not ask for, such as a Boolean of null."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.forms import modelform_factory

from conjure.models import AdminAuditLog
from tests.conftest import Api, Gql
from tests.edges.models import PickySwitch, Switch

pytestmark = pytest.mark.django_db
URL, PICKY = "/conjure/r/edges.Switch/", "/conjure/r/edges.PickySwitch/"
TRUTHS = ("plain", "chosen", "named")
JSON = {"content_type": "application/json"}


@pytest.mark.parametrize(
    "values", [{}, dict.fromkeys(TRUTHS), dict.fromkeys(TRUTHS, "")], ids=["none", "null", "empty"]
)
@pytest.mark.parametrize("form", [False, True], ids=["json", "form"])
def test_a_truth_that_is_left_empty_is_null(api: Api, admin: User, values: dict[str, Any], form: bool) -> None:
    body = {"number": 1, **(dict.fromkeys(values, "") if form else values)}
    answer = api(admin).post(URL, body, **({} if form else JSON))
    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert [row[name] for name in TRUTHS] == [None, None, None]
    assert (row["on"], row["unsure"]) == (True, None)
    assert (row["chosen_display"], row["named_display"]) == (None, "Unknown")
    stored = Switch.objects.get()
    assert [getattr(stored, name) for name in TRUTHS] == [None, None, None]


@pytest.mark.parametrize("name", [*TRUTHS, "on"])
def test_a_truth_has_three_values(api: Api, admin: User, name: str) -> None:
    client, row = api(admin), Switch.objects.create(number=1)
    bulk = {"action": "update", "ids": [row.pk]}
    for number, value in enumerate((True, False, None, True, None, False)):
        if number % 2:
            assert client.post(f"{URL}bulk/", {**bulk, "data": {name: value}}, **JSON).status_code == 200
        else:
            answer = client.patch(f"{URL}{row.pk}/", {name: value}, **JSON)
            assert (answer.status_code, answer.json()[name]) == (200, value)
        row.refresh_from_db()
        assert getattr(row, name) is value
        found = {
            "true": client.get(URL, {name: "true"}).json()["count"],
            "false": client.get(URL, {name: "false"}).json()["count"],
            "null": client.get(URL, {f"{name}__isnull": "true"}).json()["count"],
        }
        assert found == {"true": 0, "false": 0, "null": 0, {True: "true", False: "false", None: "null"}[value]: 1}
    assert client.patch(f"{URL}{row.pk}/", {name: "perhaps"}, **JSON).status_code == 400
    assert client.get(URL, {name: "perhaps"}).status_code == 400


def test_many_rows_are_made_null_by_one_statement(api: Api, admin: User, django_assert_max_num_queries: Any) -> None:
    client = api(admin)
    keys = [Switch.objects.create(plain=True, number=number).pk for number in range(20)]
    body = {"action": "update", "ids": keys, "data": {"plain": None}}
    client.post(f"{URL}bulk/", {**body, "ids": keys[:1]}, **JSON)
    with django_assert_max_num_queries(12):
        assert client.post(f"{URL}bulk/", body, **JSON).json() == {"updated": 20}
    assert Switch.objects.filter(plain=None).count() == 20
    assert AdminAuditLog.objects.filter(action="bulk_update").count() == 20


def test_both_faces_leave_a_truth_empty(gql: Gql, admin: User) -> None:
    write = "mutation { createEdgesSwitch(data: {%s}) { result { plain chosen named on } errors { field messages } } }"
    for values in ("number: 1", "plain: null, chosen: null, named: null, number: 1"):
        written = gql(admin, write % values)["data"]["createEdgesSwitch"]
        assert written["result"] == {"plain": None, "chosen": None, "named": None, "on": True}, written
    groups = "{ edgesSwitchesAggregate(groupBy: [{field: plain}]) { key { plain } count } }"
    assert gql(admin, groups)["data"]["edgesSwitchesAggregate"] == [{"key": {"plain": None}, "count": 2}]


def test_a_model_with_validation_of_its_own_is_asked_for_no_more(api: Api, admin: User) -> None:
    answer = api(admin).post(PICKY, {}, **JSON)
    assert (answer.status_code, answer.json().get("plain", "missing")) == (201, None)
    key = PickySwitch.objects.create(plain=True).pk
    assert api(admin).patch(f"{PICKY}{key}/", {"plain": None}, **JSON).json()["plain"] is None


def test_a_field_is_left_empty_where_its_own_form_field_does_not_ask_for_it(api: Api, admin: User) -> None:
    client, row = api(admin), Switch.objects.create(unsure="x", number=1)
    answer = client.patch(f"{URL}{row.pk}/", {"unsure": None, "empty": ""}, **JSON)
    assert (answer.status_code, answer.json()["unsure"], answer.json()["empty"]) == (200, None, "")
    answer = client.patch(f"{URL}{row.pk}/", {"number": None}, **JSON)
    assert (answer.status_code, answer.json()) == (400, {"number": ["This field cannot be blank."]})
    answer = client.patch(f"{URL}{row.pk}/", {"empty": None}, **JSON)
    assert (answer.status_code, answer.json()) == (400, {"empty": ["This field cannot be null."]})


def test_a_model_form_agrees() -> None:
    names = ["plain", "unsure", "empty"]
    assert modelform_factory(Switch, fields=names)({"empty": "x"}).is_valid()
    assert not modelform_factory(Switch, fields=[*names, "number"])({"empty": "x"}).is_valid()
