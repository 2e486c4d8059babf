"""A drawn project as real models, registered with conjure, with tables, for as long as a block lasts."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core import checks
from django.core.exceptions import FieldError
from django.db import connection, models
from django.db.models import CompositePrimaryKey

from conjure import AdminConfig
from conjure.caches import drop_caches
from conjure.registry import registry
from tests.conftest import restored_registry, unregister_all_but
from tests.generated.drawing import POINTED_TO, FieldPlan, ModelPlan, RelationPlan

LABEL = "generated"


class UnusableProjectError(Exception):
    """Django itself finds that there cannot be such models."""


@contextmanager
def built(plans: Sequence[ModelPlan]) -> Iterator[list[type[models.Model]]]:
    """Make the models and their tables. Raise UnusableProjectError for what Django's own checks refuse."""
    made: list[type[models.Model]] = []
    try:
        for number, plan in enumerate(plans):
            _build(plan, number, plans, made)
        _require_usable(made)
        with _tables(made), restored_registry():
            _require_listable(made)
            unregister_all_but()
            for number, plan in enumerate(plans):
                registry.register(_find(number), _config_of(plan))
            extra = [model for model in made if not registry.for_model(model)]
            for model in extra:
                registry.register(model, AdminConfig)
            yield made
    finally:
        apps.all_models[LABEL].clear()
        apps.clear_cache()
        ContentType.objects.clear_cache()
        drop_caches()


def _find(number: int) -> type[models.Model]:
    return apps.all_models[LABEL][f"model{number}"]


def _build(plan: ModelPlan, number: int, plans: Sequence[ModelPlan], made: list[type[models.Model]]) -> None:
    name = f"Model{number}"
    members: dict[str, Any] = {}
    bases: tuple[type, ...] = (models.Model,)
    if plan.parent is not None:
        bases = (_find(plan.parent),)
    else:
        members |= _key_of(plan, number, plans)
    members |= {each.name: _column(each) for each in plan.fields}
    throughs = []
    for relation in plan.relations:
        members[relation.name] = _relation(relation, name, number)
        if relation.through is not None:
            throughs.append(relation)
    options: dict[str, Any] = {"app_label": LABEL, "ordering": plan.ordering}
    if plan.unique_together:
        options["constraints"] = [
            models.UniqueConstraint(fields=plan.unique_together, name=f"{LABEL}_{number}_together")
        ]
    members |= {"__module__": __name__, "Meta": type("Meta", (), options), "__str__": _label}
    made.append(type(name, bases, members))
    made.extend(_through(relation, name) for relation in throughs)


def _label(self: Any) -> str:
    first = self._meta.concrete_fields[-1]
    return f"{self._meta.model_name} {self.pk} {getattr(self, first.attname)}"


def _key_of(plan: ModelPlan, number: int, plans: Sequence[ModelPlan]) -> dict[str, Any]:
    match plan.key:
        case "uuid":
            return {"id": models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)}
        case "char":
            return {"code": models.CharField(primary_key=True, max_length=20)}
        case "integer":
            return {"number": models.IntegerField(primary_key=True)}
        case "decimal":
            return {"amount": models.DecimalField(primary_key=True, max_digits=6, decimal_places=2)}
        case "relation":
            target = next(other for other in range(number) if plans[other].key != "composite")
            return {
                "of": models.OneToOneField(_find(target), models.CASCADE, primary_key=True, related_name=f"by{number}")
            }
        case "composite":
            return {
                "pk": CompositePrimaryKey("part", "number"),
                "part": models.CharField(max_length=10),
                "number": models.IntegerField(),
            }
    return {}


def _column(plan: FieldPlan) -> Any:
    return getattr(models, plan.kind)(**plan.options)


def _relation(plan: RelationPlan, name: str, number: int) -> Any:
    target: Any = "self" if plan.target == number else _find(plan.target)
    options = {**plan.options, "related_name": f"{name.lower()}_{plan.name}"}
    if plan.kind == "many_to_many":
        if plan.through is not None:
            options["through"] = f"{LABEL}.{name}{plan.name.title()}"
        return models.ManyToManyField(target, **options)
    options["on_delete"] = getattr(models, options["on_delete"])
    if plan.by_column and target != "self":
        pointed = [f for f in target._meta.local_concrete_fields if f.unique and not f.null and not f.primary_key]
        pointed = [f for f in pointed if type(f).__name__ in POINTED_TO]
        options |= {"to_field": pointed[0].name} if pointed else {}
    field_class = models.OneToOneField if plan.kind == "one_to_one" else models.ForeignKey
    return field_class(target, **options)


def _through(plan: RelationPlan, name: str) -> type[models.Model]:
    members = {
        "here": models.ForeignKey(f"{LABEL}.{name}", models.CASCADE, related_name="+"),
        "there": models.ForeignKey(_find(plan.target), models.CASCADE, related_name="+"),
        **{each.name: _column(each) for each in plan.through or ()},
        "__module__": __name__,
        "Meta": type("Meta", (), {"app_label": LABEL}),
    }
    return type(f"{name}{plan.name.title()}", (models.Model,), members)


def _config_of(plan: ModelPlan) -> type[AdminConfig]:
    match plan.scope:
        case "filter":
            name = plan.fields[0].name
            scope = lambda self, request: AdminConfig.get_queryset(self, request).exclude(**{f"{name}__isnull": True})  # noqa: E731
        case "slice":
            scope = lambda self, request: AdminConfig.get_queryset(self, request).order_by("pk")[:3]  # noqa: E731
        case "distinct":
            scope = lambda self, request: AdminConfig.get_queryset(self, request).distinct()  # noqa: E731
        case _:
            return AdminConfig
    return type("ScopedConfig", (AdminConfig,), {"get_queryset": scope})


def _require_usable(made: Sequence[type[models.Model]]) -> None:
    found = [message for model in made for message in model.check(databases=["default"])]
    if any(message.level >= checks.WARNING for message in found):
        raise UnusableProjectError(str(found))


def _require_listable(made: Sequence[type[models.Model]]) -> None:
    try:
        for model in made:
            list(model._default_manager.all())
    except FieldError as error:  # Such as a default order that leads back to itself.
        raise UnusableProjectError(str(error)) from error


@contextmanager
def _tables(made: Sequence[type[models.Model]]) -> Iterator[None]:
    present: list[type[models.Model]] = []
    try:
        for model in made:
            with connection.schema_editor() as editor:
                editor.create_model(model)
            present.append(model)
        yield
    finally:
        for model in reversed(present):
            with connection.schema_editor() as editor:
                editor.delete_model(model)
