"""Search: one term, looked for in any of a config's search fields, without regard to case."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from conjure.conf import settings
from conjure.exceptions import InvalidError
from conjure.graphql.context import Context
from conjure.graphql.fields.parsers import ValueProblem, check_text
from conjure.graphql.rows.lookups import any_of, build_condition
from conjure.graphql.rows.paths import resolve_path
from conjure.graphql.rows.visible import Rows
from conjure.specs.models import ModelSpec

# ModelAdmin's prefixes of search fields, and the lookups they stand for.
_PREFIXES = {"^": "istartswith", "=": "iexact", "@": "icontains"}


def clean_term(term: str | None, parameter: str = "search") -> str:
    """The term without white space around it. Raise InvalidError for one that is too long or not Unicode."""
    if not term:
        return ""
    if len(term) > settings.MAX_SEARCH_LENGTH:
        raise InvalidError({parameter: [f"No more than {settings.MAX_SEARCH_LENGTH} characters are allowed."]})
    try:
        return check_text(term).strip()
    except ValueProblem as problem:
        raise InvalidError({parameter: [str(problem)]}) from None


def apply_search(context: Context, spec: ModelSpec, rows: Rows, term: str | None) -> Rows:
    """Keep the rows in which any search field contains the term; no term, or no search field, keeps all."""
    term = clean_term(term)
    search_fields = spec.config.get_search_fields()
    if not term or not search_fields:
        return rows
    return rows.filter(build_search(context, spec, search_fields, term))


def build_search(context: Context, spec: ModelSpec, search_fields: Sequence[str], term: str) -> Q:
    """The condition that any of the fields contains the term; fields that do not exist or are excluded do not count."""
    conditions = []
    for name in search_fields:
        lookup = _PREFIXES.get(name[:1], "icontains")
        path = resolve_path(spec, name.lstrip("".join(_PREFIXES)), context.excluded)
        if path is not None and not path.field.is_relation:
            conditions.append(build_condition(context, spec, path, lookup, term))
    return any_of(conditions)
