"""The mount itself: a page for staff with all models in a browser, a list of addresses as JSON for other clients."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from conjure.auth.access import admit
from conjure.auth.authentication import authenticate_request, is_jwt_mode
from conjure.browsers.addresses import find_login_url, find_url, prefers_html, send_to_login
from conjure.conf import settings
from conjure.exceptions import UnauthenticatedError
from conjure.graphql.execution import Runner
from conjure.graphql.widgets.built_in import count_models
from conjure.operations.observe import observed
from conjure.pages.forms import refuse_method, render_form_page, render_refusal
from conjure.responses import JSONResponse, as_endpoint
from conjure.throttles import READ, spend

_METHODS = ["GET", "HEAD"]
_PLACES = ("schema", "openapi", "graphql", "config", "login", "me", "health")


@csrf_exempt
@observed("page")
@as_endpoint
def start_view(request: HttpRequest) -> HttpResponse:
    """Lead a browser to the login page or show it what there is; tell other clients where to go."""
    if request.method not in _METHODS:
        return refuse_method(_METHODS)
    if not prefers_html(request):
        return JSONResponse(_describe_places(request))
    try:
        admit(request, authenticate_request(request))
        spend(request, {READ: 1})
        return _render(request)
    except UnauthenticatedError as error:
        login = find_login_url(request)
        return render_refusal(request, error) if login is None else send_to_login(request, login)
    except Exception as failure:  # noqa: BLE001 - hooks may raise anything; it is masked and logged, or an expected error
        return render_refusal(request, failure)


def _describe_places(request: HttpRequest) -> dict[str, Any]:
    urls = {name: find_url(request, name) for name in _PLACES}
    return {
        "brand": settings.BRAND,
        "auth": "jwt" if is_jwt_mode() else "session",
        "urls": {name: url for name, url in urls.items() if url is not None},
    }


def _render(request: HttpRequest) -> HttpResponse:
    runner = Runner(request)
    models = runner.run("{ conjureModels }")["conjureModels"]
    counts = {spec.key: count for spec, count in count_models(runner.context).items()}
    values = {
        "user": request.user,
        "groups": _group(request, models, counts),
        "logout": find_url(request, "logout-page"),
        "graphiql": find_url(request, "graphql") if settings.GRAPHIQL else None,
        "openapi": find_url(request, "openapi"),
        "dashboard": settings.DASHBOARD_URL,
    }
    return render_form_page(request, "start.html", values)


def _group(request: HttpRequest, models: list[dict[str, Any]], counts: dict[str, int]) -> list[dict[str, Any]]:
    """The models by their group, groups and models in the order in which the schema says that frontends show them."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in sorted(models, key=lambda entry: (entry["model_order"], entry["section_order"])):
        groups[entry["group"]].append(
            {
                "key": entry["model"],
                "label": entry["verbose_name_plural"],
                "count": counts.get(entry["model"]),
                "rows": find_url(request, "list", entry["model"]),
                "schema": find_url(request, "model-schema", entry["model"]),
                "is_readonly": not any(entry["permissions"][right] for right in ("add", "change", "delete")),
            }
        )
    places = {entry["group"]: entry["group_order"] for entry in models}
    return [{"name": name, "models": groups[name]} for name in sorted(groups, key=places.__getitem__)]
