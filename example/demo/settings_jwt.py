"""The example with JSON Web Tokens: ``manage.py runserver --settings demo.settings_jwt`` (needs the extra ``jwt``).

``DEMO_ACCESS_SECONDS`` shortens the life of an access token, to see a client refresh it.
"""

from __future__ import annotations

import os
from datetime import timedelta

from demo.settings import *  # noqa: F403
from demo.settings import CONJURE as SESSION_CONJURE

CONJURE = {**SESSION_CONJURE, "AUTH": "jwt"}

# The demo runs on the database of demo.settings, without a table of refresh tokens that were revoked. A project should
# have one: rest_framework_simplejwt.token_blacklist.
SILENCED_SYSTEM_CHECKS = ["conjure.W107"]

SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(seconds=int(os.environ.get("DEMO_ACCESS_SECONDS", "300"))),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=1),
    # Each refresh gives a new refresh token as well, so that a client in use never has to log in again.
    "ROTATE_REFRESH_TOKENS": True,
}
