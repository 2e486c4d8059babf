"""The table of who may do what, for both faces: made from the routes, the schema and the registry.

A new route, a new root field, and one that nobody tries have no rule here, and fail. What each kind of user may read
and write of each field the walk compares with the permission table, see ``tests/testing``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpRequest
from django.test import Client
from django.urls import resolve, reverse

from conjure import registry
from conjure.graphql.access.stand_ins import request_of
from conjure.graphql.permissions import RIGHTS
from conjure.graphql.schema import get_schema
from conjure.graphql.writes.privileges import can_change_privileges
from conjure.options import is_overridden
from conjure.specs.build import get_specs
from conjure.specs.models import ModelSpec
from conjure.testing.attempts import Attempt, attempts_at
from conjure.testing.requests import Caller, savepoints
from conjure.testing.rows import has_table
from conjure.urls import urlpatterns
from tests.conftest import Api, Configure
from tests.testapp.factories import Shop
from tests.thoroughness import IS_THOROUGH, sampled


@pytest.fixture
def shop(everything: Shop, db: None) -> Shop:
    """The shop among the rows that all tests of the module share."""
    return everything


# The rules. Those of models name a right; BODY and ACTION say that the body, or the action, decides which.
PUBLIC, STAFF, BODY, ACTION = "public", "staff", "body", "action"

ROUTES: dict[tuple[str | None, str], str] = {
    ("schema", "GET"): STAFF,
    ("model-schema", "GET"): "view",
    ("list", "GET"): "view",
    ("list", "POST"): "add",
    ("autocomplete", "GET"): "view",
    ("bulk", "POST"): BODY,
    ("action", "POST"): ACTION,
    ("related", "GET"): "view",
    ("history", "GET"): "view",
    ("row", "GET"): "view",
    ("row", "PATCH"): "change",
    ("row", "DELETE"): "delete",
    ("login", "POST"): PUBLIC,
    ("refresh", "POST"): PUBLIC,
    ("logout", "POST"): PUBLIC,
    ("me", "GET"): STAFF,
    ("config", "GET"): PUBLIC,
    ("openapi", "GET"): STAFF,
    ("widget", "GET"): STAFF,
    ("graphql", "GET"): STAFF,
    ("graphql", "POST"): STAFF,
    ("graphiql-asset", "GET"): PUBLIC,
    ("health", "GET"): PUBLIC,
    ("start", "GET"): PUBLIC,  # To a browser it is a page for staff, see tests/pages.
    ("login-page", "GET"): PUBLIC,
    ("login-page", "POST"): PUBLIC,
    ("logout-page", "POST"): PUBLIC,
}
# Of the views that are functions.
METHODS = {"graphiql-asset": ["GET"], "health": ["GET"], "start": ["GET"], "logout-page": ["POST"]}
ROOTS = {
    "retrieve": "view",
    "list": "view",
    "connection": "view",
    "autocomplete": "view",
    "related": "view",
    "history": "view",
    "aggregate": "view",
    "create": "add",
    "update": "change",
    "delete": "delete",
    "bulk_update": "change",
    "bulk_delete": "delete",
    "operations": BODY,
    "action": ACTION,
}
# With a document that is allowed to every member of staff.
PROJECT_ROOTS = {
    "me": "{ me }",
    "conjureModels": "{ conjureModels }",
    "conjureModel": '{ conjureModel(model: "testapp.Tag") }',
    "conjureWidget": '{ conjureWidget(name: "model-counts") }',
}
OF_MODELS = {rule for rule in ROUTES.values() if rule not in (PUBLIC, STAFF)}
"""The rules that depend on the model."""


# Everything has a rule, and is tried.


def served_routes() -> Iterator[tuple[str | None, str]]:
    for pattern in urlpatterns:
        view: Any = getattr(pattern.callback, "cls", None)
        if view is None:
            # The endpoint is served without its slash too.
            name = pattern.name or resolve(f"{reverse('conjure:graphql')}").url_name
            yield from ((name, method) for method in METHODS.get(str(name), ["GET", "POST"]))
        else:
            yield from ((pattern.name, m.upper()) for m in view.http_method_names if hasattr(view, m))


def test_every_route_has_a_rule() -> None:
    assert set(served_routes()) == set(ROUTES)


def test_every_root_field_has_a_rule() -> None:
    core = get_schema().core
    served = [name for root in (core.query_type, core.mutation_type) if root is not None for name in root.fields]
    operations = {name: kind for spec in get_specs() for kind, name in spec.roots.items()}
    assert {name for name in served if name not in operations} == PROJECT_ROOTS.keys()
    assert {operations[name] for name in served if name in operations} == ROOTS.keys()


def test_every_rule_of_models_is_tried() -> None:
    spec = spec_of("testapp.Order")
    tried = [rule_key(attempt) for attempt in attempts_at(spec, "1")]
    assert {key for key in tried if key[1]} == {key for key, rule in ROUTES.items() if rule in OF_MODELS}
    assert {key[0] for key in tried if not key[1]} == ROOTS.keys()
    assert {attempt.what for attempt in attempts_at(spec, "1") if attempt.what.startswith("action ")} == {
        f"action {name}" for name in spec.config.actions
    }


def spec_of(key: str) -> ModelSpec:
    spec = get_specs().get(key)
    assert spec is not None
    return spec


def rule_key(attempt: Attempt) -> tuple[str | None, str]:
    """The route and the method of an attempt by REST; the operation of one by GraphQL, with no method."""
    method, _, path = attempt.name.partition(" ")
    return (path, "") if method == "GraphQL" else (resolve(f"/conjure/{path}").url_name, method)


def rule_of(attempt: Attempt) -> str:
    """What the attempt needs, as the rules above say it."""
    name, method = rule_key(attempt)
    rule = ROUTES[name, method] if method else ROOTS[str(name)]
    return attempt.what if rule in (BODY, ACTION) else rule


# Every kind of user gets what the rules say.

KINDS = ["anonymous", "outsider", "clerk", *(f"clerk with {right}" for right in RIGHTS), "superuser"]


def models_tried() -> list[str]:
    """All of them in a thorough run; otherwise some, and all whose configs decide for themselves."""
    deciding = [
        key
        for key, config in registry.items()
        if any(is_overridden(config, f"has_{right}_permission") for right in RIGHTS) or config.actions
    ]
    chosen = list(sampled(list(registry), 3))[:: 1 if IS_THOROUGH else 12]
    return list(dict.fromkeys([*deciding, *chosen]))


def make_caller(kind: str, spec: ModelSpec) -> Caller:
    client, user = Client(), None
    if kind != "anonymous":
        flags = {"is_staff": kind != "outsider", "is_superuser": kind == "superuser"}
        user, _ = User.objects.get_or_create(username=kind, defaults=flags)
        right = kind.removeprefix("clerk with ")
        codename = f"{right}_{spec.options.model_name}"
        user.user_permissions.set(Permission.objects.filter(content_type__app_label=spec.app_label, codename=codename))
        user = User.objects.get(pk=user.pk)
        client.force_login(user)
    return Caller(client, kind, user)


def may(user: User, spec: ModelSpec, rule: str) -> bool:
    """What the documentation of permissions says, in other words than the package's."""
    if rule.startswith("action "):
        name = rule.removeprefix("action ")
        handler = getattr(spec.config, name, None)
        if handler is None:
            if name == "export":
                codename = f"{spec.app_label}.export_{spec.options.model_name}"
                return user.has_perm(codename) and may(user, spec, "view")
            return may(user, spec, "delete")
        asked = handler.conjure_action.permission if hasattr(handler, "conjure_action") else "change"
        if asked is None:
            return True
        return user.has_perm(f"{spec.app_label}.{asked}") if "_" in str(asked) else holds(user, spec, "change")
    return (rule == "view" or not spec.is_readonly) and holds(user, spec, rule)


