"""System checks: every way to misdeclare a setting or a config has a number and a hint, listed in docs/checks.md."""

from __future__ import annotations

from django.core.checks import Tags, register

from conjure.checks.configs import check_configs
from conjure.checks.databases import check_databases
from conjure.checks.settings import check_settings
from conjure.checks.throttles import check_deployed_throttles

TAG = "conjure"

__all__ = ["TAG", "check_configs", "check_databases", "check_deployed_throttles", "check_settings"]

register(check_settings, TAG)
register(check_configs, TAG)
register(check_databases, TAG, Tags.database)
register(check_deployed_throttles, TAG, deploy=True)
