"""What writes need to know of a model beyond its spec: fields, unique sets, and which of its hooks are its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.fields.files import FileField, ImageField
from django.db.models.query import ModelIterable
from django.db.models.signals import post_save, pre_save

from conjure.graphql.fields.files import file_fields
from conjure.graphql.fields.shown import Column, make_column, shown_of
from conjure.options import is_overridden
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec
from conjure.specs.origins import is_orm_code
from conjure.specs.writable import is_editable, is_parent_link

PASSWORD = "password"  # noqa: S105 - the field's name


@dataclass(frozen=True, kw_only=True, eq=False)
class WritePlan:
    """The facts of one model.

    ``fields`` are those that some request may write, by name; ``keys`` the parts of the primary key that a new row may
    be given. ``columns`` give the values as they are served. ``unique_groups`` are the sets of fields that are unique
    together, singles included. ``auto_now`` are the fields that every save stamps.
    ``has_rows_of_other_classes`` tells of managers such as django-polymorphic's.
    """

    spec: ModelSpec
    fields: dict[str, FieldSpec]
    keys: dict[str, FieldSpec]
    columns: dict[str, Column]
    unique_groups: tuple[frozenset[str], ...]
    auto_now: tuple[models.Field[Any, Any], ...]
    files: tuple[FileField, ...]
    has_password: bool
    has_own_save_model: bool
    has_own_save: bool
    has_own_clean: bool
    has_own_pre_save: bool
    has_rows_of_other_classes: bool
    has_generated: bool
    has_foreign_fields: bool

    @property
    def has_receivers(self) -> bool:
        """Whether a signal receiver listens to saves of the model. Not cached: receivers come and go."""
        return pre_save.has_listeners(self.spec.model) or post_save.has_listeners(self.spec.model)

    @property
    def saves_plainly(self) -> bool:
        """Whether a save only writes the columns, so that an UPDATE of the changed ones has the same effect.

        Of rows of other classes nothing is known: ask ``is_of_other_class`` of each as well.
        """
        has_own = self.has_own_save_model or self.has_own_save or self.has_own_pre_save
        return not (has_own or self.has_rows_of_other_classes or self.has_receivers)

    def is_of_other_class(self, obj: models.Model) -> bool:
        """Whether a row is an instance of another class than the model: of a child, or of a proxy."""
        return type(obj) is not self.spec.model

    def may_change_in_validation(self, obj: models.Model) -> bool:
        """Whether validating a row may set columns: by code of the project's, or by a custom field's ``clean``."""
        return self.has_own_clean or self.has_foreign_fields or self.is_of_other_class(obj)

    def served(self, field: FieldSpec, obj: models.Model) -> Any:
        """A column's value as rows serve it, files as their names."""
        column = self.columns[field.name]
        return getattr(obj, field.attname) if column.field_type.is_file else shown_of(column, obj)


def get_plan(spec: ModelSpec) -> WritePlan:
    """The plan of a spec, made on first use and kept as long as it."""
    plan: WritePlan = spec.set.derived.get_or_make(("plan", spec.key), lambda: _build(spec))
    return plan


def _build(spec: ModelSpec) -> WritePlan:
    model, options = spec.model, spec.options
    return WritePlan(
        spec=spec,
        fields={field.name: field for field in spec.fields if _is_writable(field)},
        keys={field.name: field for field in spec.columns if field.is_pk and _may_be_given(field.field)},
        columns={field.name: make_column(field) for field in spec.columns},
        unique_groups=tuple(_unique_groups(model)),
        auto_now=tuple(f for f in options.concrete_fields if getattr(f, "auto_now", False)),
        files=tuple(file_fields(model)),
        has_password=issubclass(model, AbstractBaseUser) and PASSWORD not in spec.config.exclude,
        has_own_save_model=is_overridden(spec.config, "save_model"),
        has_own_save=any(not is_orm_code(getattr(model, name)) for name in ("save", "save_base", "_save_table")),
        has_own_clean=any(
            not is_orm_code(getattr(model, name))
            for name in ("full_clean", "clean_fields", "clean", "validate_unique", "validate_constraints")
        ),
        has_own_pre_save=any(not is_orm_code(type(f).pre_save) for f in options.concrete_fields),
        has_rows_of_other_classes=_has_rows_of_other_classes(model),
        has_generated=any(f.generated for f in options.concrete_fields),
        has_foreign_fields=any(not is_orm_code(type(f)) for f in options.concrete_fields),
    )


def _is_writable(field: FieldSpec) -> bool:
    """Whether a row that is there may get another value: a key, or a part of one, is never changed."""
    model_field = field.field
    return is_editable(model_field) and not (field.is_pk or model_field.generated or is_parent_link(model_field))


def _has_rows_of_other_classes(model: type[models.Model]) -> bool:
    """Whether the default manager makes something else of the rows than instances of the model."""
    try:
        return model._default_manager.all()._iterable_class is not ModelIterable
    except Exception:  # noqa: BLE001 - the project's manager
        return False


def _may_be_given(field: Any) -> bool:
    """Whether a new row may be given this part of its key: not where the database or inheritance sets it."""
    return bool(field.editable) and not isinstance(field, models.AutoField) and not is_parent_link(field)


def _unique_groups(model: type[models.Model]) -> Iterable[frozenset[str]]:
    for ancestor in (model, *model._meta.all_parents):
        for group in ancestor._meta.unique_together:
            yield frozenset(group)
    for field in model._meta.concrete_fields:
        if field.unique:
            yield frozenset({field.name})
        for period in ("unique_for_date", "unique_for_month", "unique_for_year"):
            other = getattr(field, period, None)
            if other:
                yield frozenset({field.name, other})


def written_with(model: type[models.Model], names: Iterable[str]) -> set[str]:
    """The names, and those of the columns that image fields among them write the size of the picture to."""
    found = set(names)
    for name in names:
        field = model._meta.get_field(name)
        if isinstance(field, ImageField):
            image: Any = field
            found |= {size for size in (image.width_field, image.height_field) if size}
    return found