def holds(user: User, spec: ModelSpec, right: str) -> bool:
    check = f"has_{right}_permission"
    if is_overridden(spec.config, check):
        try:
            return bool(getattr(spec.config, check)(request_of(user)))
        except Exception:  # noqa: BLE001 - a check that raises denies
            return False
    rights = ("view", "change") if right == "view" else (right,)
    return any(user.has_perm(f"{spec.app_label}.{each}_{spec.options.model_name}") for each in rights)


def outcomes_of(kind: str, user: User | None, spec: ModelSpec, attempt: Attempt) -> set[str]:
    if user is None:
        return {"UNAUTHENTICATED"}
    rule = rule_of(attempt)
    if kind == "outsider" or not may(user, spec, rule):
        return {"FORBIDDEN"}
    outcomes = {"OK", "INVALID"} if rule != "view" else {"OK"}
    if attempt.is_of_row:
        outcomes |= {"NOT_FOUND", "PROTECTED"}
        is_hooked = any(is_overridden(spec.config, f"has_{right}_permission") for right in ("view", "change"))
        # What goes along in a delete needs rights of its own, and hooks and privileges may deny a row.
        if rule == "delete" or is_hooked or can_change_privileges(spec.model):
            outcomes.add("FORBIDDEN")
    return outcomes


