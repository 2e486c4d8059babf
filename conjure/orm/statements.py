"""SQL that is compiled once for all plain querysets of one shape: only WHERE, LIMIT and parameters differ.

Building and compiling the query of a list costs the ORM more than the database needs to answer it. The text is the
ORM's own. Where the labels of foreign keys are asked for, what they read of the rows that these point to comes along,
joined to the page. All that is put into SQL here are names of tables and columns, as the ORM quotes them.
"""

# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from django.conf import settings as django_settings
from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connections, models

from conjure.caches import cached
from conjure.orm.instances import can_make_instances, make_instances
from conjure.orm.plain_querysets import is_plain


class Join(NamedTuple):
    """What is read of the rows that a foreign key points to: attnames, ``key`` being the column it points to."""

    attname: str
    model: Any
    key: str
    columns: frozenset[str]


class ReadRows(NamedTuple):
    """Rows, and what came along.

    ``targets`` are the rows that foreign keys point to, by attname, for the joins that were made; ``total`` is the
    number of rows without the slice, if it is known.
    """

    rows: list[Any]
    targets: Mapping[str, list[Any]] = MappingProxyType({})
    total: int | None = None


class Shape(NamedTuple):
    """All that the text of a statement follows from, but for its WHERE and its LIMIT."""

    model: Any
    using: str
    order_by: tuple[str, ...]
    default_ordering: bool
    deferred_loading: tuple[frozenset[str], bool]
    joins: tuple[Join, ...]
    with_total: bool
    use_tz: bool

    def queryset(self) -> models.QuerySet[Any]:
        """A queryset of this shape, with neither WHERE nor LIMIT."""
        rows: models.QuerySet[Any] = models.QuerySet(self.model, using=self.using)
        if self.order_by or not self.default_ordering:
            rows = rows.order_by(*self.order_by)
        names, is_deferred = self.deferred_loading
        if names:
            rows = rows.defer(*names) if is_deferred else rows.only(*names)
        return rows


class NoStatementError(Exception):
    """A queryset of this shape has to be read in Django's own way."""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The columns of one model in a statement's result, which begin at ``start``.

    For a joined model, ``attname`` is the foreign key's, ``points`` its position and ``key`` that of the column that it
    points to.
    """

    model: Any
    expressions: tuple[Any, ...]
    attname: str = ""
    start: int = 0
    points: int = 0
    key: int = 0

    @property
    def names(self) -> list[str]:
        """The names of the attributes that the columns are values of."""
        return [expression.target.attname for expression in self.expressions]

    def make(self, rows: Sequence[Sequence[Any]], compiler: Any) -> list[Any]:
        """The instances for rows as the database driver gave them."""
        converters = compiler.get_converters(self.expressions)
        converted = compiler.apply_converters(rows, converters) if converters else rows
        return make_instances(self.model, self.names, converted, compiler.using)

    def make_targets(self, rows: Sequence[Sequence[Any]], compiler: Any) -> list[Any]:
        """The instances that the foreign keys of rows point to, each once."""
        stop = self.start + len(self.expressions)
        found = {row[self.points]: row[self.start : stop] for row in rows if row[self.key] is not None}
        return self.make(list(found.values()), compiler)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """The text of a statement, and the columns of its result. No connection is kept in it."""

    using: str
    head: str
    tail: str
    outer_head: str
    outer_tail: str
    columns: Columns
    joined: tuple[Columns, ...]
    with_total: bool

    def run(self, query: Any) -> ReadRows:
        """The instances, for each join those that the foreign keys point to, and the number of rows of the table."""
        connection: Any = connections[self.using]
        compiler = query.get_compiler(using=self.using)
        try:
            where, parameters = self._compile_where(query, compiler)
        except EmptyResultSet:
            return ReadRows([])
        limit = f" {connection.ops.limit_offset_sql(query.low_mark, query.high_mark)}" if query.is_sliced else ""
        with connection.cursor() as cursor:
            sql = f"{self.outer_head}{self.head}{where}{self.tail}{limit}{self.outer_tail}"
            cursor.execute(sql, parameters)
            rows = cursor.fetchall()
        targets = {each.attname: each.make_targets(rows, compiler) for each in self.joined}
        total = rows[0][-1] if rows and self.with_total else None
        return ReadRows(self.columns.make(rows, compiler), targets, total)

    def _compile_where(self, query: Any, compiler: Any) -> tuple[str, tuple[Any, ...]]:
        if not query.where:
            return "", ()
        try:
            sql, parameters = compiler.compile(query.where)
        except FullResultSet:
            return "", ()
        return (f" WHERE {sql}", tuple(parameters)) if sql else ("", ())


def find_statement(
    rows: models.QuerySet[Any], joins: tuple[Join, ...], *, with_total: bool = False
) -> Statement | None:
    """The statement for a plain queryset, or None where it takes more than the model's own table.

    With ``with_total``, each row says as its last column how many rows the table has.
    """
    query: Any = rows.query
    names, is_deferred = query.deferred_loading
    if not all(type(term) is str for term in query.order_by):
        return None
    shape = Shape(
        model=rows.model,
        using=rows.db,
        order_by=tuple(query.order_by),
        default_ordering=query.default_ordering,
        deferred_loading=(frozenset(names), is_deferred),
        joins=joins,
        with_total=with_total,
        use_tz=django_settings.USE_TZ,
    )
    return _build(shape)


@cached(maxsize=1024)
def _build(shape: Shape) -> Statement | None:
    try:
        return _build_joined(shape) if shape.joins else _build_plain(shape)
    except NoStatementError:
        return None


def _build_plain(shape: Shape) -> Statement:
    head, tail, expressions = _split(shape)
    return Statement(
        using=shape.using,
        head=_add_total(shape, head),
        tail=tail,
        outer_head="",
        outer_tail="",
        columns=Columns(model=shape.model, expressions=expressions),
        joined=(),
        with_total=shape.with_total,
    )


def _add_total(shape: Shape, head: str) -> str:
    """The SELECT of one table, with a last column that counts its rows if the shape wants it."""
    source = f" FROM {connections[shape.using].ops.quote_name(shape.model._meta.db_table)}"
    if not head.endswith(source):
        raise NoStatementError
    return f"{head.removesuffix(source)}, (SELECT COUNT(*){source}){source}" if shape.with_total else head


def _split(shape: Shape) -> tuple[str, str, tuple[Any, ...]]:
    """The ORM's SELECT ... FROM, its ORDER BY if any, and the columns. Raise NoStatementError for a second table."""
    rows = shape.queryset()
    compiler: Any = rows.query.get_compiler(using=shape.using)
    ordered, parameters = compiler.as_sql()
    head, _ = rows.order_by().query.get_compiler(using=shape.using).as_sql()
    tail = ordered.removeprefix(head)
    expressions = tuple(expression for expression, _, _ in compiler.select)
    tables = {getattr(expression, "alias", None) for expression in expressions}
    if parameters or tables != {shape.model._meta.db_table} or not (tail == "" or tail.startswith(" ORDER BY ")):
        raise NoStatementError
    return head, tail, expressions


