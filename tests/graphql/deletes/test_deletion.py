"""What a delete takes along, held against Django's own collector; then permissions, protection, and the delete."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from time import perf_counter
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.utils import NestedObjects
from django.contrib.auth.models import Permission, User
from django.db import models
from django.test import RequestFactory

from conjure.exceptions import ForbiddenError, ProtectedError
from conjure.graphql.context import Context
from conjure.graphql.deletes import deletion, reached_rows
from conjure.graphql.deletes.cascade import Node, build_cascade
from conjure.graphql.deletes.cascade_search import CascadeSearch
from conjure.graphql.deletes.deletion import check_deletion, delete_rows, describe_deletion
from conjure.graphql.execution import Runner
from conjure.graphql.permissions import is_asked_by_row
from conjure.registry import model_key
from conjure.specs.build import get_specs
from conjure.specs.models import ModelSpec
from tests.otherapp import models as otherapp
from tests.testapp.factories import create, day, make_everything, make_shop
from tests.testapp.models import inheritance, keys, managers, relations, shop
from tests.thoroughness import examples, sampled

pytestmark = pytest.mark.django_db


def context_of(user: User) -> Context:
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=user.pk)
    return Context(request)


def spec_of(model: Any) -> ModelSpec:
    spec = get_specs().for_model(model)
    assert spec is not None
    return spec


def describe(user: User, row: Any) -> tuple[dict[str, int], dict[str, int]]:
    related, protected = describe_deletion(context_of(user), spec_of(type(row)), row)
    return {c["model"]: c["count"] for c in related}, {c["model"]: c["count"] for c in protected}


def delete(user: User, *rows: Any) -> int:
    context, spec = context_of(user), spec_of(type(rows[0]))
    check_deletion(context, spec, rows)
    return delete_rows(context, spec, rows)


def grant(user: User, *codenames: str) -> None:
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames, content_type__app_label="testapp"))


class Oracle(NestedObjects):
    """The admin's collector, without the edges of its tree, for which some of our models are too odd."""

    def add_edge(self, source: Any, target: Any) -> None:
        pass

    def collect(self, objs: Any, source: Any = None, source_attr: Any = None, **options: Any) -> Any:
        return super().collect(objs, source=source, source_attr=None, **options)


def expected_counts(row: Any) -> tuple[dict[str, int], dict[str, int]]:
    oracle = Oracle(using="default", origin=[row])
    oracle.collect([row])
    root: Any = type(row)._meta.concrete_model
    own = {(model, row_part(row, model)) for model in oracle.model_objs}
    found = Counter(
        model_key(model)
        for model, objs in oracle.model_objs.items()
        for obj in objs
        if (model, obj.pk) not in own
        and not (issubclass(model, root) and getattr(obj, root._meta.pk.attname) == row.pk)
    )
    return dict(found), dict(Counter(model_key(type(obj)) for obj in oracle.protected))


def row_part(row: Any, model: Any) -> Any:
    if not issubclass(type(row), model):
        return row.pk if model._meta.concrete_model is type(row)._meta.concrete_model else object()
    return getattr(row, model._meta.pk.attname)


def every_model() -> list[Any]:
    labels = [label for label in ("testapp", "otherapp", "pgapp") if label in apps.app_configs]
    found = [m for label in labels for m in apps.get_app_config(label).get_models()]
    # Django's own collector can hold no rows without a hash, and nothing can load corrupt ones.
    odd = {"Unhashable", "Corrupt"}
    return [m for m in found if m.__name__ not in odd and get_specs().for_model(m) is not None]


