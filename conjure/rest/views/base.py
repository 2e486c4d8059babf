"""What all views have in common. Every choice that DRF leaves open is made here, so no project setting changes it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from rest_framework.request import Request
from rest_framework.views import APIView

from conjure.auth.access import admit
from conjure.auth.drf import ConjureAuthentication
from conjure.graphql.execution import Runner
from conjure.operations.facts import operation_of
from conjure.operations.observe import observed
from conjure.responses import JSONResponse, as_endpoint
from conjure.rest.bodies import PARSERS, ParserChoice
from conjure.rest.errors import handle_exception
from conjure.throttles import READ, WRITE, spend
from conjure.uploads import limit_uploads

SAFE_METHODS = frozenset({"GET", "HEAD"})


class ConjureView(APIView):
    """A view for staff, in either kind of login, that speaks JSON."""

    authentication_classes = [ConjureAuthentication]
    content_negotiation_class = ParserChoice
    http_method_names = ["get", "head", "post", "patch", "delete"]
    metadata_class = None
    parser_classes = PARSERS
    permission_classes = []
    renderer_classes = []
    schema = None
    throttle_classes = []
    versioning_class = None

    is_public = False
    """Whether anybody may call it."""

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """The view function, observed, and exempt from ``ATOMIC_REQUESTS``: each write has its own transaction."""
        return observed("rest")(as_endpoint(super().as_view(**initkwargs)))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate, and count the request, before anything else is looked at."""
        request.version, request.versioning_scheme = None, None
        operation = operation_of(request._request)
        if operation is not None:
            operation.name = self._operation_name
        # Before the login: its check of a CSRF token may look for one in the body.
        limit_uploads(request._request)
        user = request.user
        if operation is not None:
            operation.user_id = getattr(user, "pk", None)  # There may be none, see UNAUTHENTICATED_USER.
        if not self.is_public:
            admit(request._request, user)
        self._spend(1)

    @property
    def _operation_name(self) -> str:
        """Method and name of the URL, such as ``GET list``; the method alone for a URL that does not exist."""
        request: Any = self.request
        found = request.resolver_match
        method = request.method if request.method.lower() in self.http_method_names else "other"
        return f"{method} {found.url_name}" if found is not None and found.url_name else method

    @property
    def throttle_scope(self) -> str | None:
        """What the request counts as; None where it does not count."""
        return READ if self.request.method in SAFE_METHODS else self.unsafe_scope

    @property
    def unsafe_scope(self) -> str | None:
        """What a request counts as that may change something; None where it does not count."""
        return WRITE

    def spend_rows(self, count: int) -> None:
        """Count the rows that the request writes, or names to an action; ``initial`` has counted one."""
        self._spend(count, paid=1)

    def _spend(self, count: int, *, paid: int = 0) -> None:
        if self.throttle_scope is not None:
            spend(self.request._request, {self.throttle_scope: count}, paid=paid)

    @property
    def default_response_headers(self) -> dict[str, str]:
        """None: which headers there are depends on the status."""
        return {}

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], JSONResponse]:
        """Our own, whatever the project's settings name."""
        return handle_exception

    @cached_property
    def runner(self) -> Runner:
        """Runs documents for the request's user. Hooks get Django's own request, as they do from the other face."""
        return Runner(self.request._request)

    def run(self, document: str, **variables: Any) -> dict[str, Any]:
        """The data of a document that names no model, executed for the request's user."""
        return self.runner.run(document, variables)
