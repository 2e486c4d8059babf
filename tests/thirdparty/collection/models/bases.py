"""Base classes and managers of packages: trees, history, tags, orders, polymorphism, soft deletes, languages."""

from __future__ import annotations

from typing import ClassVar

import eav
import reversion
from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from model_utils.managers import InheritanceManager
from model_utils.models import SoftDeletableModel, StatusModel, TimeFramedModel, TimeStampedModel, UUIDModel
from mptt.models import MPTTModel, TreeForeignKey, TreeManyToManyField
from organizations.abstract import AbstractOrganization, AbstractOrganizationUser  # noqa: F401 - they must import
from parler.models import TranslatableModel, TranslatedFields
from polymorphic.models import PolymorphicModel
from safedelete import SOFT_DELETE_CASCADE
from safedelete.models import SafeDeleteModel
from simple_history.models import HistoricalRecords
from sortedm2m.fields import SortedManyToManyField
from taggit.managers import TaggableManager
from taggit.models import GenericUUIDTaggedItemBase, TagBase, TaggedItemBase
from tree_queries.models import OrderableTreeNode
from treebeard.al_tree import AL_Node
from treebeard.mp_tree import MP_Node
from treebeard.ns_tree import NS_Node


class Genre(MPTTModel):
    """A tree by nested sets."""

    name = models.CharField(max_length=50, unique=True)
    parent = TreeForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")

    class MPTTMeta:
        order_insertion_by = ["name"]

    def __str__(self) -> str:
        return self.name


class Category(MP_Node):
    """A tree by materialised paths."""

    name = models.CharField(max_length=30)
    node_order_by = ["name"]

    def __str__(self) -> str:
        return f"Category: {self.name}"


class Section(NS_Node):
    """A tree by nested sets, of another package."""

    name = models.CharField(max_length=30)


class Folder(AL_Node):
    """A tree by adjacency lists."""

    parent = models.ForeignKey("self", related_name="children_set", null=True, db_index=True, on_delete=models.CASCADE)
    sib_order = models.PositiveIntegerField()
    name = models.CharField(max_length=30)


class Place(OrderableTreeNode):
    """A tree by recursive queries."""

    name = models.CharField(max_length=30)


class Label(TagBase):
    """A tag of one's own."""


class LabelledBook(TaggedItemBase):
    """Tags through a table of one's own."""

    content_object = models.ForeignKey("Book", on_delete=models.CASCADE)


class TaggedByUUID(GenericUUIDTaggedItemBase):
    """Tags of rows with UUIDs."""

    tag = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="%(app_label)s_%(class)s_items")


class Author(TimeStampedModel):
    """A person with a history."""

    name = models.CharField(max_length=50)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.name


class Book(models.Model):
    """Tags, authors in an order, genres of a tree, a history of relations too."""

    title = models.CharField(max_length=50)
    authors = SortedManyToManyField(Author, blank=True)
    reviewers = SortedManyToManyField(Author, sorted=False, related_name="reviewed", blank=True)
    genres = TreeManyToManyField(Genre, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    tags = TaggableManager(blank=True)
    labels = TaggableManager(through=LabelledBook, blank=True, related_name="labelled_books")
    history = HistoricalRecords(m2m_fields=[genres])

    class Meta:
        permissions = [("read_book", "Can read the book")]

    def __str__(self) -> str:
        return f"{self.title} by {self.owner}"


class BookUserPermission(UserObjectPermissionBase):
    """Permissions by row, with a foreign key instead of a generic one."""

    content_object = models.ForeignKey(Book, on_delete=models.CASCADE)


class BookGroupPermission(GroupObjectPermissionBase):
    """Permissions by row, of groups."""

    content_object = models.ForeignKey(Book, on_delete=models.CASCADE)


class Project(PolymorphicModel):
    """Rows of several classes behind one table."""

    topic = models.CharField(max_length=30)

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.topic}"


class ArtProject(Project):
    """One class."""

    artist = models.ForeignKey(Author, on_delete=models.PROTECT)


class ResearchProject(Project):
    """Another class."""

    supervisor = models.CharField(max_length=30, unique=True)
    helpers = models.ManyToManyField(Author, blank=True)


class Vehicle(models.Model):
    """Children found by a manager."""

    name = models.CharField(max_length=30)
    objects: ClassVar[InheritanceManager[Vehicle]] = InheritanceManager()


class Car(Vehicle):
    """A child."""

    doors = models.PositiveSmallIntegerField(default=4)


class Customer(SafeDeleteModel):
    """Rows that are deleted by a stamp, with their orders."""

    _safedelete_policy = SOFT_DELETE_CASCADE
    email = models.EmailField(unique=True)

    def __str__(self) -> str:
        return self.email


class CustomerOrder(SafeDeleteModel):
    """What is deleted with them."""

    _safedelete_policy = SOFT_DELETE_CASCADE
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    total = models.DecimalField(max_digits=8, decimal_places=2)


class Draft(UUIDModel, SoftDeletableModel, StatusModel, TimeFramedModel):
    """Everything of one package at once."""

    STATUS = [("draft", "Draft"), ("sent", "Sent")]
    name = models.CharField(max_length=30)
    tags = TaggableManager(through=TaggedByUUID, blank=True)


class News(models.Model):
    """A column for each language (see ``translation``)."""

    title = models.CharField(max_length=100)
    slug = models.SlugField(unique=True)
    body = models.TextField(blank=True)
    author = models.ForeignKey(Author, null=True, blank=True, on_delete=models.SET_NULL)

    def __str__(self) -> str:
        return self.title


class Dish(TranslatableModel):
    """A table of translations."""

    code = models.SlugField(unique=True)
    translations = TranslatedFields(
        name=models.CharField(max_length=50), description=models.TextField(blank=True), meta={"ordering": ["name"]}
    )

    def __str__(self) -> str:
        return self.safe_translation_getter("name", any_language=True) or self.code


@reversion.register()
class Contract(models.Model):
    """Versions of every save, logged by another package too."""

    name = models.CharField(max_length=50)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    file = models.FileField(upload_to="contracts", blank=True)


class Product(models.Model):
    """Attributes as rows."""

    name = models.CharField(max_length=50)


auditlog.register(Contract)
eav.register(Product)
