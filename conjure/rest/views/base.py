"""What all views have in common: DRF's machinery with every choice made here, so that no project setting changes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conjure.auth.authentication import require_staff
from conjure.auth.drf import ConjureAuthentication
from conjure.graphql.execution import run
from conjure.graphql.request_transactions import without_request_transaction
from conjure.rest.bodies import PARSERS
from conjure.rest.errors import handle_exception
from conjure.rest.responses import JSON, ConjureNegotiation, ConjureRenderer
from conjure.rest.uploads import limit_uploads

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class ConjureView(APIView):
    """A view for staff, in either kind of login, that speaks JSON."""

    authentication_classes = [ConjureAuthentication]
    content_negotiation_class = ConjureNegotiation
    http_method_names = ["get", "head", "post", "patch", "delete"]
    metadata_class = None
    parser_classes = PARSERS
    permission_classes = []
    renderer_classes = [ConjureRenderer]
    schema = None
    throttle_classes = []
    versioning_class = None

    is_public = False
    """Whether anybody may call it."""

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """The view function; ``ATOMIC_REQUESTS`` does not concern it, since each write has its own transaction."""
        return without_request_transaction(super().as_view(**initkwargs))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask who it is, before anything else is looked at."""
        request.accepted_renderer, request.accepted_media_type = self.renderer_classes[0](), JSON
        request.version, request.versioning_scheme = None, None
        # Before the login: its check of a CSRF token may look for one in the body.
        limit_uploads(request._request)
        user = request.user
        if not self.is_public:
            require_staff(user)

    @property
    def default_response_headers(self) -> dict[str, str]:
        """What every answer bears."""
        return dict(HEADERS)

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response]:
        """Our own, whatever the project has."""
        return handle_exception

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Render here, so that data which cannot be rendered is an error like any other."""
        final = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(final, Response):
            try:
                final.render()
            except Exception as error:  # noqa: BLE001 - as DRF's dispatch does
                final = super().finalize_response(request, self.handle_exception(error))
                final.render()
        return final

    @property
    def django_request(self) -> HttpRequest:
        """The request for the core and its hooks: Django's own, as the other face gives them, with DRF's user set."""
        return self.request._request

    def run(self, document: str, **variables: Any) -> dict[str, Any]:
        """The data of a document, executed for the request's user."""
        return run(self.django_request, document, variables)
