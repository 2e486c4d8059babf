"""What ``me`` and the login tell of the user."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.auth.conftest import ME
from tests.conftest import Api


def payload_of_staff(user: User) -> dict[str, Any]:
    return {"staff": user.is_staff, "mail": user.email}


def test_the_name_is_the_full_name_where_there_is_one(admin: User, api: Api) -> None:
    admin.first_name, admin.last_name = "Ada", "Byron"
    admin.save()
    expected = {"id": admin.pk, "username": "admin", "name": "Ada Byron", "is_superuser": True}
    assert api(admin).get(ME).json() == expected


@pytest.mark.parametrize("setting", ["tests.auth.test_payload.payload_of_staff", payload_of_staff])
def test_a_project_has_its_own_payload_by_path_or_callable(setting: Any, settings: Any, admin: User, api: Api) -> None:
    settings.CONJURE = {"USER_PAYLOAD": setting}
    assert api(admin).get(ME).json() == {"staff": True, "mail": "admin@example.com"}