@pytest.mark.parametrize("key", models_tried())
def test_everybody_gets_what_the_rules_say(shop: Shop, key: str) -> None:
    spec = get_specs().get(key)
    if spec is None or not has_table(spec.model):
        pytest.skip("It is not served, or has no table.")
    row = spec.model._base_manager.first()
    wrong = []
    for kind in KINDS:
        caller = make_caller(kind, spec)
        for attempt in attempts_at(spec, None if row is None else str(row.pk)):
            expected = outcomes_of(kind, caller.user, spec, attempt)
            with savepoints(undo=True):
                found = attempt.send(caller).outcome
            if found not in expected and not (found == "INVALID" and "manager" in key.lower()):
                wrong.append(f"{kind}: {attempt.name}: {found} instead of {expected}")
    assert wrong == []


def project_requests() -> dict[tuple[str | None, str], Callable[[Caller], Any]]:
    """A request for each route of the project that staff, or everybody, may send."""
    graphql = reverse("conjure:graphql").removeprefix("/conjure/")
    return {
        ("schema", "GET"): lambda caller: caller.get("schema/"),
        ("login", "POST"): lambda caller: caller.send("POST", "auth/login/", body={"username": "a", "password": "b"}),
        ("refresh", "POST"): lambda caller: caller.send("POST", "auth/refresh/", body={}),
        ("logout", "POST"): lambda caller: caller.send("POST", "auth/logout/", body={}),
        ("me", "GET"): lambda caller: caller.get("auth/me/"),
        ("config", "GET"): lambda caller: caller.get("config/"),
        ("openapi", "GET"): lambda caller: caller.get("openapi.json"),
        ("widget", "GET"): lambda caller: caller.get("widgets/model-counts/"),
        ("graphql", "GET"): lambda caller: caller.get(graphql, query="{ me }"),
        ("graphql", "POST"): lambda caller: caller.gql("{ me }"),
        ("health", "GET"): lambda caller: caller.get("health/"),
        ("start", "GET"): lambda caller: caller.get(""),
        ("login-page", "GET"): lambda caller: caller.get("login/"),
        ("login-page", "POST"): lambda caller: caller.send("POST", "login/", body={}),
        ("logout-page", "POST"): lambda caller: caller.send("POST", "logout/"),
        ("graphiql-asset", "GET"): lambda caller: caller.get("graphql/assets/none"),
    }


# What those who send nothing valid get from a route that asks nobody who they are.
PUBLIC_OUTCOMES = {
    "login": {"UNAUTHENTICATED"},
    "refresh": {"NOT_FOUND"},
    "graphiql-asset": {"NOT_FOUND"},
    "login-page": {"OK", "302", "INVALID"},  # Staff who are in are led on.
    "logout-page": {"302"},
}


@pytest.mark.parametrize("kind", ["anonymous", "outsider", "clerk", "superuser"])
def test_the_routes_of_the_project_are_for_staff_or_public(db: None, kind: str) -> None:
    requests = project_requests()
    assert requests.keys() == {key for key, rule in ROUTES.items() if rule not in OF_MODELS}
    for key, send in requests.items():
        found = send(make_caller(kind, spec_of("testapp.Tag"))).outcome
        allowed = PUBLIC_OUTCOMES.get(str(key[0]), {"OK"})
        of_staff = {"anonymous": {"UNAUTHENTICATED"}, "outsider": {"FORBIDDEN"}}.get(kind, allowed)
        assert found in (of_staff if ROUTES[key] == STAFF else allowed), key


@pytest.mark.parametrize("kind", ["anonymous", "outsider", "clerk", "superuser"])
def test_the_root_fields_of_the_project_are_for_staff(db: None, kind: str) -> None:
    for name, document in PROJECT_ROOTS.items():
        caller = make_caller(kind, spec_of("testapp.Tag"))
        allowed = "FORBIDDEN" if name == "conjureModel" and kind == "clerk" else "OK"
        expected = {"anonymous": "UNAUTHENTICATED", "outsider": "FORBIDDEN"}.get(kind, allowed)
        assert caller.gql(document).outcome == expected, name


# Rows: one that a scope hides is as absent at every route and root field that names one.


def test_a_hidden_row_is_absent_wherever_a_row_is_named(shop: Shop, configure: Configure) -> None:
    def hide_all(self: Any, request: HttpRequest) -> Any:
        return self.model._base_manager.none()

    keys = [spec.key for spec in get_specs() if has_table(spec.model) and not spec.is_readonly]
    keys = list(sampled(keys))[:: 1 if IS_THOROUGH else 5]
    rows = {key: spec_of(key).model._base_manager.first() for key in keys}
    for model in [spec_of(key).model for key in keys]:
        configure(model, get_queryset=hide_all)
    tried = set()
    for key, row in rows.items():
        spec = spec_of(key)
        if row is None or any(is_overridden(spec.config, f"has_{right}_permission") for right in RIGHTS):
            continue
        caller = make_caller("superuser", spec)
        for attempt in attempts_at(spec, str(row.pk)):
            if attempt.is_of_row:
                with savepoints(undo=True):
                    assert attempt.send(caller).outcome == "NOT_FOUND", (key, attempt.name)
                tried.add(rule_key(attempt))
    assert {"related", "history", "row", "bulk", "retrieve", "update", "delete", "operations"} <= {
        name for name, _ in tried
    }


