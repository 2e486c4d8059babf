"""Rows of the models that are odd in their managers, labels, orders, names, Meta or behaviour."""

from __future__ import annotations

import datetime
from decimal import Decimal

from tests.testapp.factories.rows import create, day, moment, named, text_file
from tests.testapp.factories.shop import Shop
from tests.testapp.models import behaviour, labels, managers, metadata, names, orderings, relations
from tests.testapp.models.wide import Wide


def make_managers() -> None:
    """Rows that the managers show, and rows that they hide."""
    named(managers.OtherwiseNamed)
    named(managers.NeedsUsing)
    live = named(managers.SoftDeleted)
    gone = create(managers.SoftDeleted, {"name": "deleted", "deleted_at": moment(0), "replaces": live[0]})[0]
    create(managers.SoftDeleted, {"name": "replaces a deleted one", "replaces": gone})
    create(
        managers.SoftDeletedReference,
        {"target": live[0], "targets": live},
        {"target": gone, "targets": [gone, live[0]]},
        {"target": live[1]},
    )
    shown = named(managers.HiddenEvenFromRelations)
    hidden = create(managers.HiddenEvenFromRelations, {"name": "hidden", "is_hidden": True})[0]
    create(managers.HiddenReference, {"target": shown[0]}, {"target": hidden}, {"target": shown[1]})
    annotated = named(managers.Annotated, "short", "long enough", "third one")
    create(managers.AnnotatedItem, *({"owner": owner} for owner in (annotated[0], annotated[0], annotated[1])))
    joined = named(managers.Joined, "two parts", "one part", "one more", "no part shown")
    create(
        managers.JoinedPart,
        *({"owner": owner} for owner in (joined[0], joined[0], joined[1], joined[2])),
        {"owner": joined[3], "is_shown": False},
    )
    named(managers.ManagerRaises)
    named(managers.NaturalKeyed)


def make_labels(shop: Shop) -> None:
    """Rows whose label is a problem, and rows that refer to them."""
    raises = named(labels.StrRaises)
    some = create(
        labels.StrRaisesForSome, {"name": "has one", "amount": 1}, {"name": "has none"}, {"name": "also", "amount": 2}
    )
    named(labels.StrDoesNotExist)
    none = create(labels.StrReturnsNone, {"name": None}, {"name": "a name"}, {"name": ""})
    number = create(labels.StrReturnsNumber, {"number": 1}, {"number": 0}, {"number": -5})
    lazy, queries = named(labels.StrReturnsLazy), named(labels.StrQueries)
    create(labels.StrWalksFar, {"target": shop.orders[0]}, {"target": shop.orders[1]}, {"target": shop.orders[2]})
    named(labels.StrEmpty, "", " ", "a name")
    named(labels.StrLong)
    awkward = named(labels.StrAwkward)
    create(
        labels.StrReferences,
        {"raises": raises[0], "some": some[0], "none": none[0], "number": number[0], "lazy": lazy[0]},
        {"some": some[1], "none": none[1], "number": number[1], "queries": queries[0], "awkward": awkward[0]},
        {},
    )


def make_orderings(shop: Shop) -> None:
    """Rows with ties and nulls where the order looks."""
    create(
        orderings.OrderedByExpression,
        {"name": "b", "rank": None},
        {"name": "A", "rank": 1},
        {"name": "a", "rank": 1},
        {"name": "C", "rank": None},
    )
    create(orderings.OrderedByFunction, {"name": "b"}, {"name": "c", "nickname": "a"}, {"name": "", "nickname": ""})
    first, *_ = create(
        orderings.OrderedByRelation,
        {"category": shop.categories[0], "name": "first"},
        {"category": shop.categories[2], "name": "second"},
    )
    create(orderings.OrderedByRelation, {"category": shop.categories[2], "name": "third", "parent": first})
    ties = named(orderings.OrderedByTie, *(f"row {number}" for number in range(12)))
    named(orderings.OrderedByPk)
    named(orderings.OrderedAtRandom, "first", "second", "third", "fourth")
    named(orderings.OrderedByCase)
    owners = (ties[0], ties[0], ties[1], ties[0])
    create(orderings.OrderedByOwner, *({"owner": tie, "name": f"child {i}"} for i, tie in enumerate(owners)))
    named(orderings.Unordered, *(f"row {number}" for number in range(12)))


