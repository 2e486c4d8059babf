"""The URLs: ``path("conjure/", include("conjure.urls"))``."""

app_name = "conjure"
urlpatterns: list[object] = []
