"""Makes rows for empty tables from the definitions of the fields, and gives the reason where that fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import connections, models, router

from conjure.testing.requests import describe_exception, savepoints
from conjure.testing.samples import other_values, sample_value

_WANTED = 4
_MAX_DEPTH = 8


class Style(NamedTuple):
    """How a row is made: see ``RowMaker.build``."""

    plain: bool
    among: bool


# Tried in this order until the model's own code accepts the row.
_STYLES = (Style(plain=False, among=True), Style(plain=True, among=True), Style(plain=True, among=False))


class RowMaker:
    """Makes rows of any model. ``failed`` has the models of which no row could be made, with the reason."""

    def __init__(self) -> None:
        self.failed: dict[type[models.Model], str] = {}
        self._numbers: dict[type[models.Model], int] = {}
        self._making: list[type[models.Model]] = []

    def fill(self, model: type[models.Model]) -> str | None:
        """Make rows if the table is empty. Give the reason why it has none, or None if it has some."""
        if not has_table(model):
            return "it has no table"
        try:
            with savepoints():
                if base_rows(model).exists():
                    return None
        except Exception as error:  # noqa: BLE001 - a project's table may be anything
            return describe_exception(error)
        if not model._meta.managed:
            return "it is unmanaged and has no rows"
        for _ in range(_WANTED):
            if self.make(model) is None:
                break
        with savepoints():
            return None if base_rows(model).exists() else self.failed.get(model, "no row could be made")

    def make(self, model: type[models.Model], *, plain: bool = False) -> Any:
        """A new saved row, or None where it cannot be made; for ``plain`` see ``build``."""
        if model in self.failed or model in self._making or len(self._making) > _MAX_DEPTH:
            return None
        self._making.append(model)
        try:
            obj = self._try_to_make(model, _STYLES[1:] if plain else _STYLES)
            self._link(obj)
        except Exception as error:  # noqa: BLE001 - a project's model may raise anything
            self.failed[model] = f"no row could be made: {describe_exception(error)}"
            return None
        finally:
            self._making.pop()
        return obj

    def _try_to_make(self, model: type[models.Model], styles: Sequence[Style]) -> Any:
        style, *others = styles
        try:
            with savepoints():
                obj = self.build(model, plain=style.plain, among=style.among)
                self._save(obj)
        except Exception:
            if not others:
                raise
            return self._try_to_make(model, others)
        return obj

    def build(self, model: type[models.Model], *, plain: bool = False, among: bool = True) -> Any:
        """An unsaved row with a value in every field that can have one.

        A ``plain`` one has simple values, and only where there has to be one: a model's own code may take no others.
        It points to rows ``among`` those that are there, or to new ones, which are plain too.
        """
        # Children of one parent share its columns, and so what must be unique in them.
        root = next((parent for parent in model._meta.all_parents if not parent._meta.parents), model)
        number = self._numbers[root] = self._numbers.get(root, 0) + 1
        obj = model()
        for field in model._meta.concrete_fields:
            if _fills_itself(field):
                continue
            if plain and not field.primary_key and (field.has_default() or field.null or field.blank):
                continue
            if field.is_relation:
                self._point(obj, field, number, among=among)
            else:
                _set_sample(obj, field, number, plain=plain)
        for generic in model._meta.private_fields:
            if isinstance(generic, GenericForeignKey):
                self._point_anywhere(obj, generic)
        self._repair(obj, number)
        return obj

    def _point(self, obj: Any, field: Any, number: int, *, among: bool) -> None:
        target = field.related_model
        is_optional = field.null and (target is type(obj) or number % 3 == 0)
        if is_optional:
            return
        found: Any
        if target is ContentType:
            found = ContentType.objects.get_for_model(type(obj))
        else:
            found = (None if among else self.make(target, plain=True)) or self._find_target(type(obj), field)
        if found is not None:
            setattr(obj, field.attname, getattr(found, field.target_field.attname))
        elif not field.null and not field.has_default():
            raise LookupError(f"There is no row of {target._meta.label} that {field.name} could point to.")

    def _point_anywhere(self, obj: Any, generic: Any) -> None:
        target = base_rows(get_user_model()).first()
        if target is not None and obj._meta.get_field(generic.ct_field).related_model is ContentType:
            try:
                setattr(obj, generic.name, target)
                obj._meta.get_field(generic.fk_field).clean(target.pk, obj)
            except (ValidationError, ValueError):  # Its keys are of another type.
                setattr(obj, generic.fk_field, 1)

    def _find_target(self, model: type[models.Model], field: Any) -> Any:
        target = field.related_model
        with savepoints():
            rows = base_rows(target)
            if field.unique:
                taken = base_rows(model).values_list(field.attname, flat=True)
                rows = rows.exclude(**{f"{field.target_field.attname}__in": list(taken)})
            limit = field.get_limit_choices_to()
            limited = rows.complex_filter(limit).first() if limit else None
            found = limited or rows.order_by("pk").last()
        return found or self.make(target)

    def _repair(self, obj: Any, number: int) -> None:
        """Give fields whose values the model's own code refuses their default, or else a value that it takes."""
        fields = [f for f in obj._meta.concrete_fields if not (f.is_relation or _fills_itself(f) or f.primary_key)]
        try:
            with savepoints():
                obj.full_clean(validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            refused = [field for field in fields if field.name in getattr(error, "error_dict", {})]
        except Exception:  # noqa: BLE001 - the model's own validation may raise anything
            refused = [field for field in fields if not _takes(field, getattr(obj, field.attname, None), obj)]
        else:
            return
        for field in refused:
            if field.has_default() or field.null or field.blank:
                setattr(obj, field.attname, field.get_default())
                continue
            value = next((other for other in other_values(field, number) if _takes(field, other, obj)), None)
            if value is not None:
                setattr(obj, field.attname, value)

    def _save(self, obj: Any) -> None:
        model = type(obj)
        add_root = getattr(model._default_manager, "add_root", None) or getattr(model, "add_root", None)
        if add_root is not None:  # A tree of treebeard's, which knows where a row belongs.
            add_root(instance=obj)
        else:
            obj.save()

    def _link(self, obj: Any) -> None:
        for field in obj._meta.many_to_many:
            if not field.remote_field.through._meta.auto_created:
                continue
            # The project's code may raise anything; the row is there without its links.
            with suppress(Exception), savepoints():
                getattr(obj, field.name).set(list(base_rows(field.related_model).order_by("pk")[:2]))


def _set_sample(obj: Any, field: Any, number: int, *, plain: bool = False) -> None:
    before = obj.__dict__.get(field.attname)
    try:
        value = sample_value(field, number, plain=plain)
        if value is not None:
            setattr(obj, field.attname, value)
    except Exception:  # noqa: BLE001 - a custom field may refuse the value; it keeps its default
        obj.__dict__[field.attname] = before


def _takes(field: Any, value: Any, obj: Any) -> bool:
    try:
        with savepoints():
            field.get_db_prep_save(field.clean(value, obj), connections[router.db_for_write(type(obj))])
    except Exception:  # noqa: BLE001 - a custom field may raise anything
        return False
    return True


def base_rows(model: type[models.Model]) -> Any:
    """Every row of the table, whatever the managers hide."""
    return models.QuerySet(model).using(router.db_for_read(model))


def has_table(model: type[models.Model]) -> bool:
    """Whether the database has the model's table or view."""
    connection = connections[router.db_for_read(model)]
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor, include_views=True)
    return all(table in names for table in _tables(model))


def _tables(model: type[models.Model]) -> Iterator[str]:
    for one in (model, *model._meta.all_parents):
        yield connections[router.db_for_read(one)].introspection.identifier_converter(one._meta.db_table)


def _fills_itself(field: Any) -> bool:
    is_parent_link = bool(field.remote_field and getattr(field.remote_field, "parent_link", False))
    return is_parent_link or field.generated or isinstance(field, models.AutoField) or not field.concrete
