"""Links: the keys that many-to-many fields hold, and the table that holds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, router
from django.db.models import Q
from django.db.models.manager import Manager

from conjure.graphql.context import Context
from conjure.graphql.fields.kinds import get_field_type
from conjure.graphql.fields.parsers import is_django_code
from conjure.graphql.rows.visible import Rows, is_scoped, scoped_rows
from conjure.specs.fields import FieldSpec, ReverseSpec
from conjure.specs.models import ModelSpec


@dataclass(frozen=True, kw_only=True)
class LinkTable:
    """The through model of a many-to-many relation; ``here`` and ``there`` are its foreign keys to the two sides.

    ``ordering`` are the terms by which a third party's field keeps its links in the order in which they were set.
    Django's own fields keep none.
    """

    through: Any
    here: str
    there: str
    ordering: tuple[Any, ...] = ()

    @property
    def here_id(self) -> str:
        """The column that holds the key of this side."""
        return str(self.through._meta.get_field(self.here).attname)

    @property
    def there_id(self) -> str:
        """The column that holds the key of the other side."""
        return str(self.through._meta.get_field(self.there).attname)

    def links_of(self, objs: Iterable[models.Model], using: str) -> Rows:
        """The links of some rows of this side."""
        rows: Rows = self.through._base_manager.using(using)
        return rows.filter(Q((f"{self.here}__in", [obj.pk for obj in objs])))


def link_table(source: FieldSpec | ReverseSpec) -> LinkTable:
    """The table behind a many-to-many relation, as seen from the side of ``source``."""
    field: Any = source.field if isinstance(source, FieldSpec) else source.relation.field
    here, there = field.m2m_field_name(), field.m2m_reverse_field_name()
    through = field.remote_field.through
    if isinstance(source, ReverseSpec):
        return LinkTable(through=through, here=there, there=here)
    ordering = () if is_django_code(type(field)) else tuple(through._meta.ordering)
    return LinkTable(through=through, here=here, there=there, ordering=ordering)


def load_links(field: FieldSpec, objs: Sequence[models.Model], using: str) -> dict[Any, list[Any]]:
    """The keys that each of the rows is linked to, by the row's key: each once, in order, hidden ones included."""
    table = link_table(field)
    pairs = _read_pairs(table, table.links_of(objs, using), table.ordering)
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
    terms = (term for term in target._meta.ordering or () if isinstance(term, str) and term != "?")
    pairs = _read_pairs(table, links, table.ordering or [_through(table, term) for term in terms])
    read = get_field_type(field.field).make_reader(field.value_field)
    return pairs if read is None else {here: list(map(read, others)) for here, others in pairs.items()}


def _read_pairs(table: LinkTable, links: Rows, ordering: Sequence[Any]) -> dict[Any, list[Any]]:
    pairs: dict[Any, list[Any]] = defaultdict(list)
    here, there = table.here_id, table.there_id
    for one, other in links.order_by(*ordering, there).values_list(here, there):
        pairs[one].append(other)
    return dict(pairs)


def _through(table: LinkTable, term: str) -> str:
    """A term of the target's ordering, as the link table says it."""
    return f"-{table.there}__{term[1:]}" if term.startswith("-") else f"{table.there}__{term.lstrip('+')}"
