"""What one request knows while its operations run: who asks, what they may do, and what was already looked up."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, TypeVar

from django.http import HttpRequest

from conjure.graphql.permissions import Permissions
from conjure.graphql.rules import exclusion_rule
from conjure.operations.facts import operation_of
from conjure.options import is_overridden
from conjure.specs.build import get_specs
from conjure.specs.fields import FieldSpec, ReverseSpec
from conjure.specs.models import ModelSpec, SpecSet

T = TypeVar("T")

# The attribute of a request that refers to its context.
_OF_REQUEST = "_conjure_context"


class Context:
    """The context value of a request's GraphQL operations; ``request.user`` is the user that the face authenticated.

    ``streams`` says that the face can stream a ``Download``, so that one may stand in the data. ``sends_form`` says
    that the face read the values from a form, whose values are all texts. ``selections`` caches what was compiled for
    the document that is being executed; it is None where ``@skip`` or ``@include`` may change what is selected.
    """

    def __init__(self, request: HttpRequest, *, streams: bool = False) -> None:
        self.request = request
        self.streams = streams
        self.sends_form = False
        self.selections: dict[Any, Any] | None = None
        self.permissions = Permissions(request)
        self.operation = operation_of(request)
        self._excluded: dict[str, frozenset[str]] = {}
        # Weak, because a circle would keep both until the garbage collector comes round.
        setattr(request, _OF_REQUEST, weakref.ref(self))

    @classmethod
    def of(cls, request: HttpRequest) -> Context:
        """The context in which a request is answered, for the project's code that has only the request, or a new one.

        So that permissions are not asked again for what a widget or a config's queryset asks of conjure.
        """
        known = getattr(request, _OF_REQUEST, None)
        context: Context | None = known() if known is not None else None
        if context is None or context.user is not getattr(request, "user", None):
            return cls(request)
        return context

    @cached_property
    def specs(self) -> SpecSet:
        """The specs of all registered models."""
        return get_specs()

    @property
    def user(self) -> Any:
        """The user who asks."""
        return self.permissions.user

    def find_spec(self, key: str) -> ModelSpec | None:
        """The spec of a model key, case ignored, or None."""
        return self.specs.get(key)

    def excluded(self, spec: ModelSpec) -> frozenset[str]:
        """The fields that do not exist for this request, by ``exclude`` and by the config's own ``get_exclude``."""
        found = self._excluded.get(spec.key)
        if found is None:
            found = spec.excluded
            if is_overridden(spec.config, "get_exclude"):
                found |= set(spec.config.get_exclude(self.request))
            self._excluded[spec.key] = found
        return found

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made for a place of the document that is being executed, made now if it is not kept with it."""
        if self.selections is None:
            return make()
        found: T | None = self.selections.get(key)
        if found is None:
            found = self.selections[key] = make()
        return found

    def hides(self, spec: ModelSpec, member: FieldSpec | ReverseSpec) -> bool:
        """Whether a field or reverse relation does not exist for this request.

        A relation is hidden from both sides: where another model's foreign key is, this model has no rows of the other.
        """
        if member.name in self.excluded(spec):
            return True
        if isinstance(member, FieldSpec):
            return False
        other = spec.related(member.related_model)
        return other is not None and member.relation.field.name in self.excluded(other)

    def hiding_rule(self, spec: ModelSpec, member: FieldSpec | ReverseSpec) -> str:
        """What hides a field or reverse relation that does not exist for this request."""
        other = spec.related(member.related_model)
        if member.name in self.excluded(spec) or isinstance(member, FieldSpec) or other is None:
            return exclusion_rule(spec, member.name)
        return exclusion_rule(other, str(member.relation.field.name))

    def count_rows(self, spec: ModelSpec, count: int) -> None:
        """Take note of rows that were loaded or written, where somebody listens."""
        if self.operation is not None:
            self.operation.count_rows(spec.key, count)

    @cached_property
    def base_url(self) -> str:
        """Scheme and host of the request, in front of file URLs that are paths."""
        return self.request.build_absolute_uri("/")[:-1]
