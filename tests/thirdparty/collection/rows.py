"""Rows that the walk cannot make up, since the packages' own code wants several values to fit each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="session")
def conjure_rows() -> Callable[[], object]:
    """Make a few rows of each of these models."""
    return make_rows


def make_rows() -> None:
    """Periodic tasks with their interval, rights of users to rows, subscriptions, versions, values of attributes."""
    from django.contrib.auth.models import Group, User
    from django.contrib.sites.models import Site
    from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

    from tests.thirdparty.collection import models

    users = [User.objects.create(username=f"user{n}", email=f"user{n}@example.com") for n in range(4)]
    group = Group.objects.create(name="Readers")
    every_hour = IntervalSchedule.objects.create(every=1, period="hours")
    at_noon = CrontabSchedule.objects.create(minute="0", hour="12")
    site = Site.objects.get_or_create(pk=1, defaults={"domain": "example.com", "name": "example"})[0]
    for number, user in enumerate(users):
        schedule: dict[str, Any] = {"interval": every_hour} if number % 2 else {"crontab": at_noon}
        PeriodicTask.objects.create(name=f"task {number}", task="tasks.add", args="[1, 2]", **schedule)
        _grant(models.Book.objects.create(title=f"Book {number}", owner=user), user, group)
        _subscribe(user, number, site)
        _make_version(user, number)
        _describe(models.Product.objects.create(name=f"Product {number}"), number)


def _grant(book: Any, user: Any, group: Any) -> None:
    from guardian.shortcuts import assign_perm

    from tests.thirdparty.collection.models import Author

    author = Author.objects.create(name=f"Author of {book.title}")
    book.authors.add(author)
    assign_perm("read_book", user, book)
    assign_perm("read_book", group, book)
    assign_perm("change_author", user, author)
    assign_perm("change_author", group, author)


def _subscribe(user: Any, number: int, site: Any) -> None:
    from newsletter.models import Newsletter, Subscription

    letter = Newsletter.objects.create(
        title=f"Letter {number}", slug=f"letter-{number}", email="a@example.com", sender="A"
    )
    letter.site.add(site)
    Subscription.objects.create(newsletter=letter, user=user)
    Subscription.objects.create(newsletter=letter, email_field=f"reader{number}@example.com", name_field="A reader")


def _make_version(user: Any, number: int) -> None:
    from djangocms_alias.models import Alias, AliasContent, Category
    from djangocms_versioning.models import StateTracking, Version

    category = Category.objects.create()
    category.translations.create(language_code="en", name=f"Category {number}")
    alias = Alias.objects.create(category=category)
    content = AliasContent._base_manager.create(alias=alias, name=f"Alias {number}", language="en")
    version = Version.objects.create(content=content, created_by=user)
    StateTracking.objects.create(version=version, old_state="draft", new_state="published", user=user)


def _describe(product: Any, number: int) -> None:
    from eav.models import Attribute

    for name, kind in (("weight", "float"), ("city", "text"), ("sold", "date")):
        Attribute.objects.get_or_create(name=name, slug=name, datatype=kind)
    product.eav.weight = 1.5 + number
    product.eav.city = f"City {number}"
    product.save()
