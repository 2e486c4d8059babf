"""Rows of one table, read by a query that is compiled once: only its WHERE and its LIMIT are made anew each time.

Building and compiling the query of a list costs the ORM more than the database needs to answer it. Where a queryset
asks of one table alone, SELECT, joins and ORDER BY follow from the model, the columns and the order, and are kept. What
the labels of its foreign keys read can come along in the same query, so that no further one is sent for them.

All that is put into SQL here are names of tables and columns, quoted by the database's backend, and what the ORM's own
compiler made; values go as parameters.
"""

# ruff: noqa: S608

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import Error, connections, models, router
from django.db.models.query import ModelIterable
from django.db.models.sql import Query

from conjure.caches import cached
from conjure.orm.instances import is_made_plainly, make_instances, state_class

_OWN_WAYS = ("__iter__", "iterator", "_fetch_all", "count", "_iterator")

Found = Callable[[int], None]


class Join(NamedTuple):
    """What is to be read of the rows that a foreign key points to: the columns' attnames, the key's among them."""

    attname: str
    model: Any
    key: str
    columns: frozenset[str]


class Shape(NamedTuple):
    """What the text of a query follows from, but for its WHERE and its LIMIT."""

    model: Any
    using: str
    order_by: tuple[str, ...]
    columns: frozenset[str] | None
    joins: tuple[Join, ...]
    use_tz: bool


class RowQuery:
    """The compiled query of one shape."""

    def __init__(self, shape: Shape, table: Table, joined: Sequence[Table], order: str, extra: Sequence[str]) -> None:
        self.shape = shape
        self.order = order
        self.reads_times = _reads_times(table, *joined)
        self.make = _build_maker(shape, table, joined)
        if joined:
            inner = ", ".join([*table.raw, *extra])
            self.head = f"SELECT {inner} FROM {table.name}"
            outer = ", ".join(column for each in (table, *joined) for column in each.selected)
            self.outer: tuple[str, str] | None = (
                f"SELECT {outer} FROM (",
                f") {table.name}{''.join(each.join for each in joined)}{order}",
            )
        else:
            self.head = f"SELECT {', '.join(table.selected)} FROM {table.name}"
            self.outer = None

    def run(self, query: Query, found: Found | None = None) -> tuple[list[Any], list[dict[Any, Any]]]:
        """The instances, and for each join the instances that their foreign keys point to, by the key as stored.

        ``found`` is called with the number of rows as soon as the database has given them, before anything is made of
        them.
        """
        connection: Any = connections[self.shape.using]
        try:
            where, parameters = _compile_where(query, self.shape.using)
        except EmptyResultSet:
            return [], [{} for _ in self.shape.joins]
        limit = f" {connection.ops.limit_offset_sql(query.low_mark, query.high_mark)}" if query.is_sliced else ""
        sql = f"{self.head}{where}{self.order}{limit}"
        if self.outer is not None:
            sql = f"{self.outer[0]}{sql}{self.outer[1]}"
        with connection.cursor() as cursor:
            if self.reads_times:
                cursor.adapters.register_loader("timestamptz", _text_loader())
            cursor.execute(sql, parameters)
            if found is not None:
                found(cursor.rowcount)
            rows = cursor.fetchall()
        return self.make(rows, connection)  # type: ignore[no-any-return]


class PlainModelIterable(ModelIterable):  # type: ignore[type-arg]
    """Iterates over a plain query's instances; set as a queryset's iterable class by ``make_plainly``."""

    def __iter__(self) -> Iterator[Any]:
        queryset = self.queryset
        if not self.chunked_fetch:
            query = _find_query(queryset)
            if query is not None:
                return iter(query.run(queryset.query)[0])
        return self._compile_and_iterate()

    def _compile_and_iterate(self) -> Iterator[Any]:
        db = self.queryset.db
        compiler = self.queryset.query.get_compiler(using=db)
        results = compiler.execute_sql(chunked_fetch=self.chunked_fetch, chunk_size=self.chunk_size)
        model = compiler.klass_info["model"]
        positions = compiler.klass_info["select_fields"]
        names = [compiler.select[position][0].target.attname for position in positions]
        return make_instances(model, names, compiler.results_iter(results), db)


