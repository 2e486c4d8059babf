"""Compiled completion: for each selection, one generated function makes the response objects of all its rows.

Where nothing goes wrong it gives exactly what graphql-core's executor gives. Where anything does, it raises, and the
ordinary executor goes over the same rows, so that errors, nulls and paths are as the specification has them.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLBoolean, GraphQLFloat, GraphQLInt, GraphQLString, get_nullable_type

from conjure.graphql.fields import scalars
from conjure.graphql.fields.files import absolute_file_url
from conjure.graphql.fields.readers import ColumnReader
from conjure.graphql.fields.shown import shown_of
from conjure.graphql.reading.bindings import (
    Binding,
    ColumnBinding,
    CompositePkBinding,
    ComputedBinding,
    DisplayBinding,
    ForwardBinding,
    IdsBinding,
    LabelBinding,
    ManyBinding,
    TargetLabelBinding,
    VersionBinding,
)
from conjure.graphql.reading.loaded import LOADED, OWN_LABEL
from conjure.graphql.reading.selections import Completer, Selection
from conjure.graphql.reading.values import call_display_method, lookup_display, read_value, read_version
from conjure.orm.instances import holds_its_value
from conjure.values.keys import pk_text

_INT_MIN, _INT_MAX = -(2**31), 2**31 - 1


def build_completer(selection: Selection) -> Completer:
    """Generate the function ``complete(rows, loaded) -> [response object, ...]`` for a selection."""
    writer = _Writer(selection)
    for key, binding in selection.entries:
        writer.add(key, binding)
    source = writer.source()
    namespace = dict(writer.constants)
    # Of the client's text it holds only response keys, as literals; of the project's, only names of attributes, as
    # literals, and constants.
    exec(compile(source, f"<selection of {selection.spec.type_name}>", "exec"), namespace)  # noqa: S102
    return namespace["complete"]  # type: ignore[no-any-return]


class _Writer:
    """Collects lines of the generated function; names from outside go in as literals and constants, never as code."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.constants: dict[str, Any] = {}
        self.prologue: list[str] = []
        # What is read of all rows at once: the names of the loop's variables, and where their values come from.
        self.columns: dict[str, str] = {}
        self.pairs: list[str] = []

    def constant(self, value: Any) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def source(self) -> str:
        lines = ["def complete(rows, loaded):", *(f"    {line}" for line in self.prologue)]
        names, sources = ["row", *self.columns], ["rows", *self.columns.values()]
        loop = f"for {', '.join(names)} in zip({', '.join(sources)}):" if self.columns else "for row in rows:"
        lines += ["    out = []", "    append = out.append", f"    {loop}", "        d = row.__dict__"]
        lines += ["        append({", *(f"            {pair}," for pair in self.pairs), "        })", "    return out"]
        return "\n".join(lines)

    def add(self, key: str, binding: Binding | None) -> None:
        self.pairs.append(f"{key!r}: {self.expression(key, binding)}")

    def expression(self, key: str, binding: Binding | None) -> str:
        match binding:
            case None:
                return repr(self.selection.spec.type_name)
            case ColumnBinding():
                return self.column(binding)
            case CompositePkBinding():
                return f"{self.constant(pk_text)}(row.pk)"
            case ComputedBinding():
                return f"d[{binding.column.key!r}]"
            case LabelBinding():
                return f"d[{OWN_LABEL!r}]"
            case VersionBinding():
                return f"{self.constant(read_version)}({self.constant(binding)}, row, loaded)"
            case DisplayBinding():
                return self.display(binding)
            case TargetLabelBinding():
                return self.from_map(binding.field.attname, f"loaded.target_labels[{binding.field.name!r}].get")
            case IdsBinding():
                return self.ids(binding)
            case ForwardBinding():
                return self.forward(key, binding)
            case ManyBinding():
                return self.many(key, binding)
        raise TypeError(f"{binding!r} has no compiled form.")

    def local(self, expression: str) -> str:
        name = f"v{len(self.prologue)}"
        self.prologue.append(f"{name} = {expression}")
        return name

    def raw(self, attname: str, values: str = "d") -> str:
        """The value that a row has in a column; ``values`` is its ``__dict__``, which is faster to look into."""
        return (
            f"{values}[{attname!r}]"
            if holds_its_value(self.selection.spec.model, attname)
            else f"getattr(row, {attname!r})"
        )

    def column(self, binding: ColumnBinding) -> str:
        value = self.raw(binding.field.attname)
        if binding.field_type.is_file:
            base_url = self.local("loaded.context.base_url")
            return f"{self.constant(absolute_file_url)}({self.constant(binding.field)}, {value}, {base_url})"
        if binding.reader is not None:
            read = self.constant(binding.reader)
            if isinstance(binding.reader, ColumnReader):
                name = f"c{len(self.columns)}"
                self.columns[name] = (
                    f"{read}.read_all([{self.raw(binding.field.attname, 'row.__dict__')} for row in rows])"
                )
                value = name
            else:
                value = f"(None if (v := {value}) is None else {read}(v))"
        return self.leaf(binding, value)

    def leaf(self, binding: ColumnBinding, value: str) -> str:
        """The value as it is, where it is what the scalar says; else whatever can be shown of it."""
        scalar = get_nullable_type(self.selection.type.fields[binding.field.graphql_name].type)
        if scalar is GraphQLString:
            quick = "V.__class__ is str"
        elif scalar is GraphQLInt:
            quick = f"V.__class__ is int and {_INT_MIN} <= v <= {_INT_MAX}"
        elif scalar is GraphQLBoolean:
            quick = "V is True or v is False"
        elif scalar is GraphQLFloat:
            quick = f"V.__class__ is float and {self.constant(math.isfinite)}(v)"
        elif binding.field_type.scalar is scalars.BigInt:
            quick = "V.__class__ is int"
        elif binding.is_nullable:
            return value
        else:
            quick = "V is not None"
        if binding.is_nullable:
            quick = f"V is None or {quick.replace('V', 'v')}"
        show = self.constant(functools.partial(shown_of, binding))
        return f"(v if {quick.replace('V', f'(v := {value})')} else {show}(row))"

    def from_map(self, attname: str, getter: str) -> str:
        get = self.local(getter)
        return f"(None if (v := {self.raw(attname)}) is None else {get}(v))"

    def display(self, binding: DisplayBinding) -> str:
        if binding.method:
            value = f"{self.constant(call_display_method)}({self.constant(binding)}, row)"
        else:
            displays = self.local(f"loaded.displays[{binding.field.name!r}]")
            value = f"{self.constant(lookup_display)}({displays}, {self.raw(binding.field.attname)})"
        return f"(None if (v := {value}) is None else str(v))"

    def ids(self, binding: IdsBinding) -> str:
        get = self.local(f"loaded.ids[{binding.field.name!r}].get")
        return f"{get}(row.pk, [])"

    def forward(self, key: str, binding: ForwardBinding) -> str:
        child = self.selection.children[key].selection
        complete = self.constant(_make_forward(child))
        get = self.local(f"{complete}(loaded.children[{key!r}].require_all().by_key).get")
        return f"(None if (v := {self.raw(binding.field.attname)}) is None else {get}(v))"

    def many(self, key: str, binding: ManyBinding) -> str:
        child = self.selection.children[key].selection
        groups = self.local(f"{self.constant(_make_groups(child))}(loaded.children[{key!r}].require_all().by_parent)")
        if binding.is_single:
            return f"(v[0] if (v := {groups}.get(row.pk)) else None)"
        return f"{groups}.get(row.pk, [])"


