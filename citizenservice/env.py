"""Everything the surroundings may decide, read once, typed, and refused at the start if it is wrong."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
Mode = Literal["production", "demo", "test"]
WELL_KNOWN_SECRETS = ("changeme", "change-me", "secret", "insecure", "example", "default", "password")


@dataclass(frozen=True, kw_only=True)
class SingleSignOn:
    """The organisation's own sign-in (OpenID Connect); without an issuer there is none. docs/signing-in.md explains each.

    `domains` are the mail domains that may come in by it, all when empty. `trusted_amr` are values of the claims `amr` and
    `acr` that count as a second factor. `break_glass` lets superusers use their password although `only` is set.
    """

    issuer: str = ""
    client_id: str = ""
    client_secret: str = ""
    name: str = ""
    domains: tuple[str, ...] = ()
    trust_email: bool = False
    create_users: bool = False
    trusted_amr: tuple[str, ...] = ()
    only: bool = False
    break_glass: bool = False


@dataclass(frozen=True, kw_only=True)
class Env:
    """The settings that come from outside. `redis_url` is as redis-py reads it, `broker_url` as Celery reads it.

    `mail` holds Django's EMAIL_ settings for the service's own mails (a forgotten password), not for replies to citizens.
    """

    mode: Mode
    secret_key: str
    field_keys: tuple[str, ...]
    database: dict[str, Any]
    redis_url: str
    broker_url: str
    allowed_hosts: tuple[str, ...]
    public_url: str
    data_dir: Path
    simulators: dict[str, str]
    log_level: str
    smtp_url: str
    mail: dict[str, Any]
    mail_from: str
    imap_url: str
    proxies: int
    oidc: SingleSignOn
    clamd: str

    @property
    def production(self) -> bool:
        """Whether citizens are real."""
        return self.mode == "production"


def broker_from(redis_url: str) -> str:
    """Turn redis-py's address of a unix socket into Celery's; other addresses are the same for both."""
    if redis_url.startswith("unix://"):
        return "redis+socket://" + redis_url.removeprefix("unix://")
    return redis_url


def read() -> Env:
    """Read the environment, and `.env` beside manage.py where there is one. Raises ImproperlyConfigured with what to do."""
    source = environ.Env()
    if (BASE_DIR / ".env").is_file() and os.environ.get("CITIZENSERVICE_MODE") != "test":
        source.read_env(str(BASE_DIR / ".env"))
    mode = source.str("CITIZENSERVICE_MODE", default="production")
    if mode not in ("production", "demo", "test"):
        raise ImproperlyConfigured(f"CITIZENSERVICE_MODE is {mode!r}; it must be production, demo or test.")
    redis_url = source.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
    env = Env(
        mode=cast("Mode", mode),
        secret_key=source.str("SECRET_KEY", default=""),
        field_keys=tuple(source.list("FIELD_KEYS", default=[])),
        database=_database(source),
        redis_url=redis_url,
        broker_url=broker_from(redis_url),
        allowed_hosts=tuple(source.list("ALLOWED_HOSTS", default=[])),
        public_url=source.str("PUBLIC_URL", default="").rstrip("/"),
        data_dir=Path(source.str("DATA_DIR", default=str(BASE_DIR / "var"))),
        simulators={
            name: source.str(f"SIMULATOR_{name.upper()}_URL", default="") for name in ("x", "facebook", "mailbox")
        },
        log_level=source.str("LOG_LEVEL", default="INFO"),
        smtp_url=source.str("SMTP_URL", default=""),
        mail=source.email_url_config(source.str("SMTP_URL", default="") or "dummymail://"),
        mail_from=source.str("MAIL_FROM", default=""),
        imap_url=source.str("IMAP_URL", default=""),
        proxies=source.int("TRUSTED_PROXIES", default=0),
        oidc=_single_sign_on(source),
        clamd=source.str("CLAMD", default="").strip(),
    )
    _refuse_what_is_unsafe(env)
    return env


def _single_sign_on(source: environ.Env) -> SingleSignOn:
    return SingleSignOn(
        issuer=source.str("OIDC_ISSUER", default=""),
        client_id=source.str("OIDC_CLIENT_ID", default=""),
        client_secret=source.str("OIDC_CLIENT_SECRET", default=""),
        name=source.str("OIDC_NAME", default="") or "single sign-on",
        domains=tuple(domain.lower().lstrip("@") for domain in source.list("OIDC_DOMAINS", default=[])),
        trust_email=source.bool("OIDC_TRUST_EMAIL", default=False),
        create_users=source.bool("OIDC_CREATE_USERS", default=False),
        trusted_amr=tuple(source.list("OIDC_SECOND_FACTOR", default=[])),
        only=source.bool("OIDC_ONLY", default=False),
        break_glass=source.bool("OIDC_BREAK_GLASS", default=False),
    )


def _database(source: environ.Env) -> dict[str, Any]:
    if "DATABASE_URL" not in os.environ:
        raise ImproperlyConfigured(
            "DATABASE_URL is not set. Use ./start, or name a PostgreSQL database in the environment."
        )
    database: dict[str, Any] = source.db_url("DATABASE_URL")
    if "postgresql" not in database["ENGINE"]:
        raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database: its constraints carry the promises.")
    database["ENGINE"] = "django.db.backends.postgresql"
    return database


def _refuse_what_is_unsafe(env: Env) -> None:
    if len(env.secret_key) < 32 or (env.production and _is_well_known(env.secret_key)):
        raise ImproperlyConfigured("SECRET_KEY must be at least 32 characters that nobody else has. ./start makes one.")
    if not env.field_keys:
        raise ImproperlyConfigured("FIELD_KEYS is empty. It holds the Fernet keys that protect the accounts' secrets.")
    if env.oidc.issuer and not env.oidc.client_id:
        raise ImproperlyConfigured("OIDC_ISSUER is set: OIDC_CLIENT_ID must be the name this service has there.")
    if env.oidc.only and not env.oidc.issuer:
        raise ImproperlyConfigured("OIDC_ONLY is set without OIDC_ISSUER: nobody could sign in.")
    if not env.production:
        return
    if env.oidc.issuer and urlsplit(env.oidc.issuer).scheme != "https":
        raise ImproperlyConfigured("OIDC_ISSUER must be an https:// address.")
    if urlsplit(env.public_url).scheme != "https":
        raise ImproperlyConfigured("PUBLIC_URL must be the https:// address under which citizens reach this service.")
    if not env.allowed_hosts or "*" in env.allowed_hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the host names of this service, and never '*'.")
    if any(env.simulators.values()):
        raise ImproperlyConfigured("SIMULATOR_*_URL is set: simulators and real citizens do not go together.")


def _is_well_known(secret: str) -> bool:
    return any(word in secret.lower() for word in WELL_KNOWN_SECRETS) or len(set(secret)) < 10
