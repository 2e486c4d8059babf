"""Check what a delete cascades to, what protects the rows and whether the user may; then delete them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, models
from django.db.models import Q
from django.db.models.deletion import ProtectedError as DjangoProtectedError
from django.db.models.deletion import RestrictedError

from conjure.exceptions import ForbiddenError, ProtectedError
from conjure.graphql.context import Context
from conjure.graphql.deletes.cascade import Cascade, Edge, Model, Node, Rule, build_cascade
from conjure.graphql.deletes.cascade_search import CascadeSearch
from conjure.graphql.deletes.reached_rows import ReachedRows, chunked
from conjure.graphql.hooks import model_hook
from conjure.graphql.permissions import Right, is_asked_by_row
from conjure.graphql.rows.read import read_in_batches, was_read_apart
from conjure.graphql.rows.visible import is_scoped, scoped_rows
from conjure.graphql.rules import right_rule
from conjure.options import is_overridden, right_codename
from conjure.registry import model_key
from conjure.specs.models import ModelSpec

Count = dict[str, Any]
"""``{"model": "shop.Order", "verbose_name": "order", "count": 3}``"""


def describe_deletion(context: Context, spec: ModelSpec, row: Any) -> tuple[list[Count], list[Count]]:
    """The counts of rows that a delete would cascade to, and of those that protect the row, by model.

    They are the counts of Django's collector, as the admin shows them: rows of many-to-many tables count too; rows
    whose foreign key is only set to null do not. The row itself is not counted, nor its parts in the tables of models
    that it inherits from or that inherit from it. Models that the user may not view are left out unless they protect;
    of a model whose config hides rows, only the visible ones are counted. Rows that refer to the row by a field that is
    hidden from this request are in neither.
    """
    cascade = _shown_cascade(context, spec)
    search = CascadeSearch(cascade, [row.pk], row._state.db)
    related = []
    for model in search.models():
        reached = search.reached(model)
        if reached is not None and _may_view(context, model):
            related.append(_describe(model, _count(context, spec.model, model, reached, row.pk)))
    protected = [_describe(model, rows.total) for model, rows in search.blocked().items()]
    return [count for count in related if count["count"]], protected


def _shown_cascade(context: Context, spec: ModelSpec) -> Cascade:
    return build_cascade(spec.model).without(lambda edge: _is_hidden(context, edge))


def _is_hidden(context: Context, edge: Edge) -> bool:
    """Whether this request may not know of the relation: of its field, or of the many-to-many field behind it."""
    holder = edge.field.model
    owner = holder._meta.auto_created or holder
    spec = context.specs.for_model(owner)
    if spec is None:
        return False
    hidden = context.excluded(spec)
    if owner is holder:
        return edge.field.name in hidden
    return any(m2m.remote_field.through is holder and m2m.name in hidden for m2m in owner._meta.local_many_to_many)


def _describe(model: Model, count: int) -> Count:
    return {"model": model_key(model), "verbose_name": str(model._meta.verbose_name), "count": count}


def _count(context: Context, root: Model, model: Model, reached: ReachedRows, pk: Any) -> int:
    spec = context.specs.for_model(model)
    within = scoped_rows(context, spec) if spec is not None and is_scoped(spec) else None
    if model._meta.concrete_model is root._meta.concrete_model:
        return reached.without_keys([pk]).count(within=within)
    return reached.count(but=_parts_of_itself(root, model, pk), within=within)


def _parts_of_itself(root: Model, model: Model, pk: Any) -> Q | None:
    """A condition for the deleted row's own part in the table of another model; None where it has none there."""
    concrete: Any = root._meta.concrete_model
    if issubclass(root, model):
        own = root._base_manager.filter(pk=pk).values(model._meta.pk.attname)
        return Q(pk__in=own)
    return Q(**{concrete._meta.pk.name: pk}) if issubclass(model, concrete) else None


def check_deletion(context: Context, spec: ModelSpec, rows: Sequence[Any]) -> None:
    """Raise an error where the rows may not be deleted; the caller asks for the right to delete the rows themselves.

    Raise ForbiddenError, naming the models, where the delete would cascade to a row that the user may not delete, and
    ProtectedError, with the blockers, where a row is protected. Only rows that can matter are looked up, so that
    deleting rows on which nothing depends takes no query.
    """
    cascade = build_cascade(spec.model)
    guarded = {node for node in cascade.nodes() if _is_guarded(context, node.model)}
    if not cascade.is_cyclic(cascade.stages[0]):
        guarded.discard(cascade.root)
    if not guarded and not cascade.blocks:
        return
    needed = cascade.ancestors(guarded | {edge.source for edge in cascade.blocks} | _restricted(cascade))
    search = CascadeSearch(cascade, [row.pk for row in rows], rows[0]._state.db, needed)
    _require_permission(context, search, {node.model for node in guarded}, spec, rows)
    blocked = search.blocked()
    if blocked:
        shown = _shown_cascade(context, spec)
        if shown is not cascade:
            blocked = CascadeSearch(shown, search.root_keys, search.using, needed).blocked()
        raise ProtectedError([_describe(model, found.total) for model, found in blocked.items()])


