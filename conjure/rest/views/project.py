"""The URLs of the project as a whole: schema, widgets, configuration."""

from __future__ import annotations

from rest_framework.request import Request

from conjure.auth.authentication import is_jwt_mode
from conjure.auth.drf import PublicAuthentication
from conjure.conf import settings
from conjure.responses import JSONResponse
from conjure.rest import documents
from conjure.rest.views.base import ConjureView


class ModelsView(ConjureView):
    """``schema/``."""

    def get(self, request: Request) -> JSONResponse:
        """Every model that the user may view."""
        return JSONResponse(self.run(documents.MODELS))


class ModelSchemaView(ConjureView):
    """``schema/{model}/``."""

    def get(self, request: Request, model: str) -> JSONResponse:
        """One model in full."""
        return JSONResponse(self.run(documents.MODEL, model=model)["model"])


class WidgetView(ConjureView):
    """``widgets/{name}/``."""

    def get(self, request: Request, name: str) -> JSONResponse:
        """The widget's JSON."""
        return JSONResponse(self.run(documents.WIDGET, name=name)["widget"])


class ConfigView(ConjureView):
    """``config/``."""

    authentication_classes = [PublicAuthentication]
    is_public = True

    def get(self, request: Request) -> JSONResponse:
        """What a frontend needs before its user logs in: settings, for which no document is executed."""
        config = {"brand": settings.BRAND, "auth": "jwt" if is_jwt_mode() else "session"}
        return JSONResponse(config if settings.LOGIN else {**config, "login": False})
