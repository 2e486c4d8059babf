"""Search: one term, looked for in any of a config's search fields regardless of case."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.utils.text import smart_split, unescape_string_literal

from conjure.conf import settings
from conjure.exceptions import InvalidError
from conjure.graphql.context import Context
from conjure.graphql.fields.keys import parse_pk
from conjure.graphql.rows.filter_limits import require_few
from conjure.graphql.rows.lookups import any_of, build_condition
from conjure.graphql.rows.paths import resolve_path
from conjure.graphql.rows.visible import Rows
from conjure.options import SEARCH_PREFIXES, search_path
from conjure.specs.models import ModelSpec
from conjure.values.sources import ValueProblem
from conjure.values.texts import check_text


def apply_search(context: Context, spec: ModelSpec, rows: Rows, term: str | None) -> Rows:
    """Keep the rows in which any search field contains the term; no term, or no search field, keeps all.

    Where the config searches by words, each of them must be in one of the fields.
    """
    term = _clean_term(term, "search")
    fields = spec.config.get_search_fields()
    if not (term and fields):
        return rows
    return rows.filter(*(_build_condition(context, spec, fields, part) for part in _parts_of(spec, term)))


def apply_choice_search(context: Context, spec: ModelSpec, rows: Rows, term: str | None) -> Rows:
    """Keep the rows in which any autocomplete field contains the term, or whose pk it is; no term keeps all."""
    term = _clean_term(term, "q")
    if not term:
        return rows
    fields = spec.config.get_autocomplete_search_fields()
    condition = Q(*(_build_condition(context, spec, fields, part) for part in _parts_of(spec, term)))
    if term.isascii() and term.isdigit():
        condition |= _has_pk(spec, term)
    return rows.filter(condition)


def _parts_of(spec: ModelSpec, term: str) -> list[str]:
    """What is looked for: the term, or its words, of which those in quotes are one. Raise LimitedError for many."""
    if spec.config.search != "words":
        return [term]
    words = [_unquote(word) for word in smart_split(term)]
    require_few("search", len(words), 0)
    return words


def _unquote(word: str) -> str:
    """A word without the quotes around it, as Django's admin takes it."""
    return unescape_string_literal(word) if word[0] in "\"'" and word[0] == word[-1] else word


def _clean_term(term: str | None, parameter: str) -> str:
    """The term without white space around it. Raise InvalidError for one that is too long or not Unicode."""
    if not term:
        return ""
    if len(term) > settings.MAX_SEARCH_LENGTH:
        raise InvalidError({parameter: [f"No more than {settings.MAX_SEARCH_LENGTH} characters are allowed."]})
    try:
        return check_text(term).strip()
    except ValueProblem as problem:
        raise InvalidError({parameter: [str(problem)]}) from None


def _build_condition(context: Context, spec: ModelSpec, fields: Sequence[str], term: str) -> Q:
    """That any of the fields contains the term; fields that do not exist or are excluded do not count.

    The config chose the fields, so that no view permission is asked for the models that their paths pass.
    """
    conditions = []
    for name in fields:
        lookup = SEARCH_PREFIXES.get(name[:1], "icontains")
        path = resolve_path(spec, search_path(name), context.excluded)
        if path is not None and not path.field.is_relation:
            try:
                conditions.append(build_condition(context, spec, path, lookup, term))
            except ValueProblem:  # A third party's field that no value with this term can be in.
                continue
    return any_of(conditions)


def _has_pk(spec: ModelSpec, term: str) -> Q:
    try:
        return Q(pk=parse_pk(spec, term))
    except ValueProblem:
        return Q()
