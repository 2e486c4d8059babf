"""What hypothesis draws: the plan of a project of a few models, as plain data that can be printed and shrunk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

Draw = st.DrawFn


@dataclass
class FieldPlan:
    """A column: the name of Django's field class, and its options."""

    name: str
    kind: str
    options: dict[str, Any]


@dataclass
class RelationPlan:
    """A relation to the model of that number: ``foreign_key``, ``one_to_one`` or ``many_to_many``."""

    name: str
    kind: str
    target: int
    options: dict[str, Any]
    # Of a foreign key, by a unique column instead of the primary key.
    by_column: bool = False
    # Of a many-to-many field: the extra columns of a through model of its own.
    through: list[FieldPlan] | None = None


@dataclass
class ModelPlan:
    """A model, whose relations lead to itself and to models before it."""

    key: str
    fields: list[FieldPlan]
    relations: list[RelationPlan] = field(default_factory=list)
    parent: int | None = None
    ordering: list[str] = field(default_factory=list)
    unique_together: list[str] = field(default_factory=list)
    scope: str | None = None


# Each key is a column of one of these kinds, or a relation, or several columns together.
KEYS = ["auto", "auto", "uuid", "char", "integer", "decimal", "relation", "composite"]
SCOPES = [None, None, None, "filter", "slice", "distinct"]
TEXTS = ["CharField", "SlugField", "TextField", "EmailField", "URLField"]
NUMBERS = ["IntegerField", "SmallIntegerField", "BigIntegerField", "PositiveIntegerField", "DecimalField", "FloatField"]
TIMES = ["DateField", "DateTimeField", "TimeField", "DurationField"]
OTHERS = ["BooleanField", "UUIDField", "JSONField", "BinaryField", "GenericIPAddressField", "FileField"]
# Columns of these can be unique, and be pointed to, in every database.
UNIQUE = {
    "CharField",
    "SlugField",
    "EmailField",
    "IntegerField",
    "BigIntegerField",
    "UUIDField",
    "DateField",
    "DecimalField",
}
# Their texts are not given back as they were sent in every database, so nothing points to them.
POINTED_TO = {"CharField", "SlugField", "IntegerField", "UUIDField"}


@st.composite
def field_plans(draw: Draw, name: str) -> FieldPlan:
    """Draw a column."""
    kind = draw(st.sampled_from([*TEXTS, *NUMBERS, *TIMES, *OTHERS]))
    options: dict[str, Any] = {"null": draw(st.booleans()), "blank": draw(st.booleans())}
    if kind in {"CharField", "SlugField"}:
        options["max_length"] = draw(st.sampled_from([8, 20, 100]))
    if kind == "DecimalField":
        places = draw(st.integers(0, 4))
        options |= {"decimal_places": places, "max_digits": places + draw(st.integers(1, 10))}
    if kind in {"DateField", "DateTimeField", "TimeField"} and draw(st.integers(0, 4)) == 0:
        options = {draw(st.sampled_from(["auto_now", "auto_now_add"])): True}
    elif kind in UNIQUE and draw(st.integers(0, 3)) == 0:
        options["unique"] = True
    elif kind in {"CharField", "IntegerField"} and draw(st.integers(0, 2)) == 0:
        values = ["b,c", "a", "", "ünï"] if kind == "CharField" else [0, 1, -7]
        options["choices"] = [(value, f"Choice {value}") for value in values]
    if kind == "GenericIPAddressField" and options["blank"]:
        options["null"] = True  # Django's own rule.
    if not options.get("unique") and draw(st.integers(0, 3)) == 0 and "null" in options:
        options["default"] = _default_of(kind, options)
    if draw(st.integers(0, 5)) == 0:
        options["db_column"] = f"{name}_stored"
    if draw(st.integers(0, 7)) == 0:
        options["editable"] = False
        options |= (
            {} if "default" in options or options.get("auto_now") or options.get("auto_now_add") else {"null": True}
        )
    return FieldPlan(name, kind, options)


