"""The URLs of the test project, and those of an admin that has the tags."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.urls import path

from tests.testapp.models import Tag
from tests.urls import urlpatterns as own

site = AdminSite()
site.register(Tag)
urlpatterns = [*own, path("admin/", site.urls)]
