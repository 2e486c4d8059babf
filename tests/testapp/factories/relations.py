"""Rows that point at each other in every way."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from tests.otherapp import models as otherapp
from tests.testapp.factories.rows import create, day, key, named
from tests.testapp.factories.shop import Shop
from tests.testapp.models import relations


def make_relations(shop: Shop) -> None:
    """Three or more of each, with cycles, gaps and references to nothing."""
    _make_self_relations()
    addresses = create(relations.Address, *({"street": f"Street {number}"} for number in range(1, 8)))
    create(
        relations.Parcel,
        {"sender": addresses[0], "receiver": addresses[1], "depot": addresses[2], "stops": addresses},
        {"sender": addresses[1], "receiver": addresses[0]},
        {"sender": addresses[2], "receiver": addresses[2], "stops": addresses[:1]},
    )
    _make_bands(shop)
    citizens = named(relations.Citizen, "Ada", "Bob", "Çiğdem", "without a passport")
    create(
        relations.Passport,
        {"citizen": citizens[0], "previous_holder": citizens[3], "number": "P1"},
        {"citizen": citizens[1], "number": "P2"},
        {"citizen": citizens[2], "previous_holder": citizens[2], "number": "P3"},
    )
    _make_generic(shop)
    _make_places()
    create(
        relations.OddColumns, {"name": "first", "target": addresses[0]}, {"name": "second", "amount": 5}, {"name": ""}
    )
    create(
        relations.DeletionRules,
        {"cascading": addresses[0], "protecting": addresses[1], "nulling": addresses[2], "setting": addresses[3]},
        {"cascading": addresses[4], "restricting": addresses[5], "defaulting": addresses[2], "nothing": addresses[3]},
        {"cascading": addresses[0]},
    )
    create(
        relations.Dangling,
        {"address": addresses[0], "uuid_target_id": key(1)},
        {"address_id": 987_654_321, "uuid_target_id": key(999)},
        {"address_id": addresses[6].pk + 1_000},
    )
    hen, egg = relations.Chicken(name="hen"), relations.Egg(name="egg")
    hen.save()
    egg.laid_by = hen
    egg.save()
    relations.Chicken.objects.filter(pk=hen.pk).update(hatched_from=egg)
    create(relations.Chicken, {"name": "chick", "hatched_from": egg}, {"name": "cock"})
    create(relations.Egg, {"name": "second egg", "laid_by": hen}, {"name": "third egg"})
    _make_namesakes(shop)


def _make_self_relations() -> None:
    boss = relations.Employee.objects.create(name="Boss")
    second = relations.Employee.objects.create(name="Second", manager=boss, mentor=boss, deputy=boss)
    third = relations.Employee.objects.create(name="Third", manager=second, mentor=second)
    own = relations.Employee.objects.create(name="Own manager")
    relations.Employee.objects.filter(pk=own.pk).update(manager=own, mentor=own)
    second.friends.set([boss, third])
    third.follows.set([boss, second, third])
    for root in ("Root", "Other root"):
        parent = relations.TreeItem.objects.create(name=root)
        for depth in range(1, 6):
            parent = relations.TreeItem.objects.create(name=f"{root} {depth}", parent=parent, depth=depth)


def _make_bands(shop: Shop) -> None:
    musicians = named(relations.Musician, "John", "Paul", "George", "Ringo")
    bands = create(
        relations.Band, {"name": "Beatles", "fans": shop.users}, {"name": "Quarrymen", "fans": []}, {"name": "Wings"}
    )
    create(
        relations.Membership,
        *({"band": bands[0], "musician": musician, "joined_on": day(0)} for musician in musicians),
        {"band": bands[2], "musician": musicians[1], "joined_on": day(1), "instrument": "bass"},
    )
    create(
        relations.Invitation,
        {"band": bands[0], "invitee": musicians[1], "inviter": musicians[0]},
        {"band": bands[0], "invitee": musicians[2], "inviter": musicians[1]},
        {"band": bands[2], "invitee": musicians[1], "inviter": musicians[1]},
    )
    owners = named(relations.ThroughDefaults)
    create(
        relations.ThroughDefaultsLink,
        {"owner": owners[0], "musician": musicians[0], "weight": 5},
        {"owner": owners[0], "musician": musicians[0]},
        {"owner": owners[1], "musician": musicians[3]},
    )


def _make_generic(shop: Shop) -> None:
    urls = ("https://example.com/", "https://example.com/ü?q=1", "http://localhost:8000/")
    bookmarks = create(relations.Bookmark, *({"url": url} for url in urls))
    address_type = ContentType.objects.get_for_model(relations.Address)
    create(
        relations.GenericItem,
        {"content_object": bookmarks[0], "word": "first"},
        {"content_object": bookmarks[0], "word": "second"},
        {"content_object": shop.orders[0], "word": "of an order"},
        {"content_type": address_type, "object_id": 2**62, "word": "of nothing"},
    )
    create(
        relations.TextGenericItem,
        {"subject": shop.customers[0]},
        {"subject": shop.products[1]},
        {},
        {"kind": address_type, "object_key": "not a number"},
    )


def _make_places() -> None:
    countries = create(
        relations.Country,
        {"code": "DE", "key": key(1), "name": "Germany"},
        {"code": "TR", "key": key(2), "name": "Türkiye"},
        {"code": "US", "key": key(3), "name": "United States"},
    )
    cities = create(
        relations.City,
        {"name": "Berlin", "country": countries[0], "founded_by": countries[0], "twin": countries[2]},
        {"name": "Bursa", "country": countries[1]},
        {"name": "Boston", "country": countries[2], "founded_by": countries[0]},
        {"name": "Köln", "country": countries[0]},
    )
    create(
        relations.LimitedChoices,
        {"country": countries[0], "city": cities[0], "abroad": cities[1], "cities": [cities[0], cities[3]]},
        {"country": countries[1]},
        {"country": countries[2], "city": cities[3], "abroad": cities[0]},
    )


def _make_namesakes(shop: Shop) -> None:
    others = create(
        otherapp.Product,
        {"title": "Other hammer", "original": shop.products[0], "price": 20},
        {"title": "Other saw", "original": shop.products[0]},
        {"title": "Something else"},
    )
    create(
        otherapp.Tag,
        {"word": "other", "products": others, "others": shop.tags[:1]},
        {"word": "a/b"},
        {"word": "third", "others": shop.tags},
    )
    create(
        otherapp.Order,
        {"customer": shop.customers[2], "status": True, "items": 3},
        {"customer": shop.customers[2]},
        {"customer": shop.customers[1]},
    )
    permission = Permission.objects.order_by("pk").first()
    create(
        relations.Namesake,
        {"product": shop.products[0], "other_product": others[0], "permission": permission},
        {"product": shop.products[1], "other_product": others[0]},
        {"product": shop.products[0], "other_product": others[2]},
    )
