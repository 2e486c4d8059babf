"""Two small faces on the logins: DRF views as REST has them, and plain Django views as GraphQL has."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.views import exception_handler as drf_exception_handler

from conjure.auth.addresses import client_ip
from conjure.auth.authentication import authenticate_header, authenticate_request, require_staff
from conjure.auth.credentials import read_credentials
from conjure.auth.csrf import set_csrf_cookie
from conjure.auth.drf import ConjureAuthentication, PublicAuthentication
from conjure.auth.login import login, logout, refresh
from conjure.auth.payload import user_payload
from conjure.exceptions import (
    ConjureError,
    ForbiddenError,
    InvalidError,
    LimitedError,
    NotFoundError,
    UnauthenticatedError,
)

STATUSES: dict[type[ConjureError], int] = {
    UnauthenticatedError: 401,
    ForbiddenError: 403,
    NotFoundError: 404,
    InvalidError: 400,
}


def refusal(error: ConjureError) -> tuple[int, dict[str, Any], dict[str, str]]:
    headers = {}
    if isinstance(error, LimitedError):
        return (
            (413, {"detail": error.message}, {})
            if error.retry_after is None
            else (
                429,
                {"detail": error.message},
                {"Retry-After": str(error.retry_after)},
            )
        )
    if isinstance(error, UnauthenticatedError):
        headers["WWW-Authenticate"] = authenticate_header()
    body = error.errors if isinstance(error, InvalidError) else {"detail": error.message}
    return STATUSES[type(error)], body, headers


def handle_exception(exc: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(exc, ConjureError):
        status, body, headers = refusal(exc)
        return Response(body, status=status, headers=headers)
    return drf_exception_handler(exc, context)


class View(APIView):
    authentication_classes = [ConjureAuthentication]
    permission_classes = [AllowAny]

    def get_exception_handler(self) -> Callable[..., Response | None]:
        return handle_exception


class Public(View):
    authentication_classes = [PublicAuthentication]


class Login(Public):
    def post(self, request: Request) -> Response:
        response = Response(login(request, *read_credentials(request.data)))
        set_csrf_cookie(request._request, response)
        return response


class Refresh(Public):
    def post(self, request: Request) -> Response:
        return Response(refresh(request, request.data))


class Config(Public):
    def get(self, request: Request) -> Response:
        return Response({"ip": client_ip(request._request)})


class Logout(View):
    def post(self, request: Request) -> Response:
        logout(request, request.data)
        return Response(status=204)


class Me(View):
    def answer(self, request: Request) -> Response:
        require_staff(request.user)
        response = Response(user_payload(request.user))
        set_csrf_cookie(request._request, response)
        return response

    get = post = answer


def plain(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    @csrf_exempt
    @wraps(view)
    def wrapper(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except ConjureError as error:
            status, body, headers = refusal(error)
            return JsonResponse(body, status=status, headers=headers)

    return wrapper


@plain
def plain_me(request: HttpRequest) -> HttpResponse:
    user = authenticate_request(request)
    require_staff(user)
    assert request.user == user
    response = JsonResponse(user_payload(user))
    set_csrf_cookie(request, response)
    return response


@plain
def plain_login(request: HttpRequest) -> HttpResponse:
    return JsonResponse(login(request, *read_credentials(json.loads(request.body))))


@plain
def plain_refresh(request: HttpRequest) -> HttpResponse:
    return JsonResponse(refresh(request, json.loads(request.body)))


@plain
def plain_logout(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponse(status=204)


urlpatterns = [
    path("auth/login/", Login.as_view()),
    path("auth/refresh/", Refresh.as_view()),
    path("auth/logout/", Logout.as_view()),
    path("auth/me/", Me.as_view()),
    path("config/", Config.as_view()),
    path("plain/login/", plain_login),
    path("plain/refresh/", plain_refresh),
    path("plain/logout/", plain_logout),
    path("plain/me/", plain_me),
]
