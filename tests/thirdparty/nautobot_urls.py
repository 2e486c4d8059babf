"""Conjure in front of Nautobot's own URLs, which its models look themselves up in."""

from nautobot.core.urls import urlpatterns as project_urls

from tests.thirdparty.urls import urlpatterns as conjure_urls

urlpatterns = [*conjure_urls, *project_urls]