def make_plainly(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Have the instances of a query that was not run yet made directly, where they can be."""
    if is_made_plainly(rows):
        rows._iterable_class = PlainModelIterable
    return rows


def read_with_targets(
    rows: models.QuerySet[Any], joins: Sequence[Join], found: Found | None = None
) -> tuple[list[Any], dict[str, list[Any]]] | None:
    """The rows of a page, and by attname those that their foreign keys point to, in one query.

    ``found`` is called with the number of rows, where the database driver knows it, before instances are made.
    None where the rows have to be read in Django's own way.
    """
    if not is_made_plainly(rows) or router.routers:
        return None
    query = _find_query(rows, tuple(joins))
    if query is None:
        return None
    try:
        objs, targets = query.run(rows.query, found)
    except Error:
        raise
    except Exception:  # noqa: BLE001 - a value that its field cannot read: who reads without joins knows what to do
        return None
    return objs, {join.attname: list(pointed_to.values()) for join, pointed_to in zip(joins, targets, strict=True)}


def count_rows(rows: models.QuerySet[Any]) -> int:
    """``rows.count()``, the order left out where that cannot matter."""
    if rows.query.is_sliced:
        return rows.count()
    if not _asks_of_one_table(rows):
        return rows.order_by().count()
    try:
        sql, parameters = _compile_count(rows)
    except EmptyResultSet:
        return 0
    with connections[rows.db].cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.fetchone()[0])


@contextmanager
def counting(rows: models.QuerySet[Any]) -> Iterator[Callable[[], int]]:
    """Let the database count the rows while the block does something else; call what is given for the number.

    This needs a driver that can fetch an answer later than it asks, such as psycopg 3 in pipeline mode. With any other
    the rows are counted when the number is asked for.
    """
    pipeline = _open_pipeline(rows)
    try:
        query = None if pipeline is None else _compile_count(rows)
    except EmptyResultSet:
        query = None
    if pipeline is None or query is None:
        yield lambda: count_rows(rows)
        return
    connection: Any = connections[rows.db]
    with connection.wrap_database_errors, connection.cursor() as cursor, ExitStack() as pending:
        pending.enter_context(pipeline)
        cursor.execute(*query)

        def fetch() -> int:
            pending.close()  # The round trip that ends the pipeline brings the answer along.
            return int(cursor.fetchone()[0])

        yield fetch


def _open_pipeline(rows: models.QuerySet[Any]) -> Any:
    connection: Any = connections[rows.db]
    if connection.vendor != "postgresql" or rows.query.is_sliced or not _asks_of_one_table(rows):
        return None
    driver = connection.connection
    return driver.pipeline() if hasattr(driver, "pipeline") and driver.pgconn.pipeline_status == 0 else None


def _compile_count(rows: models.QuerySet[Any]) -> tuple[str, Sequence[Any]]:
    where, parameters = _compile_where(rows.query, rows.db)
    table = connections[rows.db].ops.quote_name(rows.model._meta.db_table)
    return f"SELECT COUNT(*) FROM {table}{where}", parameters


def _asks_of_one_table(rows: models.QuerySet[Any]) -> bool:
    """Whether a queryset is Django's own, not run yet, and asks for rows of one table with a WHERE at most."""
    query = rows.query
    if (
        type(query) is not Query
        or query.annotations
        or query.select_related
        or query.extra
        or query.distinct
        or query.combinator
        or query.group_by is not None
        or query.select
        or query.values_select
        or query.select_for_update
        or query.explain_info
        or query._filtered_relations  # type: ignore[attr-defined]
        or len(query.alias_map) > 1
    ):
        return False
    if rows._result_cache is not None or rows._prefetch_related_lookups or rows._known_related_objects:  # type: ignore[attr-defined]
        return False
    if not _reads_in_djangos_way(type(rows)):
        return False
    where = query.where
    return query.get_initial_alias() == rows.model._meta.db_table and not (
        where.contains_aggregate or where.contains_over_clause
    )


@cached(maxsize=1024)
def _reads_in_djangos_way(queryset_class: type[Any]) -> bool:
    return all(getattr(queryset_class, name) is getattr(models.QuerySet, name) for name in _OWN_WAYS)


def _compile_where(query: Query, using: str) -> tuple[str, Sequence[Any]]:
    """``WHERE ...`` with its parameters, or nothing. Raise EmptyResultSet where no row can match."""
    if not query.where:
        return "", ()
    compiler = query.get_compiler(using=using)
    try:
        sql, parameters = compiler.compile(query.where)
    except FullResultSet:
        return "", ()
    return (f" WHERE {sql}", tuple(parameters)) if sql else ("", ())


def _find_query(rows: models.QuerySet[Any], joins: tuple[Join, ...] = ()) -> RowQuery | None:
    if not _asks_of_one_table(rows):
        return None
    query = rows.query
    columns, is_deferred = query.deferred_loading
    if is_deferred and columns:
        return None
    order_by: Any = query.order_by
    if not order_by and query.default_ordering and rows.model._meta.ordering:
        return None
    if query.extra_order_by or not query.standard_ordering or not all(type(term) is str for term in order_by):
        return None
    wanted = None if is_deferred else frozenset(columns)
    return _compile(Shape(rows.model, rows.db, tuple(order_by), wanted, joins, settings.USE_TZ))


@cached(maxsize=1024)
def _compile(shape: Shape) -> RowQuery | None:
    """The query of a shape, or None where it takes more than the model's own table."""
    try:
        order, ordered_by = _compile_order(shape)
        table = Table(shape.model, shape.columns, shape.using)
        joined = [_join(table, join, number, shape.using) for number, join in enumerate(shape.joins)]
        extra = [column for column in map(table.raw_column, ordered_by) if column not in table.raw]
    except MoreThanOneTableError:
        return None
    return RowQuery(shape, table, joined, order, list(dict.fromkeys(extra)))


class MoreThanOneTableError(Exception):
    """What is asked for stands in more than the model's own table, or is no plain column."""


def _compile_order(shape: Shape) -> tuple[str, list[str]]:
    """``ORDER BY ...`` or nothing, and the names of the columns in it."""
    if not shape.order_by:
        return "", []
    query = models.QuerySet(shape.model, using=shape.using).order_by(*shape.order_by).query
    compiler: Any = query.get_compiler(using=shape.using)
    order_by = compiler.pre_sql_setup()[1]
    if len(query.alias_map) > 1 or any(parameters or is_ref for _, (_, parameters, is_ref) in order_by):
        raise MoreThanOneTableError
    return f" ORDER BY {', '.join(sql for _, (sql, _, _) in order_by)}", [term.lstrip("-+") for term in shape.order_by]


class Table:
    """The columns that are read of a table: as they are selected, and how their values are converted."""

    def __init__(self, model: Any, wanted: frozenset[str] | None, using: str, alias: str = "") -> None:
        self.model = model
        self.connection: Any = connections[using]
        self.compiler: Any = Query(model).get_compiler(using=using)
        self.alias = alias or model._meta.db_table
        self.name = self.connection.ops.quote_name(self.alias)
        self.source = self.connection.ops.quote_name(model._meta.db_table) + (f" {self.name}" if alias else "")
        self.join = ""
        self.fields = self._choose(wanted)
        expressions = [field.get_col(self.alias) for field in self.fields]
        self.raw = [self._compile(expression) for expression in expressions]
        self.selected = [self._select(*pair) for pair in zip(expressions, self.raw, strict=True)]
        self.converters = self.compiler.get_converters(expressions)

    def _choose(self, wanted: frozenset[str] | None) -> list[Any]:
        options = self.model._meta
        fields = list(options.concrete_fields)
        if wanted is not None:
            if wanted - {name for field in fields for name in (field.name, field.attname)} - {"pk"}:
                raise MoreThanOneTableError
            pks = set(options.pk_fields)
            fields = [field for field in fields if field in pks or {field.name, field.attname} & wanted]
        if any(field.model._meta.db_table != options.db_table for field in fields):
            raise MoreThanOneTableError
        return fields

    def _compile(self, expression: Any) -> str:
        sql, parameters = self.compiler.compile(expression)
        if parameters:
            raise MoreThanOneTableError
        return str(sql)

    def _select(self, expression: Any, sql: str) -> str:
        formatted, parameters = expression.select_format(self.compiler, sql, ())
        if parameters:
            raise MoreThanOneTableError
        return str(formatted)

    def raw_column(self, name: str) -> str:
        """A column by its field's name or attname, as the table knows it."""
        options = self.model._meta
        if name == "pk":
            name = options.pk.name
        for field in options.concrete_fields:
            if name in (field.name, field.attname) and field.model._meta.db_table == options.db_table:
                return self._compile(field.get_col(self.alias))
        raise MoreThanOneTableError


def is_whole_table(model: Any, using: str) -> bool:
    """Whether a model's base manager gives every row of one table, and the rows can be made directly."""
    base: models.QuerySet[Any] = model._base_manager.using(using)
    return is_made_plainly(base) and _asks_of_one_table(base) and not base.query.where


def _join(table: Table, join: Join, number: int, using: str) -> Table:
    """The joined table of a foreign key; a LEFT join, for there may be no row that it points to."""
    if not is_whole_table(join.model, using):
        raise MoreThanOneTableError
    joined = Table(join.model, join.columns | {join.key}, using, alias=f"T{number + 1}")
    if not table.alias.isidentifier() or join.attname not in {field.attname for field in table.fields}:
        raise MoreThanOneTableError
    condition = f"{table.raw_column(join.attname)} = {joined.raw_column(join.key)}"
    joined.join = f" LEFT OUTER JOIN {joined.source} ON ({condition})"
    return joined


def _build_maker(shape: Shape, table: Table, joined: Sequence[Table]) -> Callable[..., Any]:
    """Generate ``make(rows, connection) -> instances, [targets by key as stored, for each join]``."""
    constants: dict[str, Any] = {"new": object.__new__, "state": state_class(shape.using), "model": table.model}
    constants |= {"moment": datetime.datetime, "day": datetime.date, "utc": datetime.UTC}
    constants["read_time"] = datetime.datetime.fromisoformat
    values = [f"v{number}" for number in range(len(table.fields))]
    names = [*values]
    body = ["obj = new(model)", f"obj.__dict__ = {_literal('', table, values, constants)}", "append(obj)"]
    for number, (join, each) in enumerate(zip(shape.joins, joined, strict=True)):
        values = [f"j{number}_{position}" for position in range(len(each.fields))]
        names += values
        constants[f"model{number}"] = each.model
        key = values[[field.attname for field in each.fields].index(join.key)]
        points = names[[field.attname for field in table.fields].index(join.attname)]
        body += [
            f"if {key} is not None and {points} not in targets{number}:",
            f"    targets{number}[{points}] = target = new(model{number})",
            f"    target.__dict__ = {_literal(f'j{number}_', each, values, constants)}",
        ]
    targets = [f"targets{number}" for number in range(len(joined))]
    lines = ["out = []", "append = out.append", *(f"{target} = {{}}" for target in targets)]
    lines += [f"for {', '.join(names)}, in rows:", *(f"    {line}" for line in body)]
    lines += [f"return out, [{', '.join(targets)}]"]
    source = "\n".join(["def make(rows, connection):", *(f"    {line}" for line in lines)])
    # The names of attributes as literals, and nothing else of the project's but constants, is in it.
    exec(compile(source, f"<rows of {table.model._meta.label}>", "exec"), constants)  # noqa: S102
    return constants["make"]  # type: ignore[no-any-return]


def _reads_times(*tables: Table) -> bool:
    """Whether moments are read from text here, since Django's loader for psycopg 3 costs much more.

    They are in UTC then, and stand in DateTimeFields alone: not in arrays, ranges or keys of moments, which the loader
    has a part in too.
    """
    connection = tables[0].connection
    if connection.vendor != "postgresql" or connection.timezone is not datetime.UTC or not _is_psycopg3():
        return False
    fields = [field for table in tables for field in table.fields]
    others = [field for field in fields if type(field) is not models.DateTimeField]
    if len(others) == len(fields) or not all(field.model._meta.managed for field in fields):
        return False
    types = [field.db_type(connection) or "" for field in others]
    return not any("timestamp" in declared or "tstz" in declared for declared in types)


def _is_psycopg3() -> bool:
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    return is_psycopg3


@cached(maxsize=1)
def _text_loader() -> Any:
    from psycopg.types.string import TextLoader

    return TextLoader


# What Django's own converters of these names do to the usual values, without the call of a function for each.
_INLINE = {
    "convert_datetimefield_value": "{0}.replace(tzinfo=utc) if {0}.__class__ is moment and {0}.tzinfo is None else {1}",
    "convert_datefield_value": "{0} if {0}.__class__ is day else {1}",
    "convert_booleanfield_value": "{0} == 1 if {0} == 1 or {0} == 0 else {1}",
}


def _inline(connection: Any, converters: Sequence[Any]) -> str | None:
    """The source of what the only converter of a column does, if it is one that is known; {1} is the call of it."""
    function: Any = getattr(converters[0], "__func__", None) if len(converters) == 1 else None
    if function is None or not function.__module__.startswith("django.db.backends."):
        return None
    if function.__name__ == "convert_datetimefield_value" and connection.timezone is not datetime.UTC:
        return None
    return _INLINE.get(function.__name__)


def _literal(prefix: str, table: Table, values: Sequence[str], constants: dict[str, Any]) -> str:
    """The source of an instance's ``__dict__``."""
    pairs = []
    for position, (field, value) in enumerate(zip(table.fields, values, strict=True)):
        converters, expression = table.converters.get(position, ((), None))
        converted = value
        for number, converter in enumerate(converters):
            name = f"{prefix}c{position}_{number}"
            constants[name], constants[f"{prefix}e{position}"] = converter, expression
            converted = f"{name}({converted}, {prefix}e{position}, connection)"
        inline = _inline(table.connection, converters)
        if inline is not None:
            converted = inline.format(value, converted)
        elif type(field) is models.DateTimeField and _reads_times(table):
            converted = f"(read_time(t) if (t := {converted}).__class__ is str else t)"
        pairs.append(f"{field.attname!r}: {converted}")
    return f"{{{', '.join([*pairs, repr('_state') + ': state()'])}}}"
