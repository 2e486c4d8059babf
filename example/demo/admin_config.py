"""How the users of the demo are administered: Django's own models can be registered like any other."""

from __future__ import annotations

from django.contrib.auth.models import Group, User

from conjure import AdminConfig, register


@register(User)
class UserConfig(AdminConfig):
    list_display = ["id", "username", "first_name", "last_name", "is_staff", "is_active", "last_login"]
    search_fields = ["username", "first_name", "last_name", "email"]
    list_filter = ["is_staff", "is_superuser", "is_active", "groups"]
    readonly_fields = ["last_login", "date_joined"]
    ordering = ["username"]


@register(Group)
class GroupConfig(AdminConfig):
    list_display = ["id", "name"]
    search_fields = ["name"]