def coerce_int(value: Any) -> Any:
    """A whole number as it is, even one too large for GraphQL's Int; anything else as Int serializes it.

    SQLite keeps 64 bits in any integer column, and MariaDB 32 without a sign: such a value must not cost a whole list.
    """
    return value if value.__class__ is int else GraphQLInt.coerce_output_value(value)


def _make_forward(selection: Selection) -> Callable[[dict[Any, Any]], dict[Any, Any]]:
    def complete(rows: dict[Any, Any]) -> dict[Any, Any]:
        objs = list(rows.values())
        return dict(zip(rows, complete_rows(selection, objs), strict=True))

    return complete


def _make_groups(selection: Selection) -> Callable[[dict[Any, list[Any]]], dict[Any, list[Any]]]:
    def complete(groups: dict[Any, list[Any]]) -> dict[Any, list[Any]]:
        objs = list({id(row): row for group in groups.values() for row in group}.values())
        completed = dict(zip(map(id, objs), complete_rows(selection, objs), strict=True))
        return {parent: [completed[id(row)] for row in group] for parent, group in groups.items()}

    return complete


def complete_rows(selection: Selection, objs: Sequence[Any]) -> list[dict[str, Any]]:
    """The response objects of rows that were loaded together for a selection. Raise anything where that fails."""
    if not objs:
        return []
    if selection.completer is None:
        selection.completer = build_completer(selection)
    return selection.completer(objs, objs[0].__dict__[LOADED])


def try_to_complete(selection: Selection, objs: Sequence[Any]) -> list[dict[str, Any]] | None:
    """What ``complete_rows`` gives; None where graphql-core's executor has to go over the same rows."""
    try:
        return complete_rows(selection, objs)
    except Exception:  # noqa: BLE001 - a third party's reader; the ordinary way reports what it raises in its place
        return None


def complete_row(selection: Selection, obj: Any) -> dict[str, Any]:
    """The response object of one loaded row. Raise anything where graphql-core's executor would report an error.

    What the compiled function cannot read, such as a custom descriptor's value, is read value by value.
    """
    completed = try_to_complete(selection, [obj])
    return _complete_by_value(selection, obj) if completed is None else completed[0]


def _complete_by_value(selection: Selection, obj: Any) -> dict[str, Any]:
    return {
        key: selection.spec.type_name if binding is None else _complete_value(selection, key, binding, obj)
        for key, binding in selection.entries
    }


def _complete_value(selection: Selection, key: str, binding: Binding, obj: Any) -> Any:
    value = read_value(binding, obj, key)
    if key in selection.children:
        child = selection.children[key].selection
        if isinstance(value, list):
            return [complete_row(child, row) for row in value]
        return None if value is None else complete_row(child, value)
    return value
