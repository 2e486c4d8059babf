"""Fields without a lookup, and lookups that raise: not searched, told by a check, and never a masked error."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.db import models
from django.db.models.lookups import IContains
from django.test.utils import register_lookup

from conjure.checks import TAG
from tests.conftest import Api, Configure, Gql
from tests.edges.models import Hush, Quiet
from tests.graphql.orders import code_of

pytestmark = pytest.mark.django_db
URL = "/conjure/r/edges.Quiet/"


@pytest.fixture
def quiet() -> Quiet:
    return Quiet.objects.create(deaf="needle", mute="needle", name="needle")


def test_a_field_without_the_lookup_is_not_inferred(api: Api, admin: User, quiet: Quiet) -> None:
    client = api(admin)
    assert client.get("/conjure/schema/edges.Quiet/").json()["search_fields"] == ["mute", "name"]
    assert client.get(URL, {"search": "needle"}).json()["count"] == 1
    assert client.get(f"{URL}autocomplete/", {"q": "needle"}).json()["results"][0]["value"] == quiet.pk


@pytest.mark.parametrize("attribute", ["search_fields", "autocomplete_search_fields"])
@pytest.mark.parametrize("declared", [("deaf",), ("mute",), ("^deaf", "=mute"), ("deaf", "mute")])
def test_a_declared_one_is_passed_over(
    api: Api, admin: User, gql: Gql, quiet: Quiet, configure: Configure, attribute: str, declared: tuple[str, ...]
) -> None:
    for more, count in (((), 0), (("name",), 1)):
        configure(Quiet, **{attribute: (*declared, *more)}, actions=("export",))
        client = api(admin)
        path, term = ("", "search") if attribute == "search_fields" else ("autocomplete/", "q")
        answer = client.get(f"{URL}{path}", {term: "needle"})
        found = count if "=mute" not in declared else 1
        assert (answer.status_code, len(answer.json()["results"])) == (200, found)
    if attribute == "search_fields":
        typed = gql(admin, '{ edgesQuietsAggregate(search: "needle") { count } }')
        assert typed["data"]["edgesQuietsAggregate"] == [{"count": 1}]


@pytest.mark.parametrize("attribute", ["search_fields", "autocomplete_search_fields"])
def test_a_declared_one_is_told_by_a_check(configure: Configure, attribute: str) -> None:
    number = {"search_fields": "conjure.E202", "autocomplete_search_fields": "conjure.E207"}[attribute]
    configure(Quiet, **{attribute: ("^deaf", "name", "mute")})
    configure(Hush, **{attribute: ("quiet__deaf", "quiet__deaf__upper")})
    found = [(error.id, error.msg) for error in run_checks(tags=[TAG]) if error.id == number]
    named = [message.partition(", ")[2].partition(", ")[0] for _, message in found]
    expected = ["^deaf", "quiet__deaf", "quiet__deaf__upper"]
    assert named == [f"{attribute} names {entry!r}" for entry in expected], found
    assert "has no lookup 'istartswith'" in found[0][1]


def test_a_filter_by_them_is_the_parameters_fault(api: Api, admin: User, gql: Gql, quiet: Quiet) -> None:
    for name, count in (("deaf__icontains", None), ("mute__icontains", None), ("deaf", 1), ("mute", 1)):
        answer = api(admin).get(URL, {name: "needle"})
        if count is None:
            assert (answer.status_code, list(answer.json())) == (400, [name])
        else:
            assert answer.json()["count"] == count
    query = "query ($f: EdgesQuietFilter) { edgesQuiets(filters: $f) { totalCount } }"
    for field in ("deaf", "mute"):
        answer = gql(admin, query, f={field: {"iContains": "needle"}})
        assert (code_of(answer), list(answer["errors"][0]["extensions"]["errors"])) == (
            "INVALID",
            [f"{field}.iContains"],
        )


class Failing(IContains):
    """What a project registers for Django's own field."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        raise LookupError("This cannot be searched.")


@pytest.mark.parametrize("whole_class", [True, False], ids=["class", "field"])
def test_a_lookup_that_the_project_registers_for_djangos_own_field_may_raise(
    api: Api, admin: User, quiet: Quiet, whole_class: bool
) -> None:
    client = api(admin)
    assert client.get(URL, {"name__icontains": "needle"}).json()["count"] == 1
    with register_lookup(models.CharField if whole_class else Quiet._meta.get_field("name"), Failing):
        answer = client.get(URL, {"name__icontains": "needle"})
        assert (answer.status_code, list(answer.json())) == (400, ["name__icontains"])
        answer = client.get(URL, {"search": "needle"})
        assert (answer.status_code, answer.json()["results"]) == (200, [])
    assert client.get(URL, {"search": "needle"}).json()["count"] == 1