# What is granted is done: each right on one model, with the status that it gives.

JSON = "application/json"
RIGHTS = ("view", "add", "change", "delete")
# Whoever may change a row may see it, as in Django's admin.
VIEWING = {"view", "change"}


def requests_of(shop: Shop) -> dict[str, tuple[set[str], int, Callable[[Client], Any]]]:
    """By name: the rights of which any one is enough, the status it gives then, and the request."""
    rows = "/conjure/r/testapp.Tag/"
    one = f"{rows}{shop.tags[0].pk}/"
    pks = [tag.pk for tag in shop.tags]
    new = {"name": "New", "slug": "new-1"}

    def bulk(body: Any) -> Callable[[Client], Any]:
        return lambda client: client.post(f"{rows}bulk/", body, content_type=JSON)

    return {
        "schema": (VIEWING, 200, lambda client: client.get("/conjure/schema/testapp.Tag/")),
        "list": (VIEWING, 200, lambda client: client.get(rows)),
        "retrieve": (VIEWING, 200, lambda client: client.get(one)),
        "autocomplete": (VIEWING, 200, lambda client: client.get(f"{rows}autocomplete/")),
        "related": (VIEWING, 200, lambda client: client.get(f"{one}related/")),
        "history": (VIEWING, 200, lambda client: client.get(f"{one}history/")),
        "create": ({"add"}, 201, lambda client: client.post(rows, new, content_type=JSON)),
        "patch": ({"change"}, 200, lambda client: client.patch(one, {}, content_type=JSON)),
        "bulk update": ({"change"}, 200, bulk({"action": "update", "ids": pks, "data": {"name": "x"}})),
        "create operation": ({"add"}, 200, bulk({"operations": [{"op": "create", "data": {**new, "slug": "new-2"}}]})),
        "update operation": ({"change"}, 200, bulk({"operations": [{"op": "update", "pk": pks[0], "data": {}}]})),
        "delete operation": ({"delete"}, 200, bulk({"operations": [{"op": "delete", "pk": pks[2]}]})),
        "bulk delete": ({"delete"}, 200, bulk({"action": "delete", "ids": pks[1:2]})),
        "delete": ({"delete"}, 204, lambda client: client.delete(one)),
    }


def statuses(client: Client, shop: Shop) -> dict[str, int]:
    return {name: send(client).status_code for name, (_, _, send) in requests_of(shop).items()}


@pytest.mark.parametrize("right", RIGHTS)
def test_each_right_opens_what_it_is_for_and_no_more(shop: Shop, clerk: User, api: Api, right: str) -> None:
    # Deleting a tag takes its links to products along, which are nobody's own.
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="testapp", codename=f"{right}_tag"))
    expected = {name: status if right in enough else 403 for name, (enough, status, _) in requests_of(shop).items()}
    assert statuses(api(clerk), shop) == expected


def test_the_others_are_told_no_and_superusers_everything(
    shop: Shop, outsider: User, clerk: User, admin: User, api: Api
) -> None:
    inactive = User.objects.create_user("inactive", password="x", is_staff=True, is_superuser=True, is_active=False)
    names = requests_of(shop)
    assert statuses(api(None), shop) == dict.fromkeys(names, 401)
    assert statuses(api(inactive), shop) == dict.fromkeys(names, 401)
    assert statuses(api(outsider), shop) == dict.fromkeys(names, 403)
    assert statuses(api(clerk), shop) == dict.fromkeys(names, 403)
    assert statuses(api(admin), shop) == {name: status for name, (_, status, _) in names.items()}


def test_a_bearer_needs_no_csrf_token(shop: Shop, admin: User, api: Api, settings: Any) -> None:
    settings.CONJURE = {"AUTH": "jwt"}
    client = api(enforce_csrf_checks=True)
    body = {"username": "admin", "password": "admin"}
    tokens = client.post("/conjure/auth/login/", body, content_type=JSON).json()
    headers = {"Authorization": f"Bearer {tokens['access']}"}
    answer = client.patch(f"/conjure/r/testapp.Tag/{shop.tags[0].pk}/", {}, content_type=JSON, headers=headers)
    assert answer.status_code == 200
