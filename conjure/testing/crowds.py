"""Makes many rows of a model that lead to several rows of others, and of which every few are alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models

from conjure.testing.requests import savepoints
from conjure.testing.rows import RowMaker, base_rows

_TARGETS = 20
_CONTENT_TYPES = 3
_ALIKE = 5


def make_crowd(maker: RowMaker, model: type[models.Model], number: int, others: Iterable[type[models.Model]]) -> str:
    """Make ``number`` rows, or as many as there can be. Give the reason why there are fewer, else an empty text.

    Their foreign keys and links lead to up to 20 rows of each target, their generic keys to rows of three of the
    ``others``, and every five rows have the same values where they need not be unique, so that orders have ties.
    What a model refuses of this is left as it was.
    """
    failed = dict(maker.failed)
    try:
        made: list[Any] = []
        while len(made) < number and (obj := maker.make(model)) is not None:
            made.append(obj.pk)
        reason = maker.failed.get(model, "no row could be made") if len(made) < number else ""
        options: Any = model._meta
        for field in options.concrete_fields:
            if _can_be_alike(field):
                _make_alike(model, field, made)
            elif _can_be_spread(model, field):
                _spread(model, [field.attname], made, _targets(maker, field.related_model, field.target_field))
        for generic in options.private_fields:
            if isinstance(generic, GenericForeignKey):
                _spread_generic(maker, model, generic, made, others)
        for field in options.many_to_many:
            if field.remote_field.through._meta.auto_created:
                _link(field, made, _targets(maker, field.related_model, field.related_model._meta.pk))
    finally:
        maker.failed.clear()
        maker.failed.update(failed)
    return reason


def _can_be_alike(field: Any) -> bool:
    if field.is_relation or field.unique or field.primary_key or field.generated or isinstance(field, models.FileField):
        return False
    options = field.model._meta
    together = [*options.unique_together, *(getattr(each, "fields", ()) for each in options.constraints)]
    return field.column is not None and not any(field.name in names for names in together)


def _can_be_spread(model: type[models.Model], field: Any) -> bool:
    if not field.is_relation or field.unique or field.primary_key or field.remote_field.limit_choices_to:
        return False
    # A row of a tree knows its place; the rows of content types are few.
    return field.related_model is not ContentType and field.related_model._meta.concrete_model is not model


def _make_alike(model: type[models.Model], field: Any, made: Sequence[Any]) -> None:
    with suppress(Exception), savepoints():  # A custom field, or a constraint.
        for start in range(0, len(made), _ALIKE):
            group = base_rows(model).filter(pk__in=made[start : start + _ALIKE])
            value = group.order_by("pk").values_list(field.attname, flat=True).first()
            group.update(**{field.attname: value})


def _targets(maker: RowMaker, target: Any, key: Any) -> list[tuple[Any, ...]]:
    with suppress(Exception), savepoints():
        rows = base_rows(target).exclude(**{f"{key.name}__isnull": True}).order_by("pk")
        for _ in range(_TARGETS - rows.count()):
            if maker.make(target, plain=True) is None:
                break
        return [(value,) for value in rows.values_list(key.attname, flat=True)[:_TARGETS]]
    return []


def _spread(
    model: type[models.Model], columns: Iterable[str], made: Sequence[Any], targets: Sequence[tuple[Any, ...]]
) -> None:
    with suppress(Exception), savepoints():  # A constraint.
        for number, target in enumerate(targets[: len(made)]):
            pks = made[number :: len(targets)]
            base_rows(model).filter(pk__in=pks).update(**dict(zip(columns, target, strict=True)))


def _spread_generic(
    maker: RowMaker, model: Any, generic: Any, made: Sequence[Any], others: Iterable[type[models.Model]]
) -> None:
    options = model._meta
    type_field, key_field = options.get_field(generic.ct_field), options.get_field(generic.fk_field)
    targets: list[list[tuple[Any, ...]]] = []
    for other in others:
        if (
            len(targets) < _CONTENT_TYPES
            and other._meta.concrete_model is not model
            and len(other._meta.pk_fields) == 1
        ):
            content_type = ContentType.objects.get_for_model(other)
            try:
                found = _targets(maker, other, other._meta.pk)[: _TARGETS // _CONTENT_TYPES]
                rows = [(content_type.pk, key_field.clean(pk, None)) for (pk,) in found]
            except (ValidationError, TypeError, ValueError):  # Its keys are of another type.
                continue
            if rows:
                targets.append(rows)
    spread = [row for rows in zip(*targets, strict=False) for row in rows]
    _spread(model, (type_field.attname, key_field.attname), made, spread)


def _link(field: Any, made: Sequence[Any], targets: Sequence[tuple[Any, ...]]) -> None:
    through, near, far = field.remote_field.through, field.m2m_field_name(), field.m2m_reverse_field_name()
    near_name, far_name = (through._meta.get_field(name).attname for name in (near, far))
    with suppress(Exception), savepoints():  # The table of links may have columns of its own.
        base_rows(through).filter(**{f"{near_name}__in": made}).delete()
        through._base_manager.bulk_create(
            through(**{near_name: pk, far_name: targets[(number + step) % len(targets)][0]})
            for number, pk in enumerate(made)
            for step in range(min(2, len(targets)))
        )
