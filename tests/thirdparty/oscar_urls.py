"""Conjure in front of oscar's own URLs, which its models look themselves up in."""

from django.apps import apps
from django.urls import include, path

from tests.thirdparty.urls import urlpatterns as conjure_urls

urlpatterns = [*conjure_urls, path("", include(apps.get_app_config("oscar").urls[0]))]
