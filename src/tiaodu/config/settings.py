"""Settings. Nothing needs to be set to start; every variable is named in docs/how-to/settings.md."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.operations import environment
from tiaodu.foundation.operations.environment import env

PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(env.str("TIAODU_DATA", default="var")).resolve()
environment.keep_private()
environment.keep_single()
environment.keep_compiled(PACKAGE, DATA)

SECRET_KEY = environment.secret_key("TIAODU_SECRET_KEY", DATA)
DEBUG = environment.switch("TIAODU_DEBUG", default=False)
ALLOWED_HOSTS = env.list("TIAODU_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("TIAODU_ORIGINS", default=[])
HTTPS = environment.switch("TIAODU_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "tiaodu.web.errors.csrf_failure"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Tiaodu's own
TIAODU_DEMO = environment.switch("TIAODU_DEMO", default=False)
TIAODU_TODAY = environment.day("TIAODU_TODAY")
TIAODU_UPLOAD_LIMIT = environment.whole_number("TIAODU_UPLOAD_LIMIT", default=50_000_000)  # bytes
# Characters; a shorter text is read at once.
TIAODU_BACKGROUND_FROM = environment.whole_number("TIAODU_BACKGROUND_FROM", default=60_000)
TIAODU_PHONE_FOR_OFFICIALS = environment.switch("TIAODU_PHONE_FOR_OFFICIALS", default=True)

INSTALLED_APPS = [
    "tiaodu.foundation.registry",
    "tiaodu.foundation.accounts",
    "tiaodu.foundation.audit",
    "tiaodu.foundation.files",
    "tiaodu.foundation.evidence",
    "tiaodu.foundation.interfaces",
    "tiaodu.foundation.jobs",
    "tiaodu.foundation.lists",
    "tiaodu.foundation.tables",
    "tiaodu.foundation.calendar",
    "tiaodu.foundation.items",
    "tiaodu.foundation.operations",
    "tiaodu.rooms.documents",
    "tiaodu.rooms.ledger",
    "tiaodu.rooms.projects",
    "tiaodu.rooms.returns",
    "tiaodu.rooms.outlook",
    "tiaodu.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tiaodu.foundation.middleware.RequestMiddleware",
    "axes.middleware.AxesMiddleware",
    "tiaodu.web.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "tiaodu.config.urls"
WSGI_APPLICATION = "tiaodu.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "tiaodu.web.context.shell",
            ],
        },
    },
]

DATABASES = {"default": environment.database("DATABASE_URL", f"sqlite:///{DATA / 'tiaodu.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Recursive triggers: INSERT OR REPLACE must meet the trigger that forbids to delete.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        "PRAGMA recursive_triggers=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = datetime.timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "tiaodu.foundation.accounts.views.locked_out"
AXES_RESET_ON_SUCCESS = True
# A wrong try while locked does not start the wait again: somebody else could lock a person out for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("English"))]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
MEDIA_ROOT = DATA / "files"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 8_000_000  # a pasted text; files are bounded by TIAODU_UPLOAD_LIMIT
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a table of a thousand rows is one form
FILE_UPLOAD_PERMISSIONS = 0o600

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.str("TIAODU_LOG_LEVEL", default="WARNING")},
    # A wrong address, an old form, a wrong password: the person was told, the last stands in the audit log.
    "loggers": {name: {"level": "ERROR"} for name in ("django.request", "django.security.csrf", "axes")},
}
