"""What GraphiQL's editor holds at first: a query that works for this user, and hints at what to try next."""

from __future__ import annotations

from collections.abc import Iterable

from conjure.graphql.context import Context
from conjure.specs.models import ModelSpec
from conjure.specs.origins import is_django_code

_NO_MODEL = """\
# There is no model here that you may view. This says who you are:
{
  me
}
"""
_FIRST = """\
# The first {many}.
# Run it by the button, or Ctrl-Enter.
#
# To try next, beside pagination:
#   search: "..."
#   filters: {{...}}, ordering: [...]
# or one row, by its key:
#   {one}(pk: "...")
# Ctrl-Space shows what there is.
{{
  {many_root}(pagination: {{limit: 5}}) {{
    totalCount
    results {{
{fields}
    }}
  }}
}}
"""


def first_query(context: Context) -> str:
    """A query of the first rows of the first model that the user may view."""
    viewable = (spec for spec in _own_models_first(context.specs) if context.permissions.can("view", spec))
    spec = next(viewable, None)
    if spec is None:
        return _NO_MODEL
    names = _field_names(context, spec)[:4]
    names.insert(1, spec.graphql_label)
    return _FIRST.format(
        many=" ".join(spec.verbose_name_plural.split()),
        one=spec.roots["retrieve"],
        many_root=spec.roots["list"],
        fields="\n".join(f"      {name}" for name in names),
    )


def _own_models_first(specs: Iterable[ModelSpec]) -> list[ModelSpec]:
    """The project's own models in the order in which they were registered, then Django's, then the audit log."""
    return sorted(specs, key=lambda spec: (spec.app_label == "conjure", is_django_code(spec.model)))


def _field_names(context: Context, spec: ModelSpec) -> list[str]:
    excluded = context.excluded(spec)
    return [field.graphql_name for field in spec.columns if field.name not in excluded]