def make_names(shop: Shop) -> None:
    """Rows of the models whose names get in the way."""
    keywords = create(
        names.Keywords,
        {"type": "first", "on": day(0), "data": {"data": 1}, "query": "{ me }"},
        {"type": "second", "null": True, "true": False},
        {"type": "", "input": "third"},
    )
    create(
        names.Parameters,
        {"page": 2, "search": "last", "date": day(0), "exact": "a,b", "isnull": True, "format": "json"},
        {"page": 1, "ordering": "-id", "q": "q", "gte": 5, "AND": "and"},
        {"page_size": 100, "ids": "1,2", "non_field_errors": "none"},
    )
    create(names.PythonKeywords, {"in": "a,b", "import": keywords[0], "is": "x"}, {"class": "second"}, {"None": "null"})
    create(
        names.HelperNames, {"_label": "first", "customer": shop.customers[0]}, {"status": "b"}, {"status_display": ""}
    )
    create(names.CamelCollisions, {"html": shop.tags[0]}, {"a_b": "b", "aB": "a", "x1": 3}, {"x_1": 7, "_1": 1})
    city = relations.City.objects.order_by("pk").first()
    streets = create(
        names.Straße,
        {"größe": Decimal("1.80"), "名前": "一番", "şehir": city, "размер": "я"},
        {"名前": "二番", "ß": 1, "ss": 2, "etiket_ı": "ıİ"},  # noqa: RUF001 - Turkish
        {"名前": "", "größer_als": 3},
    )
    create(names.注文, *({"名前": f"注文 {i}", "道": street} for i, street in enumerate(streets)))
    queries = named(names.Query)
    create(names.Mutation, *({"query": query} for query in queries))
    first, *_ = named(names.Node, "root", "loose")
    create(names.Node, {"name": "child", "node": first})
    create(names.Int, {"number": 1}, {"number": 2}, {"number": 3})
    create(names.Upload, {"file": text_file("upload", "upload.txt")}, {}, {})
    plain = (names.İstanbul, names.String, names.Series, names.Things, names.ThingFilter, names.ThingInput)
    more = (names.ThingList, names.ThingAutocomplete, names.ThingConnection, names.ThingType, names.CamelName)
    for model in (*plain, *more, names.Camel_Name, names.lowercase):
        named(model)
    things = named(names.Thing)
    create(names.M2, {"field_2_a": 1}, {"field2a": 2}, {"field_2a": 3})
    create(
        names.ReverseNames,
        {"by_type": keywords[0], "by_results": queries[0], "by_camel": queries[0]},
        {"by_type": keywords[0], "by_snake": queries[0], "by_single": queries[1]},
        {},
    )
    name = "reference_with_a_long_name_to_a_thing_that_is_not_far_away"
    create(names.LongNamesOfAModelThatSaysEverythingAboutItselfInItsOwnNameOfA, {name: things[0]}, {}, {})


def make_metadata() -> None:
    """Rows of the models whose Meta takes something away; the views have theirs from the shop."""
    named(metadata.NoPermissions)
    named(metadata.ViewPermissionOnly)
    named(metadata.LazyNames)
    named(metadata.OtherTable)
    # A flush between tests leaves unmanaged tables alone.
    metadata.UnmanagedTable.objects.all().delete()
    create(metadata.UnmanagedTable, *({"code": f"code/{number}", "name": f"row {number}"} for number in range(3)))


def make_behaviour() -> None:
    """Rows of the models whose methods raise or surprise."""
    named(behaviour.SaveRaises, "first", "explode", "invalid", "conflict")
    named(behaviour.CleanRaises, "first", "field error", "text error", "unknown field", "explode")
    named(behaviour.DeleteRaises, "first", "explode", "third")
    create(behaviour.ChangesItself, *({"title": f"Title {i}", "slug": f"title-{i}"} for i in range(3)))
    remembering = named(behaviour.RemembersOriginal)
    create(behaviour.RemembersOriginalReference, *({"target": target} for target in remembering))
    falsy, unhashable = named(behaviour.Falsy), named(behaviour.Unhashable)
    create(
        behaviour.BehaviourReferences,
        {"falsy": falsy[0], "unhashable": unhashable[0], "several": falsy},
        {"falsy": falsy[1]},
        {"unhashable": unhashable[2]},
    )
    named(behaviour.AttributeNames)


def make_wide(shop: Shop) -> None:
    """Rows of the model of 200 fields."""
    create(
        Wide,
        {"field_001": "first", "field_003": 1.5, "field_040": shop.tags[0], "field_006": datetime.date(2024, 1, 1)},
        {"field_001": "second"},
        {"field_001": ""},
    )
