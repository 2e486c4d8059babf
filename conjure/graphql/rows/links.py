"""Links: the keys that many-to-many fields hold, and the table that holds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, router
from django.db.models import Q
from django.db.models.functions import Cast
from django.db.models.manager import Manager

from conjure.graphql.context import Context
from conjure.graphql.fields.kinds import get_field_type
from conjure.graphql.rows.ordering import shown_terms
from conjure.graphql.rows.visible import Rows, is_scoped, scoped_rows
from conjure.specs.fields import FieldSpec, ReverseSpec
from conjure.specs.models import ModelSpec
from conjure.specs.origins import is_django_code
from conjure.specs.writable import find_link_column


@dataclass(frozen=True, kw_only=True)
class LinkTable:
    """The through model of a many-to-many relation; ``here`` and ``there`` are its foreign keys to the two sides.

    The keys may point to any unique column (``to_field``), so what they hold need not be the primary keys of the rows.
    ``ordering`` are the terms by which a third party's field keeps its links in the order in which they were set.
    Django's own fields keep none.
    """

    through: Any
    here: str
    there: str
    ordering: tuple[Any, ...] = ()
    generic: Any = None
    """The link table's generic foreign key, where ``here`` is the key that it holds: to rows of ``owner``."""
    owner: Any = None

    @property
    def here_key(self) -> str:
        """The attribute by which rows of this side are found: the primary key of the model that has the relation.

        A child that inherits the relation from its second parent has another primary key itself.
        """
        return str(self._owner._meta.pk.attname)

    @property
    def here_pk(self) -> str:
        """The path from a link to that key."""
        return self.here if self.generic else f"{self.here}__pk"

    @property
    def _owner(self) -> Any:
        return self.owner or self.through._meta.get_field(self.here).related_model

    @property
    def there_pk(self) -> str:
        """The path from a link to the primary key of the row on the other side."""
        return f"{self.there}__pk"

    @property
    def held(self) -> tuple[str, str]:
        """The columns of the rows of the two sides, by attname, whose values the links hold."""
        here, there = (self.through._meta.get_field(name).target_field.attname for name in (self.here, self.there))
        return here, there

    def links_of(self, objs: Iterable[models.Model], using: str) -> Rows:
        """The links of some rows of this side."""
        return self.links(using).filter(Q((f"{self.here_pk}__in", list(self._own_keys(objs)))))

    def pair(self, links: Rows, objs: Iterable[models.Model]) -> Iterator[tuple[Any, Any]]:
        """The primary keys of the two rows that each of the links connects; ``objs`` are those of this side."""
        own = self._own_keys(objs)
        return ((own[here], there) for here, there in links.values_list(self.here_pk, self.there_pk))

    def links(self, using: str | None = None) -> Rows:
        """The links of all rows of this side; of a generic link table, those to other models are left out."""
        rows: Rows = self.through._base_manager.using(using)
        if self.generic is None:
            return rows
        classes = [model for model in apps.get_models(include_auto_created=True) if issubclass(model, self.owner)]
        types = ContentType.objects.db_manager(using).get_for_models(*classes).values()
        return rows.filter(**{f"{self.generic.ct_field}__in": {content_type.pk for content_type in types}})

    def keys_of(self, links: Rows) -> Rows:
        """The keys of this side that links hold, for a condition on ``here_key``."""
        if self.generic is None:
            return links.values(self.here_pk)
        key = Cast(self.here, self._owner._meta.pk.clone())
        keys: Rows = links.annotate(_conjure_key=key).values("_conjure_key")
        return keys

    def _own_keys(self, objs: Iterable[models.Model]) -> dict[Any, Any]:
        """The primary keys of rows of this side by what links hold of them."""
        key = self.here_key
        if self.generic is None:
            return {getattr(obj, key): obj.pk for obj in objs}
        to_held = self.through._meta.get_field(self.here).to_python  # A generic key may hold numbers as text.
        return {to_held(getattr(obj, key)): obj.pk for obj in objs}


