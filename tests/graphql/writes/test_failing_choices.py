"""A ``limit_choices_to`` that fails is an error of its field, and of nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.borrowed.models import Choosing, Keeper
from tests.conftest import Api, Gql

pytestmark = pytest.mark.django_db
URL = "/conjure/r/borrowed.Choosing/"
NAMES = ["keeper", "other", "keepers"]


def value(name: str, keeper: Keeper) -> Any:
    return [keeper.pk] if name == "keepers" else keeper.pk


@pytest.mark.parametrize("name", NAMES)
def test_choices_that_cannot_be_found_out_are_an_error_of_the_field(
    api: Api, admin: User, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    keeper, row = Keeper.objects.create(name="Ada"), Choosing.objects.create()
    client, body = api(admin), {name: value(name, keeper)}
    for answer in (
        client.post(URL, body, content_type="application/json"),
        client.patch(f"{URL}{row.pk}/", body, content_type="application/json"),
    ):
        assert answer.status_code == 400, answer.content
        assert list(answer.json()) == [name]
    assert f"limit_choices_to of borrowed.Choosing.{name} failed" in caplog.text
    assert Choosing.objects.count() == 1


def test_other_fields_of_such_a_row_can_be_written(api: Api, admin: User) -> None:
    row = Choosing.objects.create()
    answer = api(admin).patch(f"{URL}{row.pk}/", {"note": "new", "keeper": None}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["note"] == "new"


@pytest.mark.parametrize("name", NAMES)
def test_a_mutation_names_the_field(gql: Gql, admin: User, name: str) -> None:
    keeper = Keeper.objects.create(name="Ada")
    mutation = """mutation ($data: BorrowedChoosingInput) {
        createBorrowedChoosing(data: $data) { result { id } errors { field } } }"""
    pk = keeper.pk
    data = {"keeper": {"keeperId": pk}, "other": {"otherId": pk}, "keepers": {"keepers": {"set": [pk]}}}[name]
    answer = gql(admin, mutation, data=data)
    assert [error["field"] for error in answer["data"]["createBorrowedChoosing"]["errors"]] == list(data), answer
