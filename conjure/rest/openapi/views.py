"""``openapi.json``."""

from __future__ import annotations

from rest_framework.request import Request

from conjure.responses import JSONResponse
from conjure.rest.openapi.document import build_document, describe_models
from conjure.rest.views.base import ConjureView


class OpenAPIView(ConjureView):
    """The OpenAPI document of this REST face."""

    def get(self, request: Request) -> JSONResponse:
        """Describe the models that the user may view."""
        return JSONResponse(build_document(describe_models(self.runner), request.path.removesuffix("openapi.json")))
