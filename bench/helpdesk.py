"""The same mails read by django-helpdesk, which runs in an environment of its own: the figure to be five times better than.

Make it once: `python3 -m venv DIR && DIR/bin/pip install "django-helpdesk==2.6.1" psycopg2-binary`. Then
`DATABASE_URL=… DIR/bin/python -m bench.helpdesk --mails N` from this folder; `bench.intake --helpdesk DIR/bin/python` does.
Its documented way is taken: `process_email` over a folder of mails. Its notices to senders go nowhere, which is to its favour.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bench.mailing import MAILBOX, mail

DATABASE = "bench_helpdesk"
APPS = (
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.humanize",
    "django.contrib.messages",
    "rest_framework",
    "helpdesk",
)


def main() -> None:
    """Set it up in a database beside ours, let it read, and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mails", type=int, required=True)
    count = parser.parse_args().mails
    with tempfile.TemporaryDirectory(prefix="cs-helpdesk-") as folder:
        inbox = Path(folder) / "inbox"
        inbox.mkdir()
        _settle(Path(folder))
        for number in range(count):
            (inbox / f"{number:06d}.eml").write_bytes(mail(number))
        print(json.dumps(_read(inbox)))


def _settle(folder: Path) -> None:
    address = urlsplit(os.environ["DATABASE_URL"])
    host = parse_qs(address.query).get("host", [address.hostname or ""])[0]
    _make_database(os.environ["DATABASE_URL"])
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(
        SECRET_KEY="bench",
        INSTALLED_APPS=APPS,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": DATABASE,
                "USER": address.username,
                "PASSWORD": address.password or "",
                "HOST": host,
                "PORT": address.port or "",
            }
        },
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        MEDIA_ROOT=str(folder / "media"),
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        SITE_ID=1,
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        LOGGING_CONFIG=None,
        # Its way of running without a further package for teams.
        HELPDESK_TEAMS_MODE_ENABLED=False,
        HELPDESK_TEAMS_MODEL="auth.User",
        HELPDESK_TEAMS_MIGRATION_DEPENDENCIES=[],
    )
    django.setup()
    from django.urls import include, path

    settings.ROOT_URLCONF = (path("helpdesk/", include("helpdesk.urls", namespace="helpdesk")),)
    call_command("migrate", verbosity=0)
    call_command("loaddata", "emailtemplate.json", verbosity=0)


def _make_database(url: str) -> None:
    import psycopg2

    connection = psycopg2.connect(url)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
    cursor.execute(f"CREATE DATABASE {DATABASE}")
    connection.close()


def _read(inbox: Path) -> dict[str, Any]:
    from helpdesk.email import process_email  # type: ignore[import-not-found]
    from helpdesk.models import Queue, Ticket  # type: ignore[import-not-found]

    Queue.objects.create(
        title="Front desk",
        slug="desk",
        email_address=MAILBOX,
        allow_email_submission=True,
        email_box_type="local",
        email_box_local_dir=str(inbox),
        email_box_interval=0,
    )
    count = len(list(inbox.iterdir()))
    worked, begun = time.process_time(), time.perf_counter()
    process_email(quiet=True)
    seconds = time.perf_counter() - begun
    if Ticket.objects.count() != count:
        sys.exit(f"django-helpdesk made {Ticket.objects.count()} of {count} mails into something.")
    return {
        "mails": count,
        "seconds": round(seconds, 3),
        "per_second": round(count / seconds, 1),
        "python_cpu_ms": round((time.process_time() - worked) * 1000 / count, 2),
    }


if __name__ == "__main__":
    main()
