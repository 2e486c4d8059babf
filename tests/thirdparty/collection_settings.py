"""Some fifty popular apps in one project: a CMS, accounts, tasks, trees, tags, history, permissions by row and more."""

from tests.thirdparty.common import CONJURE, DATABASES, MEDIA_ROOT, PASSWORD_HASHERS, NoMigrations
from tests.thirdparty.common import MIDDLEWARE as BARE_MIDDLEWARE

__all__ = ["CONJURE", "DATABASES", "MEDIA_ROOT", "PASSWORD_HASHERS"]

SECRET_KEY = "for tests only, and long enough for HS256"
SALT_KEY = "for tests only"
USE_TZ = True
SITE_ID = 1
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIGRATION_MODULES = NoMigrations()
ROOT_URLCONF = "tests.thirdparty.collection_urls"
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "German")]
PARLER_LANGUAGES = {1: ({"code": "en"}, {"code": "de"}), "default": {"fallbacks": ["en"], "hide_untranslated": False}}
CMS_CONFIRM_VERSION4 = True
CMS_TEMPLATES = [("page.html", "Page")]
DJANGOCMS_VERSIONING_ALLOW_DELETING_VERSIONS = True
Q_CLUSTER = {"name": "collection", "orm": "default"}
ACTSTREAM_SETTINGS = {"USE_JSONFIELD": True}
CONSTANCE_CONFIG = {"THEME": ("light", "How it looks")}
EAV2_PRIMARY_KEY_FIELD = "django.db.models.BigAutoField"
NEWSLETTER_RICHTEXT_WIDGET = None
PHONENUMBER_DEFAULT_REGION = "GB"
HELPDESK_TEAMS_MODE_ENABLED = False
DATABASE_ENGINE = "sqlite3"
# Those that know the user of a request learn it from their middleware.
MIDDLEWARE = [
    *BARE_MIDDLEWARE,
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "reversion.middleware.RevisionMiddleware",
    "waffle.middleware.WaffleMiddleware",
    "axes.middleware.AxesMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sekizai.context_processors.sekizai",
                "cms.context_processors.cms_settings",
            ]
        },
    }
]
INSTALLED_APPS = [
    "modeltranslation",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.humanize",
    "django.contrib.flatpages",
    "django.contrib.redirects",
    # Pages and files
    "cms",
    "menus",
    "sekizai",
    "filer",
    "easy_thumbnails",
    "djangocms_text",
    "djangocms_versioning",
    "djangocms_alias",
    "photologue",
    # Accounts and rights
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_email",
    "guardian",
    "knox",
    "oauth2_provider",
    "organizations",
    "rest_framework",
    "rest_framework.authtoken",
    "rest_framework_api_key",
    "social_django",
    # A shop
    "salesman.core",
    "salesman.basket",
    "salesman.checkout",
    "salesman.orders",
    # Tasks and settings
    "constance",
    "constance.backends.database",
    "django_celery_beat",
    "django_celery_results",
    "django_q",
    "waffle",
    # What happened
    "actstream",
    "auditlog",
    "reversion",
    "silk",
    "simple_history",
    # Mail, tickets, calendars
    "helpdesk",
    "newsletter",
    "sorl.thumbnail",
    "post_office",
    "schedule",
    # Fields and bases
    "colorfield",
    "django_countries",
    "django_fsm",
    "djmoney",
    "eav",
    "model_utils",
    "mptt",
    "multiselectfield",
    "parler",
    "phonenumber_field",
    "polymorphic",
    "recurrence",
    "safedelete",
    "sortedm2m",
    "taggit",
    "tree_queries",
    "treebeard",
    "tests.thirdparty.collection",
    "conjure",
]
