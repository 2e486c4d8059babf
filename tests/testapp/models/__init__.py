"""The models of the test project: an ordinary shop, and every odd shape that projects have.

``shop`` is what most tests are about; every other module is one family of shapes. All of them need nothing but
their tables: the app has no migrations, so that ``migrate --run-syncdb`` (what a test run does) creates them.
"""

# ruff: noqa: F403 - tests import any model from here
from tests.testapp.models.accounts import *
from tests.testapp.models.behaviour import *
from tests.testapp.models.choices import *
from tests.testapp.models.custom import *
from tests.testapp.models.field_types import *
from tests.testapp.models.inheritance import *
from tests.testapp.models.keys import *
from tests.testapp.models.labels import *
from tests.testapp.models.managers import *
from tests.testapp.models.metadata import *
from tests.testapp.models.names import *
from tests.testapp.models.orderings import *
from tests.testapp.models.relations import *
from tests.testapp.models.shop import *
from tests.testapp.models.wide import *
