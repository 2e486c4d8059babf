"""Conditions on third parties' fields, tried before they are used: such a field may refuse a value only in SQL."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, connections, models, router, transaction
from django.db.models import Q, Value
from django.db.models.lookups import Exact

from conjure.caches import cached
from conjure.specs.fields import resolve_value_field
from conjure.specs.origins import is_django_code
from conjure.values.sources import INVALID_VALUE, ValueProblem

# What decides how a field's values are compared.
_MEMBERS = (
    "to_python",
    "get_prep_value",
    "get_db_prep_value",
    "get_lookup",
    "get_transform",
    "get_internal_type",
    "db_type",
    "rel_db_type",
)
# The lookups and transforms that filters and searches may use.
_COMPARISONS = {*models.Field().get_lookups(), "date", "year", "month", "day", "week_day", "hour", "minute"}


def compare_safely(model: type[models.Model], field: models.Field[Any, Any], compare: Callable[[], Q]) -> Q:
    """The condition that ``compare`` gives on rows of a model.

    Raise ValueProblem where the field is a third party's and its code, or the database, refuses the value.
    """
    if compares_as_django(resolve_value_field(field)):
        return compare()
    try:
        condition = compare()
        _try_condition(model, condition)
    except ValidationError as error:
        raise ValueProblem(" ".join(error.messages)) from None
    except (ValueProblem, OperationalError):
        raise
    except InterfaceError:
        if is_connection_lost(router.db_for_read(model)):
            raise
        raise ValueProblem(INVALID_VALUE) from None
    except Exception:  # noqa: BLE001 - a third party's field, or what the database says to its values
        raise ValueProblem(INVALID_VALUE) from None
    return condition


def require_comparable(field: models.Field[Any, Any], key: Any) -> None:
    """Raise ValueProblem for a key that the code of a third party's field, or its column, compares with no row's."""
    if not (is_django_code(type(field)) or _holds_all_of_its_kind(field, key)):
        compare_safely(field.model, field, lambda: Q((field.name, key)))


def _holds_all_of_its_kind(field: models.Field[Any, Any], key: Any) -> bool:
    """Whether the column is one of texts or whole numbers, which compares with any other of its kind."""
    if not _are_compared_by_django(frozenset(field.get_lookups().items())):
        return False
    if not is_django_code(type(field).get_lookup):
        return False
    column = field.db_type(connections[router.db_for_read(field.model)]) or ""
    match field.get_prep_value(key):
        case bool():
            return False
        case str():
            return column.startswith(("varchar", "text", "longtext"))
        case int() as number:
            return column.startswith(("integer", "bigint")) and -(2**63) <= number < 2**63
    return False


def is_connection_lost(using: str) -> bool:
    """Whether an InterfaceError says so. In SQLite, which has none to lose, a value is of no type that it knows."""
    return connections[using].vendor != "sqlite"


def compares_as_django(field: models.Field[Any, Any]) -> bool:
    """Whether only Django's own code makes values of the field, and conditions on it, ready for the database.

    A project may register lookups of its own for Django's fields, at any time, and for single fields too.
    """
    return _is_prepared_by_django(type(field)) and _are_compared_by_django(frozenset(field.get_lookups().items()))


@cached(maxsize=1024)
def _are_compared_by_django(lookups: frozenset[tuple[str, type]]) -> bool:
    return all(is_django_code(lookup) for name, lookup in lookups if name in _COMPARISONS)


@cached(maxsize=1024)
def _is_prepared_by_django(field_class: type[models.Field[Any, Any]]) -> bool:
    return all(is_django_code(getattr(field_class, name)) for name in _MEMBERS) and not any(
        "class_lookups" in vars(ancestor) and not is_django_code(ancestor) for ancestor in field_class.__mro__
    )


def _try_condition(model: type[models.Model], condition: Q) -> None:
    """Have the database look at the query and no row: it checks types and parses values all the same."""
    using = router.db_for_read(model)
    nothing: models.QuerySet[Any] = (
        models.QuerySet(model).using(using).filter(condition).filter(Exact(Value(1), Value(0))).order_by()
    )
    with survive_failure(using):
        list(nothing.values_list(Value(1))[:1])


def survive_failure(using: str) -> AbstractContextManager[Any]:
    """A block in which a statement may fail: PostgreSQL would refuse the rest of a transaction."""
    return transaction.atomic(using=using) if connections[using].in_atomic_block else nullcontext()
