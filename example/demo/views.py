"""The way in: staff go to GraphiQL, everybody else to the login page."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from demo.accounts import GRAPHIQL_PATH


def home(request: HttpRequest) -> HttpResponse:
    """Redirect staff to GraphiQL, others to the login page and from there back here."""
    if request.user.is_authenticated and request.user.is_staff:
        return HttpResponseRedirect(GRAPHIQL_PATH)
    return redirect_to_login(reverse("home"))
