"""conjure, and the peers beside it."""

from __future__ import annotations

from django.urls import include, path
from rest_framework.routers import SimpleRouter
from strawberry.django.views import GraphQLView

from tests.bench.peers import OrderViewSet, schema

router = SimpleRouter()
router.register("drf/orders", OrderViewSet)
urlpatterns = [
    path("conjure/", include("conjure.urls")),
    path("strawberry/", GraphQLView.as_view(schema=schema)),
    *router.urls,
]
