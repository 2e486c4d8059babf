"""Accounts that are not the project's users, and that go with something else."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.db import models


class Team(models.Model):
    """Its players' accounts go with it."""

    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name


class Player(AbstractBaseUser):
    """An account, with a flag that makes it a superuser's."""

    nickname = models.CharField(max_length=40, unique=True)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="players")
    is_superuser = models.BooleanField(default=False)

    USERNAME_FIELD = "nickname"

    @property
    def is_staff(self) -> bool:
        """A privilege that follows from another field."""
        return self.nickname.startswith("chief")

    def __str__(self) -> str:
        return self.nickname
