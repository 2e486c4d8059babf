"""System checks: every way to misdeclare a setting or a config has a number and a hint, listed in docs/checks.md."""

from __future__ import annotations

from django.core.checks import Tags, register

from conjure.checks.configs import check_configs
from conjure.checks.databases import check_databases
from conjure.checks.deployment import check_deployment
from conjure.checks.settings import check_settings

TAG = "conjure"

__all__ = ["TAG", "check_configs", "check_databases", "check_deployment", "check_settings"]

register(check_settings, TAG)
register(check_configs, TAG)
# Not under our own tag: whoever names a tag has Django 6.1 run the checks of databases too, on all of them.
register(check_databases, Tags.database)
register(check_deployment, TAG, Tags.security, deploy=True)