@pytest.mark.parametrize("chunk", [1, 5_000])
def test_every_row_of_every_model_takes_along_what_djangos_collector_says(
    admin: User, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With chunks of one, everything that is more than one row goes the ways of very many rows.
    monkeypatch.setattr(reached_rows, "CHUNK", chunk)
    make_everything()
    checked = 0
    for model in sampled(every_model(), 3):
        for row in model._base_manager.all()[:5]:
            assert describe(admin, row) == expected_counts(row), (model, row.pk)
            checked += 1
    assert checked > examples(300)


def test_links_generic_relations_and_self_relations_are_counted(admin: User) -> None:
    make_everything()
    assert describe(admin, shop.Product.objects.get(pk=shop.Product.tags.through.objects.first().product_id))[0][
        "testapp.Product_tags"
    ]
    bookmark = relations.Bookmark.objects.filter(pk__in=relations.GenericItem.objects.values("object_id")).first()
    assert describe(admin, bookmark) == ({"testapp.GenericItem": 2}, {})
    root = relations.TreeItem.objects.get(name="Root")
    assert describe(admin, root) == ({"testapp.TreeItem": 5}, {})


def test_a_row_in_a_cycle_does_not_count_itself(admin: User) -> None:
    item = relations.TreeItem.objects.create(name="own parent")
    relations.TreeItem.objects.filter(pk=item.pk).update(parent=item)
    assert describe(admin, item) == ({}, {})


def test_rows_of_restricting_relations_do_not_block_where_they_go_along(admin: User) -> None:
    [here, there] = create(relations.Address, {"street": "here"}, {"street": "there"})
    create(relations.DeletionRules, {"cascading": here, "restricting": here})
    assert describe(admin, here) == ({"testapp.DeletionRules": 1}, {})
    create(relations.DeletionRules, {"cascading": there, "restricting": here})
    assert describe(admin, here) == ({"testapp.DeletionRules": 1}, {"testapp.DeletionRules": 1})
    with pytest.raises(ProtectedError) as caught:
        delete(admin, here)
    assert caught.value.blockers == [{"model": "testapp.DeletionRules", "verbose_name": "deletion rules", "count": 1}]
    assert delete(admin, here, there) == 2
    assert not relations.DeletionRules.objects.exists()


def test_what_is_set_to_null_or_left_alone_is_not_counted(admin: User) -> None:
    [here, there] = create(relations.Address, {"street": "here"}, {"street": "there"})
    create(relations.DeletionRules, {"cascading": there, "nulling": here, "defaulting": here, "setting": here})
    create(relations.Dangling, {"address": here})
    assert describe(admin, here) == ({}, {})
    assert delete(admin, here) == 1
    rules = relations.DeletionRules.objects.get()
    assert rules.nulling is None
    assert rules.setting.street == "Fallback Street 1"
    assert relations.Dangling.objects.get().address_id is not None


def test_a_protected_row_is_not_deleted_and_names_what_protects_it(admin: User) -> None:
    made = make_shop()
    category = made.products[0].category
    before = shop.Category.objects.count()
    with pytest.raises(ProtectedError) as caught:
        delete(admin, category)
    count = shop.Product.objects.filter(category=category).count()
    assert caught.value.blockers == [{"model": "testapp.Product", "verbose_name": "product", "count": count}]
    assert shop.Category.objects.count() == before


def test_protection_is_found_behind_a_cascade(admin: User) -> None:
    grandparent = shop.Category.objects.create(name="grandparent")
    parent = shop.Category.objects.create(name="parent", parent=grandparent)
    child = shop.Category.objects.create(name="child", parent=parent)
    shop.Product.objects.create(sku="P", name="P", category=child, price=1)
    assert describe(admin, grandparent) == ({"testapp.Category": 2}, {"testapp.Product": 1})
    with pytest.raises(ProtectedError):
        delete(admin, grandparent)


def test_a_delete_that_takes_along_what_one_may_not_delete_is_refused_by_name(clerk: User) -> None:
    made = make_shop()
    grant(clerk, "view_order", "delete_order", "delete_orderitem", "delete_attachment")
    create(shop.Shipment, {"order": made.orders[2], "carrier": "by sea"})
    with pytest.raises(ForbiddenError, match="shipment"):
        delete(clerk, made.orders[2])
    assert shop.Order.objects.filter(pk=made.orders[2].pk).exists()
    grant(clerk, "delete_shipment")
    assert delete(clerk, made.orders[2]) == 1


def test_a_missing_permission_does_not_matter_where_nothing_of_the_model_goes_along(clerk: User) -> None:
    make_shop()
    lonely = create(shop.Tag, {"name": "lonely", "slug": "lonely"})[0]
    grant(clerk, "delete_tag")
    assert delete(clerk, lonely) == 1


def test_models_that_nobody_registered_ask_djangos_own_permission(clerk: User) -> None:
    make_shop()
    owner = User.objects.create_user("owner")
    create(shop.Note, {"title": "of the owner", "owner": owner})
    context, cascade = context_of(clerk), build_cascade(User)
    assert deletion._may(context, "delete", shop.Note) is False
    assert Node(shop.Note) in cascade.incoming
    found = CascadeSearch(cascade, [owner.pk], "default")
    assert found.reached(shop.Note) is not None
    Group = apps.get_model("auth", "Group")
    assert deletion._may(context, "delete", Group) is False
    clerk.user_permissions.add(Permission.objects.get(codename="delete_group"))
    assert deletion._may(context_of(clerk), "delete", Group) is True


def test_only_models_that_one_may_view_are_counted_but_blockers_always_are(clerk: User) -> None:
    made = make_shop()
    grant(clerk, "view_order", "view_orderitem", "view_category")
    counts, _ = describe(clerk, made.orders[0])
    assert counts == {"testapp.OrderItem": 2}
    _, protected = describe(clerk, made.products[0].category)
    assert "testapp.Product" in protected


def test_links_are_counted_for_those_who_may_view_both_ends(clerk: User) -> None:
    made = make_shop()
    product = next(product for product in made.products if product.tags.exists())
    grant(clerk, "view_product")
    assert "testapp.Product_tags" not in describe(clerk, product)[0]
    grant(clerk, "view_tag")
    assert describe(clerk, product)[0]["testapp.Product_tags"] == product.tags.count()


def test_rows_that_the_scope_hides_are_not_counted(clerk: User, admin: User) -> None:
    owner = User.objects.create_user("owner")
    create(shop.Note, {"title": "hidden", "owner": owner}, {"title": "public", "owner": owner, "is_public": True})
    grant(clerk, "view_note")
    found = CascadeSearch(build_cascade(User), [owner.pk], "default").reached(shop.Note)
    assert found is not None
    counted = [deletion._count(context_of(user), User, shop.Note, found, owner.pk) for user in (admin, clerk)]
    assert counted == [2, 1]


def test_a_permission_that_depends_on_the_row_is_asked_for_each_row_taken_along(admin: User) -> None:
    # The check of this config always raises, and so denies: any row of the model that goes along stops the delete.
    assert is_asked_by_row("delete", spec_of(shop.Vault))
    assert deletion._is_guarded(context_of(admin), shop.Vault)


def test_inherited_and_inheriting_tables_are_parts_of_the_row(admin: User) -> None:
    pizzeria = inheritance.Pizzeria.objects.create(name="Da Capo")
    assert describe(admin, pizzeria) == ({}, {})
    assert describe(admin, inheritance.Place.objects.get()) == ({}, {})
    assert delete(admin, inheritance.Place.objects.get()) == 1
    assert not inheritance.Pizzeria.objects.exists()


def test_foreign_keys_to_other_fields_than_the_key_and_composite_keys_are_followed(admin: User) -> None:
    make_everything()
    assert describe(admin, relations.Country.objects.get(code="DE"))[0]["testapp.City"] == 2
    key = keys.CompositeReference.objects.first().target
    count = keys.CompositeReference.objects.filter(tenant=key.tenant, number=key.number).count()
    assert describe(admin, key) == ({"testapp.CompositeReference": count}, {})


def test_many_rows_go_in_one_delete_and_hooks_are_called_for_each(admin: User, django_assert_num_queries: Any) -> None:
    made = make_shop()
    events = create(managers.OtherwiseNamed, *({"name": str(number)} for number in range(300)))
    context, spec = context_of(admin), spec_of(managers.OtherwiseNamed)
    with django_assert_num_queries(1):
        check_deletion(context, spec, events)
        assert delete_rows(context, spec, events) == 300
    reviews = create(shop.Review, *({"product": made.products[0]} for _ in range(3)))
    before = shop.Event.objects.count()
    assert delete(admin, *reviews) == 3
    assert shop.Event.objects.count() == before + 3


def test_a_models_own_delete_is_called_for_each_of_many_rows(admin: User) -> None:
    rows = create(managers.SoftDeleted, {"name": "one"}, {"name": "two"})
    assert delete(admin, *rows) == 2
    assert managers.SoftDeleted.all_objects.filter(pk__in=[row.pk for row in rows]).count() == 2


def test_rows_that_are_deleted_along_with_each_other_may_all_be_named(admin: User) -> None:
    root = relations.TreeItem.objects.create(name="root")
    child = relations.TreeItem.objects.create(name="child", parent=root)
    assert delete(admin, child, root) == 2


def test_very_many_dependent_rows_are_counted_in_a_second_and_little_memory(admin: User) -> None:
    make_shop()
    number = examples(50_000)
    product = shop.Product.objects.create(sku="P", name="P", category=shop.Category.objects.first(), price=1)
    customer = shop.Customer.objects.create(name="C", email="c@example.com")
    models.QuerySet(shop.Review).bulk_create(
        [shop.Review(product=product, stars=n % 5) for n in range(2 * number)], batch_size=5_000
    )
    orders = shop.Order.objects.bulk_create(
        [shop.Order(number=f"N{n}", customer=customer, ordered_on=day(0)) for n in range(number)],
        batch_size=5_000,
    )
    shop.Shipment.objects.bulk_create([shop.Shipment(order=order) for order in orders], batch_size=5_000)
    del orders
    for row, expected in (
        (product, {"testapp.Review": 2 * number}),
        (customer, {"testapp.Order": number, "testapp.Shipment": number}),
    ):
        tracemalloc.start()
        started = perf_counter()
        counts = describe(admin, row)[0]
        took = perf_counter() - started
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert counts == expected
        # Generous, since the machine may be busy: loading the rows would take many times as much.
        assert took < 2
        assert peak < 20_000_000 * number / 50_000 + 500_000


def test_the_related_field_tells_it_over_graphql(admin: User) -> None:
    made = make_shop()
    request = RequestFactory().get("/")
    request.user = admin
    text = "query ($pk: ID!) { testappCategoryRelated(pk: $pk) { related { model count } protected { model count } } }"
    data = Runner(request).run(text, {"pk": str(made.products[0].category.pk)})["testappCategoryRelated"]
    assert data["protected"][0]["model"] == "testapp.Product"
    assert otherapp.Product._meta.label not in {count["model"] for count in data["related"]}
