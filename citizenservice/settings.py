"""Django's settings, safe by default. What differs between machines comes from `env`; what differs by mode is below."""

from __future__ import annotations

from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from citizenservice import env as environment

ENV = environment.read()
BASE_DIR = environment.BASE_DIR
MODE = ENV.mode
DEBUG = False
SECRET_KEY = ENV.secret_key
FIELD_KEYS = ENV.field_keys
ALLOWED_HOSTS = list(ENV.allowed_hosts) or ["localhost", "127.0.0.1", "[::1]", "testserver"]
PUBLIC_URL = ENV.public_url or "http://127.0.0.1:8000"
SIMULATORS = ENV.simulators
TRUSTED_PROXIES = ENV.proxies

INSTALLED_APPS = [
    "citizenservice.site.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "audit",
    "worklist",
    "enquiries",
    "agents",
    "citizens",
    "channels_social",
    "channels_email",
    "api",
    "citizenservice",
]

MIDDLEWARE = [
    "citizenservice.health.HealthMiddleware",
    "citizenservice.webhook_door.WebhookDoorMiddleware",
    "agents.live.door.PulseDoorMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "agents.signing_in.again.SignInAgainMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "agents.signing_in.second_factor.asking.SecondFactorMiddleware",
    "citizenservice.headers.PrivacyHeadersMiddleware",
]

ROOT_URLCONF = "citizenservice.urls"
WSGI_APPLICATION = "citizenservice.wsgi.application"
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
                "citizenservice.demo.bar.demo_bar",
            ],
            "libraries": {
                "i18n": "citizenservice.constant_tags.i18n",
                "static": "citizenservice.constant_tags.static",
            },
            "builtins": ["citizenservice.constant_tags.url"],
        },
    },
]

# Two libraries of the same name is what citizenservice.constant_tags is for.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]

# ---- the channels: kind → where its object lives --------------------------------------------------------------------
CHANNELS = {
    "x": "channels_social.x.adapter.XChannel",
    "facebook": "channels_social.facebook.adapter.FacebookChannel",
    "mastodon": "channels_social.mastodon.adapter.MastodonChannel",
    "email": "channels_email.adapter.EmailChannel",
    "web": "citizens.channel.WebChannel",
    "practice": "practice.channel.PracticeChannel",
}

CLAMD = ENV.clamd  # host:port or the path of a socket; files are held until it has found them clean
SCANNER = "channels_email.clamd.Clamd" if CLAMD else ""  # an enquiries.contract.Scanner; empty: nobody looks into files

# ---- PostgreSQL holds the truth -------------------------------------------------------------------------------------
DATABASES = {"default": ENV.database}
DATABASES["default"] |= {
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "TEST": {"TEMPLATE": "migrated"} if MODE == "test" else {},
}
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- Redis carries hints, and may be emptied at any time ------------------------------------------------------------
CELERY_BROKER_URL = ENV.broker_url
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    "retry_on_timeout": False,
    "max_retries": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"

# ---- sign-in --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "agents.User"
AUTHENTICATION_BACKENDS = ["agents.signing_in.sessions.StaffBackend"]
if MODE == "test":  # hundreds of throw-away users: the slowness that protects real passwords only costs time here
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "agents.signing_in.local.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reset_password": "5/h/ip,2/h/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 60 * 60 * 10

# ---- the second factor; who must have one is a row of agents.SignInPolicy ---------------------------------------------
MFA_ADAPTER = "agents.signing_in.second_factor.adapter.StaffSecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are an administrator's entry here, nobody signs up
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # a code is taken for 90 seconds, and only once: agents.signing_in.second_factor.forms
MFA_FORMS = {
    "authenticate": "agents.signing_in.second_factor.forms.OnceOnlyForm",
    "reauthenticate": "agents.signing_in.second_factor.forms.OnceOnlyAgainForm",
}

# ---- single sign-on; docs/signing-in.md -------------------------------------------------------------------------------
OIDC = ENV.oidc
SOCIALACCOUNT_ADAPTER = "agents.signing_in.single_sign_on.admission.StaffSingleSignOn"
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # matching by address is ours, see the adapter
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "provider_class": "agents.signing_in.single_sign_on.provider.CityProvider",
        "OAUTH_PKCE_ENABLED": True,
    }
}

SESSION_ENGINE = "agents.signing_in.sessions"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "rate_limits",
        # Beyond this, entries are dropped before their time. Django's 300 let anybody with 300 made-up addresses wipe out
        # the count of guesses at a real one.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# ---- the service's own mails; replies to citizens leave through their channel's account -----------------------------
EMAIL_BACKEND, EMAIL_HOST = ENV.mail["EMAIL_BACKEND"], ENV.mail["EMAIL_HOST"] or ""
EMAIL_PORT, EMAIL_TIMEOUT = ENV.mail.get("EMAIL_PORT") or 25, 10
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = ENV.mail["EMAIL_HOST_USER"] or "", ENV.mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = ENV.mail.get("EMAIL_USE_TLS", False), ENV.mail.get("EMAIL_USE_SSL", False)
DEFAULT_FROM_EMAIL = ENV.mail_from or f"no-reply@{urlsplit(PUBLIC_URL).hostname}"

# ---- what leaves with every answer ----------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
        "object-src": [NONE],
    }
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "citizenservice.errors.csrf_failed"
if ENV.production:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
    CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# ---- languages, time, files -----------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("nl", "Nederlands"), ("ar", "العربية")]
FORMAT_MODULE_PATH = ["citizenservice.formats"]
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = ENV.data_dir / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": ENV.data_dir / "files", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# ---- the door for programs ------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.tokens.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["api.tokens.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_RATES": {"token": "600/min"},
    "EXCEPTION_HANDLER": "api.problems.problem",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Citizenservice",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_PERMISSIONS": [],
    "SERVE_AUTHENTICATION": [],
    # Where several things have a state, the description says whose.
    "ENUM_NAME_OVERRIDES": {
        "EnquiryStateEnum": "enquiries.models.Enquiry.State",
        "ReplyStateEnum": "enquiries.models.Reply.State",
        "StandingEnum": "enquiries.queries.standards.Standing",
        "PublicStandingEnum": "api.shapes.enquiries.Standing.CHOICES",
        "GuardKindEnum": "enquiries.rules.personal_data.Kind",
        "PostingStateEnum": "enquiries.models.Posting.State",
        "PayloadStateEnum": "enquiries.models.Payload.State",
        "ReviewKindEnum": "enquiries.models.Review.Kind",
        "ChannelEnum": "enquiries.registry.kind_choices",
        "ModerationActEnum": "enquiries.models.Moderation.Act",
        "ModerationStateEnum": "enquiries.models.Moderation.State",
        "OverheardStateEnum": "enquiries.models.Overheard.State",
        "RuleChannelEnum": "api.shapes.policy.CHANNELS",
        "StandsThereEnum": "enquiries.models.PlatformChange.Kind",
    },
}

# ---- logs: a fixed sentence with ids; nobody's words, no secret -----------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:<7} {name}: {message}", "style": "{"}},
    "filters": {
        "hide_links": {"()": "citizens.logs.HideLinks"},
        "no_refusals": {"()": "citizenservice.logs.NoRefusals"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["hide_links"]}},
    "root": {"handlers": ["stderr"], "level": ENV.log_level},
    "loggers": {name: {"level": "INFO"} for name in ("tweepy", "urllib3", "requests_oauthlib", "oauthlib", "mail.log")}
    | {"django.request": {"filters": ["no_refusals"]}},
}
