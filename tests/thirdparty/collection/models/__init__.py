"""The models, by what they borrow."""

from tests.thirdparty.collection.models.bases import *  # noqa: F403
from tests.thirdparty.collection.models.fields import *  # noqa: F403