def _build_joined(shape: Shape) -> Statement:
    """The page as a derived table under the table's own name, and the tables that its foreign keys point to."""
    columns = _split(shape)[2]
    names = [expression.target.attname for expression in columns]
    table = shape.model._meta.db_table
    compiler: Any = shape.queryset().query.get_compiler(using=shape.using)
    quote = compiler.connection.ops.quote_name
    head, tail, selected = _split(_with_order_columns(shape, names))
    inner = [_compile(compiler, expression) for expression in selected]
    if head != f"SELECT {', '.join(inner)} FROM {quote(table)}":
        raise NoStatementError
    outer, joins, joined = [_select(compiler, expression) for expression in columns], "", []
    for number, join in enumerate(shape.joins):
        alias, fields = f"T{number + 1}", _target_fields(join, shape.using)
        expressions = tuple(field.get_col(alias) for field in fields)
        points, key = names.index(join.attname), [field.attname for field in fields].index(join.key)
        condition = f"{_compile(compiler, columns[points])} = {_compile(compiler, expressions[key])}"
        source = f"{quote(join.model._meta.db_table)} {quote(alias)}"
        if compiler.connection.vendor == "postgresql":
            joins += _look_up(", ".join(_compile(compiler, each) for each in expressions), source, condition)
            joins += f" {quote(alias)} ON TRUE"
        else:
            joins += f" LEFT OUTER JOIN {source} ON ({condition})"
        start = len(outer)
        joined.append(
            Columns(
                model=join.model,
                expressions=expressions,
                attname=join.attname,
                start=start,
                points=points,
                key=start + key,
            )
        )
        outer += [_select(compiler, expression) for expression in expressions]
    if shape.with_total:
        outer.append(f"(SELECT COUNT(*) FROM {quote(table)})")
    return Statement(
        using=shape.using,
        head=head,
        tail=tail,
        outer_head=f"SELECT {', '.join(outer)} FROM (",
        outer_tail=f") {quote(table)}{joins}{tail}",
        columns=Columns(model=shape.model, expressions=columns),
        joined=tuple(joined),
        with_total=shape.with_total,
    )


def _look_up(columns: str, source: str, condition: str) -> str:
    """A join that looks the one row of the other table up by its key, for each row of the page.

    PostgreSQL reads the whole other table for a plain join as long as it has no statistics of the two, which is up to
    a minute after they were filled. With statistics both take as long, for pages of up to 200 rows.
    """
    return f" LEFT OUTER JOIN LATERAL (SELECT {columns} FROM {source} WHERE {condition} LIMIT 1)"


def _with_order_columns(shape: Shape, names: Sequence[str]) -> Shape:
    """The same shape, with the columns that it is ordered by among those that are selected."""
    ordered_by = {term.lstrip("-+") for term in shape.order_by}
    return shape._replace(deferred_loading=(frozenset({*names, *ordered_by}), False))


def _compile(compiler: Any, expression: Any) -> str:
    sql, parameters = compiler.compile(expression)
    if parameters:
        raise NoStatementError
    return str(sql)


def _select(compiler: Any, expression: Any) -> str:
    sql, parameters = expression.select_format(compiler, _compile(compiler, expression), ())
    if parameters:
        raise NoStatementError
    return str(sql)


def _target_fields(join: Join, using: str) -> list[Any]:
    base: models.QuerySet[Any] = join.model._base_manager.using(using)
    options = join.model._meta
    wanted = join.columns | {join.key}
    fields = [field for field in options.concrete_fields if field.attname in wanted or field in options.pk_fields]
    in_table = all(field.model._meta.db_table == options.db_table for field in fields)
    if not in_table or not can_make_instances(join.model) or not is_plain(base) or base.query.where:
        raise NoStatementError
    return fields
