"""The bench's project as servers run it: the database that the bench filled, pooled where Django can pool."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
database = settings.DATABASES["default"]
database["NAME"] = os.environ["BENCH_DATABASE"]
if database["ENGINE"].endswith("postgresql"):
    database["OPTIONS"] = {"pool": {"min_size": 2, "max_size": 20}}
settings.ROOT_URLCONF = "tests.bench.urls"
wsgi = get_wsgi_application()
asgi = get_asgi_application()