def link_table(source: FieldSpec | ReverseSpec) -> LinkTable:
    """The table behind a many-to-many relation, as seen from the side of ``source``."""
    field: Any = source.field if isinstance(source, FieldSpec) else source.relation.field
    through = field.remote_field.through
    if not isinstance(field, models.ManyToManyField):
        return _third_party_table(field, through)
    here, there = field.m2m_field_name(), field.m2m_reverse_field_name()
    if isinstance(source, ReverseSpec):
        return LinkTable(through=through, here=there, there=here)
    ordering = () if is_django_code(type(field)) else tuple(through._meta.ordering)
    return LinkTable(through=through, here=here, there=there, ordering=ordering)


def _third_party_table(field: Any, through: Any) -> LinkTable:
    column, there = find_link_column(field), field.m2m_reverse_field_name()
    assert column is not None, "Only fields that say where their links are have specs."
    ordering = tuple(through._meta.ordering)
    for generic in through._meta.private_fields:
        if getattr(generic, "fk_field", None) == column:
            return LinkTable(
                through=through, here=column, there=there, ordering=ordering, generic=generic, owner=field.model
            )
    here = next(f.name for f in through._meta.concrete_fields if f.column == column)
    return LinkTable(through=through, here=here, there=there, ordering=ordering)


def load_links(field: FieldSpec, objs: Sequence[models.Model], using: str) -> dict[Any, list[Any]]:
    """The keys that each of the rows is linked to, by the row's key: each once, in order, hidden ones included."""
    table = link_table(field)
    pairs = _read_pairs(table, table.links_of(objs, using), table.ordering, objs)
    return {here: list(dict.fromkeys(others)) for here, others in pairs.items()}


def load_visible_links(
    context: Context, spec: ModelSpec, field: FieldSpec, objs: Sequence[models.Model], using: str | None = None
) -> dict[Any, list[Any]]:
    """The keys that a many-to-many field shows, by the row's key, in the field's order or the target model's own.

    Rows that the target's config hides are left out; so are those that its default manager hides.
    """
    target = field.related_model
    if not objs or target is None:
        return {}
    table = link_table(field)
    links = table.links_of(objs, using or router.db_for_read(table.through, instance=objs[0]))
    related = spec.related(target)
    if related is not None and is_scoped(related):
        links = links.filter(**{f"{table.there}__in": scoped_rows(context, related).order_by()})
    elif type(target._default_manager) is not Manager:
        links = links.filter(**{f"{table.there}__in": target._default_manager.all().order_by()})
    pairs = _read_pairs(table, links, table.ordering or _terms_through(context, related, table, target), objs)
    read = get_field_type(field.field).make_reader(field.value_field)
    return pairs if read is None else {here: list(map(read, others)) for here, others in pairs.items()}


def _read_pairs(
    table: LinkTable, links: Rows, ordering: Sequence[Any], objs: Sequence[models.Model]
) -> dict[Any, list[Any]]:
    pairs: dict[Any, list[Any]] = defaultdict(list)
    for one, other in table.pair(links.order_by(*ordering, table.there_pk), objs):
        pairs[one].append(other)
    return dict(pairs)


def _terms_through(
    context: Context, related: ModelSpec | None, table: LinkTable, target: type[models.Model]
) -> list[str]:
    """The ordering of the target model, as the link table says it, without what this request may not be told of."""
    terms = [term for term in target._meta.ordering or () if isinstance(term, str) and term != "?"]
    if related is not None:
        terms = [term for term in terms if shown_terms(context, related, term) == [term]]
    return [_through(table, term) for term in terms]


def _through(table: LinkTable, term: str) -> str:
    """One term, as the link table says it."""
    return f"-{table.there}__{term[1:]}" if term.startswith("-") else f"{table.there}__{term.lstrip('+')}"
