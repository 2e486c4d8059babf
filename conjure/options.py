"""AdminConfig: what a project declares about one model; the rest is inferred."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.db.models.expressions import Combinable
    from django.http import HttpRequest

_Function = TypeVar("_Function", bound=Callable[..., Any])
_LIST_DISPLAY_LENGTH = 7
_SEARCH_FIELDS_LENGTH = 3
_LIST_FILTER_LENGTH = 6
_NOT_IN_LISTS = {"TextField", "JSONField"}


class AdminConfig:
    """How one model is administered. Subclass it, set what you want to say, and ``@register`` it::

        @register(Order)
        class OrderConfig(AdminConfig):
            list_display = ["number", "customer", "status"]

    Attributes that are None are inferred from the model. The methods are hooks with the names and meanings
    that ``django.contrib.admin.ModelAdmin`` gave them.
    """

    list_display: ClassVar[Sequence[str] | None] = None
    """The columns of a list, for frontends: ``["number", "customer", "status"]``. See ``get_list_display``."""

    search_fields: ClassVar[Sequence[str] | None] = None
    """The paths that ``search`` looks in: ``["number", "customer__name"]``. See ``get_search_fields``."""

    list_filter: ClassVar[Sequence[str] | None] = None
    """The paths offered as filters: ``["status", "customer__country"]``. Those across relations can be filtered by
    only where they are named here. See ``get_list_filter``."""

    ordering: ClassVar[Sequence[str | Combinable] | None] = None
    """The order of a list that asks for none: ``["-created_at"]``. See ``get_ordering``."""

    readonly_fields: ClassVar[Sequence[str]] = ()
    """Fields that are shown and cannot be written: ``["total"]``. To decide by user: ``get_readonly_fields``."""

    exclude: ClassVar[Sequence[str]] = ()
    """Fields that do not exist for clients, in rows, filters, search and the schema: ``["api_token"]``. To decide by
    user: ``get_exclude``."""

    secret_fields: ClassVar[Sequence[str]] = ()
    """Fields whose values stand in clear in their rows alone: ``["iban"]``. They are masked in the audit log, stand in
    no cursor and no aggregate, and only users who may change the rows can export them. Fields whose classes are called
    ``Encrypted...`` or ``Masked...`` need not be named."""

    autocomplete_search_fields: ClassVar[Sequence[str] | None] = None
    """The paths that autocomplete looks in: ``["number"]``. See ``get_autocomplete_search_fields``."""

    search: ClassVar[str] = "phrase"
    """``"words"`` looks for each word of a term by itself, and for what stands in quotes as a whole, as Django's admin
    does; each must be in one of the search fields. Otherwise one field must contain the whole term."""

    inlines: ClassVar[Sequence[tuple[type[Model], str]]] = ()
    """Child models with the name of their foreign key to this one: ``[(OrderLine, "order")]``. Where ``get_queryset``
    hides a row of this model, its children are hidden too."""

    is_readonly: ClassVar[bool] = False
    """True refuses every write but actions: ``is_readonly = True``."""

    actions: ClassVar[Sequence[str]] = ()
    """The names of methods that users may run on rows: ``["mark_paid", "export"]``. See ``conjure.action``."""

    list_select_related: ClassVar[Sequence[str] | bool] = ()
    """Accepted from configs that were written for ModelAdmin, and without effect: conjure finds out which related
    rows a query needs, those that labels read included, and loads them for all rows at once."""

    count: ClassVar[str] = "exact"
    """``"none"`` lets GraphQL lists of very large tables skip counting; REST lists always count."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model

    # What is shown. Each gives the declared value or the inferred one.

    def get_list_display(self) -> list[str]:
        """The columns of a list: as declared, else the pk and the first plain editable fields, up to 7."""
        if self.list_display is not None:
            return list(self.list_display)
        plain = [field.name for field in self._editable_fields() if field.get_internal_type() not in _NOT_IN_LISTS]
        return [self._pk_name(), *plain][:_LIST_DISPLAY_LENGTH]

    def get_search_fields(self) -> list[str]:
        """The paths that ``search`` looks in: as declared, else the first 3 editable CharFields without choices.

        Fields without the lookup ``icontains``, as encrypted ones are, are not inferred.
        """
        if self.search_fields is not None:
            return list(self.search_fields)
        from django.db.models import CharField  # noqa: PLC0415 - to import conjure loads no models

        fields = [f for f in self._editable_fields() if isinstance(f, CharField) and not f.choices]
        return [f.name for f in fields if offers_lookup(f, "icontains")][:_SEARCH_FIELDS_LENGTH]

    def get_list_filter(self) -> list[str]:
        """The paths offered as filters: as declared, else the first 6 fields with choices, Booleans or foreign keys."""
        if self.list_filter is not None:
            return list(self.list_filter)
        from django.db.models import BooleanField, ForeignKey  # noqa: PLC0415 - to import conjure loads no models

        offered = [
            field.name
            for field in self._editable_fields()
            if field.choices or isinstance(field, BooleanField | ForeignKey)
        ]
        return offered[:_LIST_FILTER_LENGTH]

    def get_ordering(self) -> list[str | Combinable]:
        """The default ordering: as declared, else the model's own, else the newest pk first."""
        if self.ordering is not None:
            return list(self.ordering)
        return list(self.model._meta.ordering or [f"-{self._pk_name()}"])

    def get_autocomplete_search_fields(self) -> list[str]:
        """The paths that autocomplete looks in: as declared, else the search fields, else the pk."""
        if self.autocomplete_search_fields is not None:
            return list(self.autocomplete_search_fields)
        return self.get_search_fields() or [self._pk_name()]

    def _pk_name(self) -> str:
        return str(self.model._meta.pk.name)

    def _editable_fields(self) -> list[Any]:
        hidden = set(self.exclude)
        return [
            field
            for field in self.model._meta.concrete_fields
            if field.editable and not field.primary_key and field.name not in hidden
        ]

    # Hooks: rows and permissions.

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows that exist for this request; every other row is as if it were absent::

        def get_queryset(self, request):
            return super().get_queryset(request).filter(shop__staff=request.user)
        """
        return self.model._default_manager.all()

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether the user may see rows of this model (or this row): the view or the change permission.

        Like the other three it is asked with no ``obj`` for the model and with one for each row that is concerned.
        One that raises denies, and so does one that gives anything but True::

            def has_change_permission(self, request, obj=None):
                is_open = obj is None or obj.status == "open"
                return is_open and super().has_change_permission(request, obj)
        """
        may_view = self._has_perm(request, "view")
        return may_view if may_view is not False else self._has_perm(request, "change")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whether the user may create rows of this model::

        def has_add_permission(self, request):
            return request.user.is_superuser
        """
        return self._has_perm(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether the user may change rows of this model (or this row); for an example see ``has_view_permission``."""
        return self._has_perm(request, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether the user may delete rows of this model (or this row), or of one that another delete reaches::

        def has_delete_permission(self, request, obj=None):
            return False
        """
        return self._has_perm(request, "delete")

    def _has_perm(self, request: HttpRequest, action: str) -> bool:
        user = getattr(request, "user", None)
        # As the user's class answers it: what is not a bool grants nothing.
        answer: bool = user is not None and user.has_perm(right_codename(action, self.model))
        return answer

    # Hooks: writing.

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """The names of fields that this request may see but not write::

        def get_readonly_fields(self, request, obj=None):
            return () if request.user.is_superuser else ("discount",)
        """
        return self.readonly_fields

    def get_exclude(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """The names of fields that this request may neither see nor write::

        def get_exclude(self, request, obj=None):
            return (*self.exclude, *(() if request.user.has_perm("shop.see_margin") else ("margin",)))
        """
        return self.exclude

    def save_model(self, request: HttpRequest, obj: Any, form: None, change: bool) -> None:
        """Save a validated row; ``change`` is False for a new one.

        ``form`` is always None: it is there so that an override written for ModelAdmin works as it is. A
        ``ValidationError`` that is raised here is answered as one of the model's own::

            def save_model(self, request, obj, form, change):
                obj.changed_by = request.user
                super().save_model(request, obj, form, change)
        """
        # A new row's key may be given: it must never overwrite the row that has it.
        obj.save() if change else obj.save(force_insert=True)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete one row::

        def delete_model(self, request, obj):
            obj.invoices.update(order=None)
            super().delete_model(request, obj)
        """
        obj.delete()


def display(
    *,
    description: Any = None,
    ordering: str | Combinable | None = None,
    boolean: bool | None = None,
    empty_value: str | None = None,
) -> Callable[[_Function], _Function]:
    """Describe a computed column, as ``django.contrib.admin.display`` does, which may be used as well::

        @display(description="With tax", ordering="total")
        def total_with_tax(self, obj) -> Decimal:
            return obj.total * Decimal("1.2")

    ``description`` is its name for people; ``ordering`` the path or expression that its order means; ``boolean`` says
    that its values are Booleans; ``empty_value`` is the text to show where there is none. Raise ValueError for both of
    the last two.
    """
    if boolean is not None and empty_value is not None:
        raise ValueError("A Boolean column has no empty_value.")
    # The names that Django's own decorator gives, so that either is understood.
    told = {
        "short_description": description,
        "admin_order_field": ordering,
        "boolean": boolean,
        "empty_value_display": empty_value,
    }

    def decorate(function: _Function) -> _Function:
        for name, value in told.items():
            if value is not None:
                setattr(function, name, value)
        return function

    return decorate


SEARCH_PREFIXES = {"^": "istartswith", "=": "iexact", "@": "icontains"}
"""ModelAdmin's prefixes of search fields, and the lookups that they stand for; without one it is ``icontains``."""


def search_path(entry: str) -> str:
    """The path that an entry of ``search_fields`` names, without its prefix."""
    return entry.lstrip("".join(SEARCH_PREFIXES))


def offers_lookup(field: Any, lookup: str) -> bool:
    """Whether queries may use a lookup of a field; False where a third party's field raises instead of saying so."""
    try:
        return field.get_lookup(lookup) is not None
    except Exception:  # noqa: BLE001 - a third party's field
        return False


def is_overridden(config: AdminConfig, name: str) -> bool:
    """Whether the project has its own version of a hook."""
    return getattr(type(config), name) is not getattr(AdminConfig, name)


def require_bool(answer: object) -> bool:
    """The answer of a permission check. Raise TypeError for anything but a bool: coroutines are true."""
    if isinstance(answer, bool):
        return answer
    if isinstance(answer, Coroutine):
        answer.close()  # Python warns about those that nobody awaits.
    raise TypeError(f"A permission check must give True or False, not {type(answer).__name__}.")


def right_codename(right: str, model: type[Model]) -> str:
    """The Django permission behind a right: ``shop.change_order``."""
    return f"{model._meta.app_label}.{right}_{model._meta.model_name}"
