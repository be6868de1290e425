"""What the machine needs to know. What differs from county to county is data (accounts.RuleValue).

Read from the environment, then from ``var/env`` (made by set-up). A missing key fails with its name.
"""

import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
env_file = VAR_DIR / "env"
if env_file.exists():
    environ.Env.read_env(env_file)

# --- the machine -------------------------------------------------------------------------------
SECRET_KEY = env("SECRET_KEY", default=None)
if not SECRET_KEY:
    raise environ.ImproperlyConfigured("SECRET_KEY is missing: run `make setup` (it writes var/env), or set it in the environment")
DEBUG = env.bool("DEBUG", default=False)
PORT = env.int("PORT", default=8000)
#: the address printed in QR codes, without a slash at the end
BASE_URL = env("BASE_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
HTTPS = env.bool("HTTPS", default=False)
KEYS_DIR = Path(env("KEYS_DIR", default=str(VAR_DIR / "keys")))
FILES_DIR = Path(env("FILES_DIR", default=str(VAR_DIR / "files")))
FONTS_DIR = Path(env("FONTS_DIR", default=str(VAR_DIR / "fonts")))
OUTBOX_DIR = Path(env("OUTBOX_DIR", default=str(VAR_DIR / "outbox")))
#: how letters leave: the adapter of each way, empty where this installation has none (such letters are printed)
DELIVERY = {"sms": env("SMS_ADAPTER", default="console"), "email": env("EMAIL_ADAPTER", default="console")}
if DELIVERY["sms"] == "http":
    SMS = {
        "url": env("SMS_URL"),
        "key": env("SMS_KEY"),
        "secret": env("SMS_SECRET"),
        "sign": env("SMS_SIGN"),
        "templates": env.dict("SMS_TEMPLATES"),
    }
if DELIVERY["email"] == "smtp":
    vars().update(env.email_url("EMAIL_URL"))
    DEFAULT_FROM_EMAIL = env("EMAIL_FROM")
    EMAIL_TIMEOUT = 20
#: pages and papers bear 演示样张 · 内容虚构 unless an issuer has put in its own name and key
ISSUER_NAME = env("ISSUER_NAME", default="")
ISSUER_KEY = env("ISSUER_KEY", default="")
DEMO_MARK = not (ISSUER_NAME and ISSUER_KEY)
#: certificate and key (PKCS#12) with which a finished notice is signed (PAdES); empty: not signed. A demo has one it made itself
_demo_certificate = KEYS_DIR / "demo-pades.p12"
PADES_P12 = env("PADES_P12", default=str(_demo_certificate) if DEMO_MARK and _demo_certificate.exists() else "")
PADES_PASSPHRASE = env("PADES_PASSPHRASE", default="")
#: where the QR of a notice lands; wiring, so that inspection need not know receipts
QR_LANDS_ON = "receipts:scan"
#: the non-tax system that gives 缴款码 and tells what was paid; empty: notices wait for their codes (fees/adapters)
NONTAX_ADAPTER = env("NONTAX_ADAPTER", default="fees.adapters.mock" if DEMO_MARK else "")
NONTAX_DIR = Path(env("NONTAX_DIR", default=str(VAR_DIR / "nontax")))
#: where the plate at an enterprise's gate lands, and where the link of its own key opens
PLATE_LANDS_ON = "receipts:plate"
DOOR_OPENS_AT = "desk:own-enter"
#: the API's schema and pages to read it, without signing in
OPEN_SCHEMA = env.bool("OPEN_SCHEMA", default=DEMO_MARK)

# --- the house ---------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config",
    "desk",
    "disclosure",
    "oversight",
    "receipts",
    "fees",
    "inspection",
    "accounts",
    "paper",
    "delivery",
    "audit",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "simple_history",
    "axes",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.gate.Channels",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.gate.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.gate.Weighed",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "config.gate.PrivatePages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.errors.Refusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "desk.menu.house",
            ],
            "builtins": ["desk.templatetags.pages"],
        },
    }
]
FORM_RENDERER = "config.pages.PageForms"

# --- the database ------------------------------------------------------------------------------
# What changes tables runs as their owner, whose address no server or worker knows (deploy/roles.sql).
_owners_act = sys.argv[1:2] in (["migrate"], ["seal"]) and "MIGRATE_DATABASE_URL" in env
DATABASES = {
    "default": env.db("MIGRATE_DATABASE_URL" if _owners_act else "DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'mingjian.sqlite3'}")
}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 60,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    # Threads of a test must meet in one file: the in-memory database is not shared between them.
    _database["TEST"] = {"NAME": env("TEST_DATABASE", default=str(VAR_DIR / "test.sqlite3"))}
else:
    _database["CONN_MAX_AGE"] = 600
    _database["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_DATE_INDEX = False

# --- who ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.signin.ByUsername"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name"]},
    },
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "accounts:sign-in"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "accounts.signin.locked_out"
AXES_VERBOSE = False

# --- words -------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- files -------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- the wall outside --------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's own icons are data: addresses
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_REFERRER_POLICY = "same-origin"  # addresses bear tokens
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 86400
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"

# --- the API -----------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
        "rest_framework.authentication.BasicAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "accounts.paging.NewestFirst",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.errors.answer_api",
    "PAGE_SIZE": 50,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "明检 Mingjian API",
    "DESCRIPTION": "涉企检查备案、通知书、回执、收费登记。同一动作，页面与接口走同一道门。",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_PERMISSIONS": ["config.schema.SchemaIsOpen"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": True,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
    },
}

#: the page on which a thing is shown; wiring, since those pages show several rooms
ABSOLUTE_URL_OVERRIDES = {
    "inspection.inspectionplan": lambda plan: f"/plans/{plan.uid}/",
    "inspection.inspectionprogramme": lambda programme: f"/programmes/{programme.uid}/",
    "inspection.filingnotice": lambda notice: f"/notices/{notice.uid}/",
    "inspection.draw": lambda draw: f"/draws/{draw.uid}/",
    "inspection.drawnline": lambda line: f"/draws/{line.draw.uid}/",
    "inspection.visit": lambda visit: f"/visits/{visit.uid}/",
    "accounts.enterprise": lambda enterprise: f"/enterprises/{enterprise.uid}/",
    "fees.charge": lambda charge: f"/charges/{charge.uid}/",
    "fees.paymentnotice": lambda notice: f"/payment-notices/{notice.uid}/",
    "delivery.letter": lambda letter: f"/letters/?show={letter.shown_under}#{letter.uid}",
}
