"""System checks: every misdeclaration is found, named by its number, and answered with a hint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core import checks
from django.db import models
from django.db.models import F
from django.db.models.functions import Lower
from django.http import HttpRequest

import conjure.checks
from conjure import AdminConfig, action, registry
from conjure.checks.configs import check_config
from tests.conftest import restored_registry
from tests.testapp.models import Attachment, Customer, Event, Note, Order, OrderItem, Product

ROOT = Path(__file__).parents[2]


def found(messages: Any) -> list[tuple[str, str | None]]:
    return [(str(message.id).removeprefix("conjure."), message.hint) for message in messages]


def check_project() -> list[tuple[str, str | None]]:
    return found(checks.run_checks(tags=["conjure"]))


def check_attributes(model: type[models.Model] = Order, **attributes: Any) -> list[tuple[str, str | None]]:
    config_class = type("Config", (AdminConfig,), attributes)
    return found(check_config(config_class(model)))


def test_the_test_project_is_declared_well() -> None:
    assert check_project() == []


# The settings.


@pytest.mark.parametrize(
    ("declared", "number", "hint"),
    [
        ("session", "E001", "Write CONJURE = "),
        ({"PAGESIZE": 20}, "W001", "Did you mean 'PAGE_SIZE'?"),
        ({"brnad": {}}, "W001", "Did you mean 'BRAND'?"),
        ({"XYZZY": 1}, "W001", "Known names: AUTH, BRAND"),
        ({5: 1}, "W001", "Known names: "),
        ({"PAGE_SIZE": "50"}, "E002", "The default is 50."),
        ({"PAGE_SIZE": 0}, "E002", None),
        ({"PAGE_SIZE": True}, "E002", None),
        ({"BULK_MAX_ROWS": -1}, "E002", None),
        ({"SLOW_OPERATION": 0}, "E002", None),
        ({"SLOW_OPERATION": "1s"}, "E002", None),
        ({"AUTH": None}, "E002", None),
        ({"AUDIT": "yes"}, "E002", None),
        ({"BRAND": "Acme"}, "E002", None),
        ({"BRAND": {"name": 5}}, "E002", None),
        ({"USER_PAYLOAD": 5}, "E002", None),
        ({"APP_GROUPS": {"testapp": 1}}, "E002", None),
        ({"SECTIONS": ["testapp.Order"]}, "E002", None),
        ({"MODEL_ORDER": "testapp.Order"}, "E002", None),
        ({"AUTO_REGISTER_EXCLUDE": [5]}, "E002", None),
        ({"TRUSTED_PROXIES": "10.0.0.1"}, "E002", None),
        ({"TRUSTED_PROXIES": 5}, "E002", None),
        ({"GRAPHQL_PERSISTED_QUERIES": 5}, "E002", None),
        ({"USER_PAYLOAD": "tests.nowhere.payload"}, "E003", "Name a function"),
        ({"USER_PAYLOAD": "tests.checks.test_checks.ROOT"}, "E003", "Name a function"),
        ({"APP_GROUPS": {"testap": "Shop"}}, "W002", "Did you mean 'testapp'?"),
        ({"SECTIONS": [["testapp.Order", "testapp.OrdrItem"]]}, "W003", "Did you mean 'testapp.OrderItem'?"),
        ({"MODEL_ORDER": ["testapp.Oder"]}, "W004", "Did you mean 'testapp.Order'?"),
        ({"AUTO_REGISTER_EXCLUDE": ["otherap"]}, "W005", "Did you mean 'otherapp'?"),
        ({"PAGE_SIZE": 500}, "W006", "Raise MAX_PAGE_SIZE"),
        ({"AUTH": "basic"}, "E101", 'Use "session" or "jwt".'),
        ({"TRUSTED_PROXIES": ["10.0.0.300"]}, "E105", "List addresses"),
    ],
)
def test_a_wrong_setting_is_found(declared: Any, number: str, hint: str | None, settings: Any) -> None:
    settings.CONJURE = declared
    assert [each for each, _ in check_project()] == [number]
    assert hint is None or str(check_project()[0][1]).startswith(hint)


def payload(user: Any) -> dict[str, Any]:
    """A USER_PAYLOAD."""
    return {"id": user.pk}


@pytest.mark.parametrize(
    "declared",
    [
        None,
        {},
        {"BRAND": {"name": "Acme"}, "USER_PAYLOAD": payload},
        {"USER_PAYLOAD": "tests.checks.test_checks.payload"},
        {"SECTIONS": [("testapp.order", "TESTAPP.OrderItem")], "MODEL_ORDER": ("testapp.order",)},
        {"APP_GROUPS": {"testapp": "Shop", "auth": "People"}},
        {"AUTO_REGISTER_EXCLUDE": ["otherapp", "testapp.order", Order]},
        {"TRUSTED_PROXIES": ["10.0.0.0/8", "::1"]},
        {"LOGIN_ATTEMPTS_PER_MINUTE": None, "LOGIN_ATTEMPTS_PER_ADDRESS": None},
        {"GRAPHQL_PERSISTED_QUERIES": {"orders": "{ me }"}},
    ],
)
def test_right_settings_pass(declared: Any, settings: Any) -> None:
    settings.CONJURE = declared
    assert check_project() == []


@pytest.mark.parametrize(
    ("engine", "numbers"),
    [("db", ["E004"]), ("cached_db", ["E004"]), ("cache", []), ("signed_cookies", [])],
)
def test_session_mode_wants_the_sessions_table_where_its_engine_does(
    engine: str, numbers: list[str], settings: Any
) -> None:
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app != "django.contrib.sessions"]
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    assert [number for number, _ in check_project()] == numbers


def test_session_mode_wants_the_session_middleware(settings: Any) -> None:
    settings.MIDDLEWARE = []
    assert [number for number, _ in check_project()] == ["W104"]


# The configs.


def mean(name: str) -> str:
    return f"Did you mean {name!r}?"


@pytest.mark.parametrize(
    ("attributes", "number", "hint"),
    [
        ({"list_display": "number"}, "E200", "Did you forget a comma or brackets? Write ('number',)."),
        ({"list_display": ["number", 5]}, "E200", None),
        ({"search_fields": 5}, "E200", None),
        ({"exclude": None}, "E200", None),
        ({"ordering": [5]}, "E200", None),
        ({"inlines": OrderItem}, "E200", None),
        ({"is_readonly": "no"}, "E200", None),
        ({"list_display": ["nubmer"]}, "E201", mean("number")),
        ({"list_display": ["customer__name"]}, "E201", mean("customer")),
        ({"list_display": ["items"]}, "E201", None),
        ({"list_display": ["get_queryset"]}, "E201", None),
        ({"search_fields": ["nubmer"]}, "E202", mean("number")),
        ({"search_fields": ["^customer__nam"]}, "E202", mean("^customer__name")),
        ({"search_fields": ["custmer__name"]}, "E202", mean("customer__name")),
        ({"search_fields": ["customer"]}, "E202", "Name a field of the related model"),
        ({"search_fields": ["number__first"]}, "E202", None),
        ({"search_fields": [""]}, "E202", None),
        ({"list_filter": ["statuss"]}, "E203", mean("status")),
        ({"list_filter": ["customer__teir"]}, "E203", mean("customer__tier")),
        ({"list_filter": ["created_at__date"]}, "E203", "Name the field alone: 'created_at'."),
        ({"ordering": ["-nubmer"]}, "E204", mean("-number")),
        ({"ordering": ["--number"]}, "E204", None),
        ({"ordering": ["?", "number"]}, "E204", None),
        ({"readonly_fields": ["totla"]}, "E205", mean("total")),
        ({"readonly_fields": ["items"]}, "E205", None),
        ({"exclude": ["secret_not"]}, "E206", mean("secret_note")),
        ({"exclude": ["items"]}, "E206", None),
        ({"secret_fields": ["secret_not"]}, "E216", mean("secret_note")),
        ({"autocomplete_search_fields": ["nubmer"]}, "E207", mean("number")),
        ({"inlines": [OrderItem]}, "E209", None),
        ({"inlines": [(OrderItem,)]}, "E209", None),
        ({"inlines": [("testapp.OrderItem", "order")]}, "E209", None),
        ({"inlines": [(OrderItem, "oder")]}, "E210", mean("order")),
        ({"inlines": [(OrderItem, "product")]}, "E210", "Known names: order."),
        ({"inlines": [(Event, "name")]}, "E210", "testapp.Event has no foreign key to this model."),
        ({"actions": ["mark_piad"]}, "E211", "There are no names to choose from."),
        ({"actions": ["model"]}, "E211", None),
        ({"list_display": ["secret_note"], "exclude": ["secret_note"]}, "W201", None),
        ({"search_fields": ["customer__api_token"]}, "W201", "An excluded field is as if it did not exist"),
        ({"list_filter": ["customer__api_token"]}, "W201", None),
        ({"ordering": ["-secret_note"]}, "W201", None),
        ({"list_dispaly": ["number"]}, "W204", mean("list_display")),
        ({"has_veiw_permission": lambda self, request: True}, "W204", mean("has_view_permission")),
    ],
)
def test_a_wrong_attribute_is_found(attributes: dict[str, Any], number: str, hint: str | None) -> None:
    messages = check_attributes(**attributes)
    assert [each for each, _ in messages] == [number]
    assert hint is None or str(messages[0][1]).startswith(hint)


@pytest.mark.parametrize(
    "attributes",
    [
        {"list_display": ["pk", "id", "__str__", "_label", "number", "customer", "customer_id"]},
        {"list_display": ["customer_label", "status_display", "get_status_display", "age"], "age": lambda self: 1},
        {"search_fields": ["number", "^number", "=customer__email", "@comment", "items__product__name"]},
        {"search_fields": ["number__iexact", "product__attributes__colour", "customer__pk"]},
        {"list_filter": ["status", "customer__tier", "assigned_to", "items__product", "product__tags"]},
        {"ordering": ["-number", "customer__name", "pk", F("total").desc(), Lower("number"), "created_at__date"]},
        {"ordering": ["?"]},
        {"readonly_fields": {"discount"}, "exclude": {"secret_note"}},
        {"list_select_related": True},
        {"list_select_related": ["customer", "product__category__parent"]},
        {"inlines": [(OrderItem, "order"), [Attachment, "order"]]},
        {"list_display": (), "search_fields": (), "list_filter": (), "autocomplete_search_fields": ()},
        {"colour": "red", "get_total": lambda self: 1},
    ],
)
def test_right_attributes_pass(attributes: dict[str, Any]) -> None:
    assert check_attributes(**attributes) == []


def test_many_to_many_fields_may_be_shown_filtered_and_excluded() -> None:
    names = {"list_display": ["tags"], "list_filter": ["tags"], "readonly_fields": ["tags"]}
    assert check_attributes(Product, **names) == []
    assert check_attributes(Product, exclude=["tags"]) == []


def test_the_password_of_users_is_excluded_by_itself(settings: Any) -> None:
    user_model = get_user_model()
    if user_model in registry:
        pytest.skip("the test project registers users")
    with restored_registry():
        registry.register(user_model, AdminConfig)
        assert check_attributes(search_fields=["assigned_to__password"])[0][0] == "W201"


def test_an_action_must_take_a_request_and_a_queryset() -> None:
    assert check_attributes(actions=["go"], go=lambda self, request: None)[0][0] == "E212"
    assert check_attributes(actions=["go"], go=lambda self, request, rows: None) == []


@dataclass
class Reason:
    reason: str


def test_an_action_with_input_must_take_it() -> None:
    class Without(AdminConfig):
        actions = ("go",)

        @action(input=Reason)
        def go(self, request: HttpRequest, queryset: Any) -> None: ...

    class With(AdminConfig):
        actions = ("go",)

        @action(input=Reason)
        def go(self, request: HttpRequest, queryset: Any, *, input: Reason) -> None: ...  # noqa: A002

    assert found(check_config(Without(Order)))[0][0] == "E212"
    assert found(check_config(With(Order))) == []


@dataclass
class Basket:
    items: list[str]


@dataclass
class Unresolvable:
    reason: Missing  # type: ignore[name-defined] # noqa: F821


@pytest.mark.parametrize("form", [Path, Basket, Unresolvable, Reason(reason="an instance")])
def test_the_input_of_an_action_must_be_a_dataclass_of_what_a_form_can_have(form: Any) -> None:
    class Odd(AdminConfig):
        actions = ("go",)

        @action(input=form)
        def go(self, request: HttpRequest, queryset: Any, *, input: Any) -> None: ...  # noqa: A002

    assert [number for number, _ in found(check_config(Odd(Order)))] == ["E214"]


def test_built_in_actions_need_no_method() -> None:
    assert check_attributes(actions=["export", "delete_selected"]) == []


def test_a_misspelt_action_is_told_the_nearest_method() -> None:
    messages = check_attributes(actions=["mark_piad"], mark_paid=lambda self, request, queryset: None)
    assert messages == [("E211", mean("mark_paid"))]


def test_a_method_declared_as_an_action_but_not_listed_is_found() -> None:
    class Forgetful(AdminConfig):
        @action(label="Go")
        def go(self, request: HttpRequest, queryset: Any) -> None: ...

    assert found(check_config(Forgetful(Order))) == [("W203", 'Add "go" to actions, or take the decorator away.')]


def test_an_inline_of_a_model_that_nobody_registered_is_found() -> None:
    if ContentType in registry:
        pytest.skip("the test project registers content types")

    class Child(models.Model):
        note = models.ForeignKey(Note, models.CASCADE, related_name="+")

        class Meta:
            app_label = "uninstalled"

    messages = check_attributes(Note, inlines=[(Child, "note")])
    assert messages == [("W202", "Register uninstalled.Child: an inline is read and written as any other model is.")]


def test_an_inline_may_point_to_what_the_model_inherits_from() -> None:
    class SpecialOrder(Order):
        class Meta:
            app_label = "uninstalled"
            proxy = True

    assert check_attributes(SpecialOrder, inlines=[(OrderItem, "order")]) == []


def test_a_swapped_out_model_is_found(settings: Any) -> None:
    settings.TESTAPP_BASKET_MODEL = "testapp.Order"

    class Basket(models.Model):
        class Meta:
            app_label = "uninstalled"
            swappable = "TESTAPP_BASKET_MODEL"

    messages = check_attributes(Basket, list_display=())
    assert messages[0][0] == "E213"
    assert str(messages[0][1]).startswith("Register testapp.Order instead")


def test_every_registered_config_is_checked_and_only_those_of_the_apps_asked_for() -> None:
    from django.apps import apps

    class Misspelt(AdminConfig):
        list_display = ("modle",)

    with restored_registry():
        registry.register(ContentType, Misspelt)
        messages = checks.run_checks(tags=["conjure"])
        assert [(message.id, message.obj) for message in messages] == [("conjure.E201", Misspelt)]
        assert "In the config of contenttypes.ContentType, list_display names 'modle'" in messages[0].msg
        assert checks.run_checks([apps.get_app_config("testapp")], tags=["conjure"]) == []


def test_customers_may_hide_what_they_search(settings: Any) -> None:
    assert check_attributes(Customer, search_fields=["api_token"])[0][0] == "W201"


# The documentation.


def ids_in_code() -> set[str]:
    files = Path(conjure.checks.__file__).parent.glob("*.py")
    return {each for file in files for each in re.findall(r"\bconjure\.[EW]\d{3}\b", file.read_text())}


def test_every_check_is_documented_and_every_documented_check_exists() -> None:
    documented = re.findall(r"^### `(conjure\.[EW]\d{3})`", (ROOT / "docs" / "checks.md").read_text(), re.MULTILINE)
    assert sorted(documented) == sorted(ids_in_code())


def test_every_check_is_provoked_by_a_test() -> None:
    provoked = {f"conjure.{number}" for number in re.findall(r'"([EW]\d{3})"', Path(__file__).read_text())}
    # SimpleJWT and its users, who may enter: test_logins.py; time zones of databases: tests/test_databases.py; fields
    # that are not served: test_fields.py.
    elsewhere = {"conjure.E102", "conjure.E103", "conjure.E106", "conjure.W007", "conjure.W107", "conjure.W108"}
    elsewhere |= {"conjure.E109", "conjure.W110"}
    elsewhere |= {"conjure.W010", "conjure.W205", "conjure.W207"}
    elsewhere |= {"conjure.W111"}  # test_logins.py
    elsewhere |= {"conjure.E005", "conjure.W008"}  # test_throttles.py
    elsewhere |= {f"conjure.W30{number}" for number in range(1, 8)}  # test_deployment.py
    elsewhere |= {"conjure.W009"}  # tests/orm/test_timeouts.py
    elsewhere |= {"conjure.E006", "conjure.W011", "conjure.W012"}  # tests/orm/test_primary.py
    assert ids_in_code() - provoked == elsewhere


def test_hooks_that_nobody_awaits_are_found() -> None:
    async def hook(self: AdminConfig, *args: Any) -> bool:
        return True

    for name in ("has_view_permission", "has_add_permission", "save_model"):
        assert check_attributes(**{name: hook}) == [("E215", f"Declare it as: def {name}(...).")]


def test_a_hook_that_denies_rows_which_lists_show_is_found() -> None:
    class Rows(AdminConfig):
        def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
            return obj is None or bool(obj.is_public)

    class Models(AdminConfig):
        def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
            return bool(request.user.is_superuser) and super().has_view_permission(request, obj)

    class Both(Rows):
        def get_queryset(self, request: HttpRequest) -> Any:
            return Note.objects.filter(is_public=True)

    numbers = [[number for number, _ in found(check_config(each(Note)))] for each in (Rows, Models, Both)]
    assert numbers == [["W206"], [], []]
