"""What a project says to SimpleJWT: claims of its own, and who may log in."""

from __future__ import annotations

from typing import Any

from rest_framework_simplejwt.serializers import TokenObtainPairSerializer


class ObtainSerializer(TokenObtainPairSerializer):
    @classmethod
    def get_token(cls, user: Any) -> Any:
        token = super().get_token(user)
        token["team"] = "store"
        return token


def may_log_in(user: Any) -> bool:
    return user is not None and user.first_name != "banned"
