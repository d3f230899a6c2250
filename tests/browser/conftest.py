"""The pages that browser tests look at, and a server that is at rest before the tables are emptied."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from playwright.sync_api import Browser, Page

from tests.browser.seeing import LOOKS, WIDE, watched_page

PATIENCE_SECONDS = 10.0


@pytest.fixture(autouse=True)
def server_at_rest(transactional_db: None) -> Iterator[None]:
    """Let no request outlive its test: one that still saves a draft would deadlock with the emptying of the tables."""
    yield
    until = time.monotonic() + PATIENCE_SECONDS
    while _busy() and time.monotonic() < until:
        time.sleep(0.02)


def _busy() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        return bool(cursor.fetchone()[0])


@pytest.fixture(scope="session", autouse=True)
def static_files_are_kept() -> None:
    """Let a browser ask for a style sheet or a script once, as in production, and not again with every page."""
    serve = StaticFilesHandler.serve

    def serve_to_keep(handler: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        answer = serve(handler, request)
        answer["Cache-Control"] = "max-age=3600"
        return answer

    StaticFilesHandler.serve = serve_to_keep  # type: ignore[method-assign,assignment]


@pytest.fixture(params=LOOKS)
def look(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page in each of the looks."""
    yield from watched_page(browser, **LOOKS[request.param])


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """A page as wide as a desk."""
    yield from watched_page(browser, viewport=WIDE)
