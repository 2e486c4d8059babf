"""``openapi.json``."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from conjure.rest import documents
from conjure.rest.openapi.document import build_document
from conjure.rest.views.base import ConjureView


class OpenAPIView(ConjureView):
    """The OpenAPI document of this REST face."""

    def get(self, request: Request) -> Response:
        """Describe the models that the user may view."""
        keys = [entry["model"] for entry in self.run(documents.MODELS)["models"]]
        models = [self.run(documents.MODEL_WITH_BOUNDS, model=key)["model"] for key in keys]
        return Response(build_document(models, request.path.removesuffix("openapi.json")))
