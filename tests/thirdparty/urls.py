"""Conjure alone: for projects whose own URLs need more than their models."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("conjure/", include("conjure.urls"))]
