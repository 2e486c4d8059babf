"""Lists: filters, search, order, pages and counts, asked as a client asks them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from tests.conftest import Gql
from tests.testapp.factories import make_shop
from tests.testapp.models import Category, Customer, Note, Order, Product
from tests.testapp.models.custom import CustomFields
from tests.testapp.models.relations import TextGenericItem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(media_root: Any) -> None:
    make_shop()


def numbers(answer: dict[str, Any]) -> list[str]:
    """The numbers of the orders in an answer."""
    assert "errors" not in answer, answer["errors"]
    return [row["number"] for row in answer["data"]["testappOrders"]["results"]]


def ask(arguments: str) -> str:
    return "{ testappOrders(%s) { totalCount results { number } } }" % arguments


def permission(codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label="testapp", codename=codename)


def code_of(answer: dict[str, Any]) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


@pytest.mark.parametrize(
    ("filters", "meaning"),
    [
        ('{status: {exact: "paid"}}', Q(status="paid")),
        ('{status: {inList: ["paid", "nothing"]}}', Q(status="paid")),
        ('{number: {startsWith: "A-"}, priority: {gte: 3}}', Q(number__startswith="A-", priority__gte=3)),
        ('{OR: [{number: {exact: "A-1"}}, {number: {exact: "A-2"}}]}', Q(number__in=["A-1", "A-2"])),
        ('{NOT: [{number: {exact: "A-1"}}, {number: {exact: "A-2"}}]}', ~Q(number__in=["A-1", "A-2"])),
        ('{AND: [{number: {iContains: "a"}}, {number: {endsWith: "3"}}]}', Q(number="A-3")),
        ('{NOT: {NOT: {number: {exact: "A-1"}}}}', Q(number="A-1")),
        ("{productId: {isNull: true}}", Q(product=None)),
        ('{customer: {name: {startsWith: "Ada"}}}', Q(customer__name__startswith="Ada")),
        (
            '{customer: {OR: [{tier: {exact: "gold"}}, {tier: {exact: "silver"}}]}}',
            Q(customer__tier__in=["gold", "silver"]),
        ),
        ('{items: {product: {sku: {exact: "SAW/2"}}}}', Q(items__product="SAW/2")),
        (
            '{items: {quantity: {gte: 2}, product: {sku: {exact: "SAW/2"}}}}',
            Q(items__product="SAW/2", items__quantity__gte=2),
        ),
        ('{NOT: {items: {product: {sku: {exact: "SAW/2"}}}}}', ~Q(items__product="SAW/2")),
        ("{weight: {range: [3, 4]}}", Q(weight__range=(3, 4))),
        ("{paidAt: {isNull: false}}", Q(paid_at__isnull=False)),
        ("{orderedOn: {year: 2024}}", Q(ordered_on__year=2024)),
        ("{OR: []}", Q()),
        ("{OR: [{}]}", Q()),
        ("{NOT: [{}]}", Q(pk__in=[])),
    ],
)
def test_typed_filters_select_what_the_orm_selects(admin: User, gql: Gql, filters: str, meaning: Q) -> None:
    expected = Order.objects.filter(meaning).distinct().values_list("number", flat=True)
    assert sorted(numbers(gql(admin, ask(f"filters: {filters}")))) == sorted(expected)


def test_a_filter_across_many_rows_repeats_none(admin: User, gql: Gql) -> None:
    answer = gql(admin, '{ testappProducts(filters: {tags: {slug: {inList: ["new", "sale"]}}}) { results { sku } } }')
    assert sorted(row["sku"] for row in answer["data"]["testappProducts"]["results"]) == ["HAM-1", "SAW/2"]


@pytest.mark.parametrize(
    ("filters", "where"),
    [
        ('{orderedOn: {exact: "no day"}}', "orderedOn.exact"),
        ('{total: {gte: "NaN"}}', "total.gte"),
        ('{customer: {birthday: {lt: "2024-02-30"}}}', "customer.birthday.lt"),
        ('{OR: [{paidAt: {exact: "never"}}]}', "OR.paidAt.exact"),
        ('{customerId: {exact: "not a UUID"}}', "customerId.exact"),
    ],
)
def test_a_value_that_a_field_cannot_take_is_named(admin: User, gql: Gql, filters: str, where: str) -> None:
    answer = gql(admin, ask(f"filters: {filters}"))
    assert code_of(answer) == "INVALID"
    assert list(answer["errors"][0]["extensions"]["errors"]) == [where]


def test_an_excluded_column_is_no_filter_no_order_and_no_field(admin: User, gql: Gql) -> None:
    for query in (
        ask('filters: {secretNote: {startsWith: "a"}}'),
        ask("ordering: [{secretNote: ASC}]"),
        "{ testappOrders { results { secretNote } } }",
        ask('filters: {customer: {apiToken: {startsWith: "a"}}}'),
    ):
        assert code_of(gql(admin, query)) == "GRAPHQL_VALIDATION_FAILED"


def test_what_get_exclude_hides_is_forbidden_to_ask_to_filter_and_to_order_by(
    viewer: User, admin: User, gql: Gql
) -> None:
    queries = (
        "{ testappShipments { results { cost } } }",
        '{ testappShipments(filters: {cost: {gt: "1"}}) { results { id } } }',
        "{ testappShipments(ordering: [{cost: ASC}]) { results { id } } }",
        '{ testappOrders(filters: {shipments: {cost: {gt: "1"}}}) { results { id } } }',
        "{ testappOrders { results { shipments { cost } } } }",
    )
    for query in queries:
        assert code_of(gql(viewer, query)) == "FORBIDDEN"
        assert "errors" not in gql(admin, query)


def test_search_looks_in_every_search_field_and_across_relations(admin: User, gql: Gql) -> None:
    assert numbers(gql(admin, ask('search: "a-3"'))) == ["A-3"]
    assert numbers(gql(admin, ask('search: "lovelace"'))) == list(
        Order.objects.filter(customer__name="Ada Lovelace").values_list("number", flat=True)
    )
    assert numbers(gql(admin, ask('search: "ring twice"'))) == ["A-1"]
    assert numbers(gql(admin, ask('search: "no such thing"'))) == []
    assert len(numbers(gql(admin, ask('search: "  "')))) == 3


def test_an_overlong_search_is_refused(admin: User, gql: Gql) -> None:
    answer = gql(admin, "query ($s: String) { testappOrders(search: $s) { totalCount } }", s="x" * 60_000)
    assert code_of(answer) == "INVALID"


def test_ordering_takes_directions_relations_and_places_for_null(admin: User, gql: Gql) -> None:
    assert numbers(gql(admin, ask("ordering: [{number: DESC}]"))) == ["A-3", "A-2", "A-1"]
    assert numbers(gql(admin, ask("ordering: [{customer: {name: ASC}}]")))[0] == "A-1"
    assert numbers(gql(admin, ask("ordering: [{weight: ASC_NULLS_LAST}]")))[0] == "A-1"


def test_pages_do_not_overlap_where_everything_ties(admin: User, gql: Gql) -> None:
    tied = [Category(name=f"tied {number}", position=9) for number in range(30)]
    Category.objects.bulk_create(tied)
    seen: list[int] = []
    for offset in range(0, 40, 7):
        query = (
            "{ testappCategories(ordering: [{position: ASC}], pagination: {offset: %d, limit: 7}) { results { id } } }"
        )
        seen += [row["id"] for row in gql(admin, query % offset)["data"]["testappCategories"]["results"]]
    assert len(seen) == len(set(seen)) == Category.objects.count()


@pytest.mark.parametrize("pagination", ["{offset: -1}", "{limit: -1}"])
def test_a_negative_slice_is_refused(admin: User, gql: Gql, pagination: str) -> None:
    assert code_of(gql(admin, ask(f"pagination: {pagination}"))) == "INVALID"


def test_the_count_is_exact_on_every_page_and_costs_a_query_only_where_it_must(admin: User, gql: Gql) -> None:
    query = "{ testappOrders(pagination: {offset: %d, limit: %d}) { totalCount results { id } } }"
    counting = {}
    for offset, limit in ((0, 2), (2, 2), (0, 50), (50, 2)):
        with CaptureQueriesContext(connection) as captured:
            answer = gql(admin, query % (offset, limit))
        assert answer["data"]["testappOrders"]["totalCount"] == 3
        counting[offset, limit] = sum("COUNT(" in q["sql"] for q in captured.captured_queries)
    assert counting == {(0, 2): 1, (2, 2): 0, (0, 50): 0, (50, 2): 1}


def test_results_under_two_aliases_each_hold_what_they_ask(admin: User, gql: Gql) -> None:
    answer = gql(admin, "{ testappOrders { a: results { number } b: results { status number } totalCount } }")
    listing = answer["data"]["testappOrders"]
    assert [list(row) for row in listing["a"]] == [["number"]] * 3
    assert [list(row) for row in listing["b"]] == [["status", "number"]] * 3


def test_nested_lists_are_filtered_ordered_and_cut_for_each_row(admin: User, gql: Gql) -> None:
    answer = gql(
        admin,
        """{ testappProducts(ordering: [{sku: ASC}]) { results {
            sku
            first: tags(ordering: [{slug: ASC}], pagination: {limit: 1}) { slug }
            last: tags(ordering: [{slug: DESC}], pagination: {limit: 1}) { slug }
            second: tags(ordering: [{slug: ASC}], pagination: {offset: 1, limit: 1}) { slug }
            sale: tags(filters: {slug: {exact: "sale"}}) { slug name }
            tagsIds
        } } }""",
    )
    rows = {row["sku"]: row for row in answer["data"]["testappProducts"]["results"]}
    assert [tag["slug"] for tag in rows["SAW/2"]["first"]] == ["eco"]
    assert [tag["slug"] for tag in rows["SAW/2"]["last"]] == ["sale"]
    assert [tag["slug"] for tag in rows["SAW/2"]["second"]] == ["new"]
    assert [tag["name"] for tag in rows["HAM-1"]["sale"]] == ["Sale"]
    assert rows["4"]["first"] == rows["4"]["tagsIds"] == []
    ordered = Product.objects.get(pk="SAW/2").tags.values_list("pk", flat=True)
    assert rows["SAW/2"]["tagsIds"] == list(ordered)


def test_relations_lead_both_ways(admin: User, gql: Gql) -> None:
    answer = gql(
        admin,
        """{ testappCustomers(filters: {name: {startsWith: "Ada"}}) { results {
            name orders { number customer { name } items { quantity order { number } } }
        } } }""",
    )
    (ada,) = answer["data"]["testappCustomers"]["results"]
    assert {order["number"] for order in ada["orders"]} == {"A-1", "A-3"}
    for order in ada["orders"]:
        assert order["customer"] == {"name": "Ada Lovelace"}
        assert [item["order"]["number"] for item in order["items"]] == [order["number"]] * len(order["items"])
    assert any(order["items"] for order in ada["orders"])


def test_a_nested_query_takes_as_many_queries_for_thirty_rows_as_for_three(admin: User, gql: Gql) -> None:
    query = """{ testappOrders(pagination: {limit: 100}) { totalCount results {
        number _label customerLabel productLabel assignedToLabel statusDisplay
        customer { name _label orders { number } }
        product { sku tags { name } tagsIds category { name parent { name } } }
        items { quantity product { name } _label }
        shipments { _label order { customer { name } } }
    } } }"""

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = gql(admin, query)
        assert "errors" not in answer
        return len(captured)

    count()
    few = count()
    product, customers = Product.objects.first(), list(Customer.objects.all())
    for number in range(30):
        order = Order.objects.create(
            number=f"B-{number}", customer=customers[number % 3], product=product, ordered_on="2024-01-01"
        )
        order.shipments.create(carrier=f"Carrier {number}")
        order.items.create(product=product, unit_price=1)
    assert count() == few


def test_labels_that_walk_relations_take_a_fixed_number_of_queries(admin: User, gql: Gql) -> None:
    query = "{ testappShipments(pagination: {limit: 100}) { results { _label } } }"
    gql(admin, query)
    order = Order.objects.first()
    with CaptureQueriesContext(connection) as few:
        gql(admin, query)
    for number in range(40):
        order.shipments.create(carrier=f"Carrier {number}")
    with CaptureQueriesContext(connection) as many:
        answer = gql(admin, query)
    labels = [row["_label"] for row in answer["data"]["testappShipments"]["results"]]
    assert len(labels) == 43
    assert all(" to " in label for label in labels)
    assert len(many) == len(few), [query["sql"] for query in many.captured_queries][:12]


def test_labels_that_walk_a_generic_foreign_key_take_a_query_for_each_model(
    admin: User, gql: Gql, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TextGenericItem, "__str__", lambda self: f"on {self.subject}")
    orders, customers = list(Order.objects.all()), list(Customer.objects.all())
    query = "{ testappTextGenericItems(pagination: {limit: 200}, ordering: [{id: ASC}]) { results { _label } } }"

    def labels() -> list[str]:
        return [row["_label"] for row in gql(admin, query)["data"]["testappTextGenericItems"]["results"]]

    def add(times: int) -> list[str]:
        for target in (*orders, *customers) * times:
            TextGenericItem.objects.create(subject=target)
        return [f"on {target}" for target in (*orders, *customers) * times]

    expected = add(1)
    assert labels() == expected
    with CaptureQueriesContext(connection) as few:
        labels()
    expected += add(5)
    with CaptureQueriesContext(connection) as many:
        assert labels() == expected
    assert len(many) == len(few), [query["sql"] for query in many.captured_queries][:12]

    kind = ContentType.objects.get_for_model(Customer)
    gone = ContentType.objects.create(app_label="gone", model="gone")
    for content_type, key in ((kind, "not a key"), (kind, "0" * 32), (gone, "1"), (None, "")):
        TextGenericItem.objects.create(kind=content_type, object_key=key)
    shown = labels()
    assert shown[: len(expected)] == expected
    assert len(shown) == len(expected) + 4
    assert shown[-1] == "on None"


def test_hidden_rows_are_hidden_in_lists_relations_filters_labels_and_counts(viewer: User, gql: Gql) -> None:
    hidden = set(Note.objects.exclude(is_public=True).exclude(owner=viewer).values_list("title", flat=True))
    assert hidden
    answer = gql(
        viewer,
        "{ testappNotes { totalCount results { title } } testappFolders { results { name cover { title } coverLabel"
        " notesIds notes { title } } } }",
    )
    listing, folders = answer["data"]["testappNotes"], answer["data"]["testappFolders"]["results"]
    assert listing["totalCount"] == len(listing["results"])
    assert not hidden & {row["title"] for row in listing["results"]}
    everything = next(folder for folder in folders if folder["name"] == "All")
    assert everything["cover"] is None
    assert everything["coverLabel"] is None
    assert not hidden & {note["title"] for note in everything["notes"]}
    assert len(everything["notesIds"]) == len(everything["notes"]) < Note.objects.count()
    for title in hidden:
        for field in ("notes", "cover"):
            query = '{ testappFolders(filters: {%s: {title: {exact: "%s"}}}) { totalCount } }' % (field, title)
            assert gql(viewer, query)["data"]["testappFolders"]["totalCount"] == 0
        query = '{ testappFolders(search: "%s") { totalCount } }' % title
        assert gql(viewer, query)["data"]["testappFolders"]["totalCount"] == 0


def test_a_relation_to_a_model_that_one_may_not_view_is_forbidden(clerk: User, gql: Gql) -> None:
    clerk.user_permissions.add(permission("view_order"))
    assert numbers(gql(clerk, ask('search: "A-1"'))) == ["A-1"]
    for query in (
        "{ testappOrders { results { customer { name } } } }",
        "{ testappOrders { results { items { quantity } } } }",
        ask('filters: {customer: {name: {exact: "x"}}}'),
        ask("filters: {items: {quantity: {exact: 1}}}"),
        ask("ordering: [{customer: {name: ASC}}]"),
    ):
        assert code_of(gql(clerk, query)) == "FORBIDDEN"
    labels = gql(clerk, "{ testappOrders { results { customerLabel } } }")["data"]["testappOrders"]["results"]
    assert {row["customerLabel"] for row in labels} == set(
        Customer.objects.filter(orders__isnull=False).values_list("name", flat=True)
    )


def test_the_change_permission_is_enough_to_see(clerk: User, gql: Gql) -> None:
    assert code_of(gql(clerk, ask('search: "A-1"'))) == "FORBIDDEN"
    clerk.user_permissions.add(permission("change_order"))
    gql_again = gql(User.objects.get(pk=clerk.pk), ask('search: "A-1"'))
    assert numbers(gql_again) == ["A-1"]


@pytest.mark.django_db(transaction=True)
def test_a_label_whose_query_the_database_refuses_costs_neither_list_nor_count(
    gql: Gql, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Customer) -> str:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT no_such_column FROM testapp_customer WHERE name = '{self.name}'")
        return self.name

    monkeypatch.setattr(Customer, "__str__", fail)
    query = "{ testappOrders(pagination: {limit: 2}) { totalCount results { number customerId customerLabel } } }"
    for _ in range(2):
        answer = gql(admin, query)
        assert "errors" not in answer, answer["errors"]
        assert answer["data"]["testappOrders"]["totalCount"] == Order.objects.count()
        rows = answer["data"]["testappOrders"]["results"]
        assert [row["customerLabel"] for row in rows] == [f"Customer ({row['customerId']})" for row in rows]


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_the_count_is_the_same_for_a_page_of_any_size(gql: Gql, admin: User, limit: int) -> None:
    fields = "id number customerLabel productLabel createdAt items { quantity }"
    query = "{ testappOrders(pagination: {offset: %d, limit: %d}) { %s } }"
    whole = gql(admin, query % (0, 1000, "results { %s }" % fields))["data"]["testappOrders"]["results"]
    for offset in (0, 1):
        for parts in ("totalCount results { %s }", "results { %s } totalCount", "a: totalCount results { %s }"):
            with CaptureQueriesContext(connection) as queries:
                answer = gql(admin, query % (offset, limit, parts % fields))["data"]["testappOrders"]
            assert answer["results"] == whole[offset : offset + limit]
            assert answer.get("totalCount", answer.get("a")) == len(whole)
            assert sum("COUNT(" in query["sql"] for query in queries) == (offset + limit <= len(whole))


@pytest.mark.parametrize("count", ["totalCount ", ""])
def test_what_the_database_refuses_is_the_clients_fault_though_rows_are_counted(
    gql: Gql, admin: User, count: str
) -> None:
    """PostgreSQL has no such number in JSON, and the error of the first query has to be the one that is answered."""
    query = '{ conjureAdminAuditLogs(parameters: {diff__exact: "1e999"}) { %sresults { id } } }' % count
    answer = gql(admin, query)
    assert "errors" not in answer or code_of(answer) == "INVALID", answer


def test_a_list_of_values_finds_what_a_field_stores_as_null(admin: User, gql: Gql) -> None:
    first, *_ = (CustomFields.objects.create(price="1 EUR", country="DE", nickname=name) for name in ("a", "", "b"))
    CustomFields.objects.create(price="1 EUR", country="DE", nickname="child", parent=first)
    CustomFields.objects.create(price="1 EUR", country="DE", nickname="nobody's", parent=None)

    def found(filters: str) -> list[str]:
        answer = gql(admin, "{ testappCustomFieldses(filters: %s) { results { nickname } } }" % filters)
        return [row["nickname"] for row in answer["data"]["testappCustomFieldses"]["results"]]

    assert sorted(found('{nickname: {inList: ["", "b"]}}')) == ["", "b"]
    assert found('{nickname: {inList: [""]}}') == [""]
    assert sorted(found('{NOT: [{nickname: {inList: ["", "a"]}}]}')) == ["b", "child", "nobody's"]
    assert found('{parent: {nickname: {inList: ["", "a"]}}}') == ["child"]
    assert found('{parent: {nickname: {inList: [""]}}}') == []
    CustomFields.objects.filter(pk=first.pk).update(nickname="")
    assert found('{parent: {nickname: {inList: [""]}}}') == ["child"]
    answer = gql(admin, '{ testappCustomFieldses(filters: {nickname: {range: ["", "b"]}}) { results { id } } }')
    assert code_of(answer) == "INVALID"
