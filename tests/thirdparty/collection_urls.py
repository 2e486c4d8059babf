"""Conjure in front of the URLs that the models look themselves up in."""

from django.contrib import admin
from django.urls import include, path

from tests.thirdparty.urls import urlpatterns as conjure_urls

urlpatterns = [
    *conjure_urls,
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("helpdesk/", include("helpdesk.urls", namespace="helpdesk")),
    path("newsletter/", include("newsletter.urls")),
    path("photologue/", include("photologue.urls", namespace="photologue")),
    path("schedule/", include("schedule.urls")),
    path("social/", include("social_django.urls", namespace="social")),
    path("activity/", include("actstream.urls")),
    path("", include("cms.urls")),
]
