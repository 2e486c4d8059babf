"""What the database refuses is told to the right fields, although validation does not see the row in the way."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import F

from conjure import action
from tests.conftest import Api, Configure, Gql
from tests.related.models import Account, Other, Owner

URL = "/conjure/r/related.Account/"

pytestmark = pytest.mark.django_db

NOT_ON_MARIADB = {"phone", "word"}


@pytest.fixture
def client(api: Api, admin: User) -> Any:
    return api(admin)


@pytest.fixture
def deleted(db: None) -> Account:
    """A row that the default manager hides, with a value in every unique column."""
    account = Account.objects.create(
        badge="b0",
        email="gone@example.com",
        owner=Owner.objects.create(name="Ann"),
        number=7,
        slug="gone",
        nick="gone",
        phone="1",
        word="Gone",
    )
    Account.objects.update(deleted=True)
    assert not Account.objects.exists()
    return account


def values(number: int) -> dict[str, Any]:
    return {"badge": f"b{number}", "email": f"a{number}@example.com", "number": number, "slug": f"s{number}"}


CASES = {
    "email": ({"email": "gone@example.com"}, {"email": ["Account with this Email already exists."]}),
    "badge": ({"badge": "b0"}, {"badge": ["Marked with this Badge already exists."]}),
    "owner": ({"owner": 0}, {"owner": ["Account with this Owner already exists."]}),
    "number": ({"number": 7}, {"non_field_errors": ["Account with this Tenant and Number already exists."]}),
    "slug": ({"slug": "gone"}, {"non_field_errors": ["Account with this Tenant and Slug already exists."]}),
    "nick": ({"nick": "gone"}, {"nick": ["Account with this Nick already exists."]}),
    "phone": ({"phone": "1"}, {"non_field_errors": ["This phone is taken."]}),
    "word": ({"word": "gONE"}, {"non_field_errors": ["This word is taken."]}),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, deleted: Account) -> tuple[dict[str, Any], dict[str, list[str]]]:
    if connection.vendor == "mysql" and request.param in NOT_ON_MARIADB:
        pytest.skip("MariaDB has no such constraints")
    sent, errors = CASES[request.param]
    return {name: deleted.owner_id if name == "owner" else value for name, value in sent.items()}, errors


def test_a_new_row(client: Any, case: Any) -> None:
    sent, errors = case
    answer = client.post(URL, {**values(1), **sent}, content_type="application/json")
    assert (answer.status_code, answer.json()) == (400, errors)
    assert not Account.objects.exists()


def test_a_change_one_by_one_in_bulk_and_by_operations(client: Any, case: Any) -> None:
    sent, errors = case
    account = Account.objects.create(**values(1))
    other = Account.objects.create(**values(2), tenant=2)
    for body, address, more in (
        (sent, f"{account.pk}/", {}),
        ({"action": "update", "ids": [account.pk], "data": sent}, "bulk/", {}),
        ({"operations": [{"op": "update", "pk": other.pk, "data": {"region": "us"}},
                         {"op": "update", "pk": account.pk, "data": sent}]}, "bulk/",
         {"operation": ["Operation 2 (update) is not valid; nothing was saved."]}),
    ):  # fmt: skip
        method = client.patch if address != "bulk/" else client.post
        answer = method(f"{URL}{address}", body, content_type="application/json")
        assert (answer.status_code, answer.json()) == (400, {**errors, **more})


def test_graphql_names_the_field_as_the_client_does(gql: Gql, admin: User, deleted: Account) -> None:
    answer = gql(
        admin,
        "mutation ($d: RelatedAccountInput!) { createRelatedAccount(data: $d) { errors { field messages } } }",
        d={"badge": "b1", "email": "new@example.com", "ownerId": deleted.owner_id},
    )
    errors = answer["data"]["createRelatedAccount"]["errors"]
    assert errors == [{"field": "ownerId", "messages": ["Account with this Owner already exists."]}]


def test_set_based_updates_name_the_field_too(client: Any) -> None:
    Other.objects.create(email="taken@example.com")
    rows = [Other.objects.create(email=f"{number}@example.com") for number in range(3)]
    body = {"action": "update", "ids": [row.pk for row in rows], "data": {"email": "taken@example.com"}}
    answer = client.post("/conjure/r/related.Other/bulk/", body, content_type="application/json")
    assert (answer.status_code, answer.json()) == (400, {"email": ["Other with this Email already exists."]})


def test_an_excluded_field_is_not_named(client: Any, deleted: Account, configure: Configure) -> None:
    configure(Account, get_exclude=lambda self, request, obj=None: ["number"])
    answer = client.post(URL, {**values(1), "slug": "x"}, content_type="application/json")
    assert answer.status_code == 201
    Account.objects.update(number=F("number") + 100)
    Account._base_manager.filter(deleted=True).update(number=0)
    answer = client.post(URL, {**values(2), "slug": "y"}, content_type="application/json")
    refused = "The database refused this: it would break one of its constraints."
    assert (answer.status_code, answer.json()) == (400, {"non_field_errors": [refused]})


def run(client: Any, configure: Configure, handler: Any) -> tuple[int, Any]:
    pks = [account.pk for account in Account.objects.all()]
    configure(Account, actions=["go"], go=action(label="Go")(handler))
    answer = client.post(f"{URL}action/go/", {"ids": pks}, content_type="application/json")
    return answer.status_code, answer.json()


def test_an_action_that_saves_such_a_row_names_the_field(client: Any, configure: Configure, deleted: Account) -> None:
    Account.objects.create(**values(1))

    def go(self: Any, request: Any, queryset: Any) -> None:
        for account in queryset:
            account.email = "gone@example.com"
            account.save()

    assert run(client, configure, go) == (400, {"email": ["Account with this Email already exists."]})


def test_a_later_update_is_not_blamed_on_the_row_saved_before(client: Any, configure: Configure) -> None:
    first, second = (Account.objects.create(**values(number)) for number in (1, 2))

    def go(self: Any, request: Any, queryset: Any) -> None:
        # The first row gets what the second one gives up: once all this is undone, that is taken again.
        queryset.filter(pk=second.pk).update(email="free@example.com")
        saved = queryset.get(pk=first.pk)
        saved.email = second.email
        saved.save()
        queryset.update(number=5)

    told = "Account with this Tenant and Number already exists."
    assert run(client, configure, go) == (400, {"non_field_errors": [told]})
    assert {account.email for account in Account.objects.all()} == {first.email, second.email}


def test_another_models_constraint_is_blamed_on_no_field(client: Any, configure: Configure) -> None:
    first, second = (Account.objects.create(**values(number)) for number in (1, 2))
    others = [Other.objects.create(email=f"{number}@example.com") for number in range(2)]

    def go(self: Any, request: Any, queryset: Any) -> None:
        # Undone, the value that the saved row got is the second row's again.
        queryset.filter(pk=second.pk).update(email="free@example.com")
        saved = queryset.get(pk=first.pk)
        saved.email = second.email
        saved.save()
        Other.objects.filter(pk=others[0].pk).update(email=others[1].email)

    refused = "The database refused this: it would break one of its constraints."
    assert run(client, configure, go) == (400, {"non_field_errors": [refused]})


def test_a_check_that_an_action_breaks_says_what_it_says(client: Any, configure: Configure) -> None:
    Account.objects.create(**values(1))

    def go(self: Any, request: Any, queryset: Any) -> None:
        queryset.update(tenant=-1)

    assert run(client, configure, go) == (400, {"non_field_errors": ["No minus."]})