def _default_of(kind: str, options: dict[str, Any]) -> Any:
    if "choices" in options:
        return options["choices"][0][0]
    defaults = {
        "BooleanField": True,
        "FloatField": 0.5,
        "JSONField": dict,
        "CharField": "x",
        "SlugField": "x",
        "TextField": "",
    }
    defaults |= dict.fromkeys(["IntegerField", "SmallIntegerField", "BigIntegerField", "PositiveIntegerField"], 3)
    if kind in defaults:
        return defaults[kind]
    options["null"] = True
    return None


@st.composite
def relation_plans(draw: Draw, name: str, number: int, plans: list[ModelPlan]) -> RelationPlan | None:
    """Draw a relation of the model of that number; None where there is nothing to point to."""
    targets = [other for other in range(number) if plans[other].key != "composite"]
    kind = draw(st.sampled_from(["foreign_key", "foreign_key", "one_to_one", "many_to_many"]))
    # A row that has to point to one of its own kind could not be the first.
    to_itself = draw(st.integers(0, 3)) == 0 and kind != "one_to_one"
    if not targets and not to_itself:
        return None
    target = number if to_itself else draw(st.sampled_from(targets))
    if kind == "many_to_many":
        options: dict[str, Any] = {"blank": draw(st.booleans())}
        through = None
        if target == number:
            options["symmetrical"] = draw(st.booleans())
        elif draw(st.integers(0, 2)) == 0:
            through = [draw(field_plans("note"))] if draw(st.booleans()) else []
        return RelationPlan(name, kind, target, options, through=through)
    null = to_itself or draw(st.booleans())
    rules = ["CASCADE", "PROTECT", "RESTRICT", *(["SET_NULL"] if null else [])]
    options = {"null": null, "blank": null, "on_delete": draw(st.sampled_from(rules))}
    return RelationPlan(name, kind, target, options, by_column=draw(st.integers(0, 2)) == 0)


@st.composite
def model_plans(draw: Draw, number: int, plans: list[ModelPlan]) -> ModelPlan:
    """Draw a model that comes after these."""
    fields = [draw(field_plans(f"field_{index}")) for index in range(draw(st.integers(1, 4)))]
    simple = [other for other in range(number) if plans[other].key != "composite"]
    parent = draw(st.sampled_from(simple)) if simple and draw(st.integers(0, 4)) == 0 else None
    if parent is not None:
        fields = [FieldPlan(f"own{number}_{each.name}", each.kind, each.options) for each in fields]
        for each in fields:
            each.options.pop("db_column", None)
    key = draw(st.sampled_from(KEYS))
    if key == "relation" and not simple:
        key = "auto"
    plan = ModelPlan(key="inherited" if parent is not None else key, fields=fields, parent=parent)
    for index in range(draw(st.integers(0, 3))):
        relation = draw(relation_plans(f"relation{number}_{index}", number, [*plans, plan]))
        if relation is not None and not (plan.key == "composite" and relation.target == number):
            plan.relations.append(relation)
    columns = [each.name for each in fields if each.kind not in {"JSONField", "BinaryField"}]
    columns += [relation.name for relation in plan.relations if relation.kind != "many_to_many"]
    if columns and draw(st.booleans()):
        plan.ordering = [draw(st.sampled_from(["", "-"])) + draw(st.sampled_from(columns))]
    short = [each.name for each in fields if each.kind in {"CharField", "IntegerField", "DateField", "BooleanField"}]
    if len(short) > 1 and draw(st.booleans()):
        plan.unique_together = short[:2]
    plan.scope = draw(st.sampled_from(SCOPES))
    return plan


@st.composite
def projects(draw: Draw, size: int = 3) -> list[ModelPlan]:
    """Draw a project of up to ``size`` models."""
    plans: list[ModelPlan] = []
    for number in range(draw(st.integers(1, size))):
        plans.append(draw(model_plans(number, plans)))
    return plans


__all__ = ["POINTED_TO", "FieldPlan", "ModelPlan", "RelationPlan", "projects"]