def _restricted(cascade: Cascade) -> set[Node]:
    """The nodes whose rows restrict the delete, unless they are deleted too."""
    known = set(cascade.nodes())
    models = {edge.target.model for edge in cascade.blocks if edge.rule is Rule.RESTRICT}
    return {node for node in known if node.model in models}


def _require_permission(
    context: Context, search: CascadeSearch, guarded: set[Model], spec: ModelSpec, rows: Sequence[Any]
) -> None:
    own = {row.pk for row in rows}
    denied, rules = [], []
    for model in search.models():
        reached = search.reached(model) if model in guarded else None
        if reached is not None and not _may_delete_rows(context, model, reached, own if model is spec.model else set()):
            denied.append(str(model._meta.verbose_name))
            found = context.specs.for_model(model)
            rules.append(right_codename("delete", model) if found is None else right_rule("delete", found))
    if denied:
        message = f"This would also delete what you may not delete: {', '.join(dict.fromkeys(denied))}."
        raise ForbiddenError(message, rule=", ".join(dict.fromkeys(rules)))


def _may_delete_rows(context: Context, model: Model, reached: ReachedRows, own: set[Any]) -> bool:
    spec = context.specs.for_model(model)
    if spec is None or not is_asked_by_row("delete", spec):
        return not reached.exists()
    found = (row for rows in reached.queries() for row in read_in_batches(rows))
    return all(row.pk in own or context.permissions.can("delete", spec, row) for row in found)


def may_delete_row(context: Context, model: Model, row: Any) -> bool:
    """Whether the user may delete a row of any model, registered or not."""
    spec = context.specs.for_model(model)
    if spec is None:
        return _may(context, "delete", model)
    return context.permissions.can("delete", spec, row if is_asked_by_row("delete", spec) else None)


def _is_guarded(context: Context, model: Model) -> bool:
    """Whether the user's right to delete rows of the model has to be asked, or is denied."""
    spec = context.specs.for_model(model)
    if spec is not None and is_asked_by_row("delete", spec):
        return True
    return not _may(context, "delete", model)


def _may(context: Context, right: Right, model: Model) -> bool:
    """Whether the user has the right on a model, registered or not; link tables need no right of their own."""
    if model._meta.auto_created:
        return True
    spec = context.specs.for_model(model)
    if spec is not None:
        return context.permissions.can(right, spec)
    return context.permissions.has_codename(right_codename(right, model))


def _may_view(context: Context, model: Model) -> bool:
    if model._meta.auto_created:
        linked = {field.related_model for field in model._meta.concrete_fields if field.is_relation}
        return all(_may_view(context, target) for target in linked)  # type: ignore[arg-type]
    spec = context.specs.for_model(model)
    return _may(context, "view", model) or (spec is None and _may(context, "change", model))


def delete_rows(context: Context, spec: ModelSpec, rows: Sequence[Any]) -> int:
    """Delete rows that ``check_deletion`` allows, in the order in which they were locked; give their number.

    A single row is deleted by ``AdminConfig.delete_model``, and so is each of many rows where that, or the model's
    ``delete``, is overridden, or a row is of another class than the model or has values that cannot be read; otherwise
    one delete, which sends the signals, removes them all. Raise ProtectedError where a protecting row turns up after
    all.
    """
    try:
        # Django reads all rows of a model again to delete them at once, what cannot be read included.
        is_odd = any(type(row) is not spec.model or was_read_apart(row) for row in rows)
        if len(rows) == 1 or has_own_delete(spec) or is_odd:
            for row in rows:
                with model_hook(row, "delete"):
                    spec.config.delete_model(context.request, row)
        else:
            with model_hook(spec.model, "delete"):
                _delete_at_once(spec, rows)
    except (DjangoProtectedError, RestrictedError) as error:
        raise ProtectedError(count_blockers(error)) from error
    except IntegrityError as error:
        raise ProtectedError([], "Other objects refer to this one, and the database does not let it go.") from error
    return len(rows)


def has_own_delete(spec: ModelSpec) -> bool:
    """Whether the project's own code deletes rows of the model, one by one."""
    return is_overridden(spec.config, "delete_model") or spec.model.delete is not models.Model.delete


def _delete_at_once(spec: ModelSpec, rows: Sequence[Any]) -> None:
    cascade = build_cascade(spec.model)
    keys = [row.pk for row in rows]
    # A restricting row that goes with another of the rows must be in the same delete.
    restricts = any(edge.rule is Rule.RESTRICT for edge in cascade.blocks)
    every = spec.model._base_manager.using(rows[0]._state.db).order_by()
    for chunk in [keys] if restricts else chunked(keys):
        every.filter(pk__in=chunk).delete()


def count_blockers(error: DjangoProtectedError | RestrictedError) -> list[Count]:
    """The counts of the rows that Django's own error says protect others, by model."""
    found: Any = error.protected_objects if isinstance(error, DjangoProtectedError) else error.restricted_objects
    counts: dict[Model, int] = {}
    for row in found:
        counts[type(row)] = counts.get(type(row), 0) + 1
    return [_describe(model, count) for model, count in counts.items()]
