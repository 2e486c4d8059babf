"""Conjure in front of wagtail's own URLs, which its models look themselves up in."""

from wagtail.test.urls import urlpatterns as project_urls

from tests.thirdparty.urls import urlpatterns as conjure_urls

urlpatterns = [*conjure_urls, *project_urls]
