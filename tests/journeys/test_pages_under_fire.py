"""Webhooks while the pages are killed, and a thousand times the same one: what was answered 200 has its row, once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from channels_social.facebook import signature
from enquiries.models import Payload
from simulators import credentials
from tests import workers
from tests.people import City, make_city
from tests.sims import free_port

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
KILLS, EACH = 4, 15
"""So many kills, each after so many more webhooks were answered."""


@pytest.fixture
def town(transactional_db: None) -> City:
    city = make_city()
    city.accounts["facebook"].keep_secrets({"app_secret": credentials.FACEBOOK_APP_SECRET})
    city.accounts["facebook"].save(update_fields=["sealed_secrets"])
    return city


@contextmanager
def pages() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The real page server on the test database, its two workers under one leader."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "citizenservice.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload", "--no-control-socket"]
    env = {**os.environ, "DATABASE_URL": workers.database_url()}
    with (Path(os.environ["DATA_DIR"]) / f"pages-{port}.log").open("wb") as log:
        leader = subprocess.Popen(command, cwd=workers.ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            workers.until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), seconds=40)
            yield f"http://127.0.0.1:{port}/webhooks/facebook/", leader
        finally:
            os.killpg(leader.pid, signal.SIGKILL)
            leader.wait(timeout=10)


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.RequestException:
        return False


def webhook(number: int) -> bytes:
    value = {"item": "comment", "verb": "add", "comment_id": f"1_{number}", "created_time": 1_795_000_000}
    changes = [{"field": "feed", "value": value | {"post_id": "1", "message": "Hello", "from": {"id": "7"}}}]
    return json.dumps({"object": "page", "entry": [{"id": "2000000001", "time": number, "changes": changes}]}).encode()


def deliver(url: str, body: bytes) -> int:
    """Deliver as Facebook does; 0 when nobody answered."""
    signed = {"X-Hub-Signature-256": signature.sign(credentials.FACEBOOK_APP_SECRET, body)}
    try:
        return requests.post(url, data=body, headers=signed, timeout=10).status_code
    except requests.RequestException:
        return 0


def in_parallel(count: int, act: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=act, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_webhook_delivered_a_thousand_times_at_once_is_kept_once(town: City):
    answered: list[int] = []
    with pages() as (url, _):
        in_parallel(20, lambda _number: answered.extend(deliver(url, webhook(1)) for _ in range(50)))

    assert answered == [200] * 1000
    assert Payload.objects.count() == 1


def test_pages_killed_in_the_middle_of_webhooks_lose_none_that_was_answered(town: City):
    answered: set[int] = set()
    over = threading.Event()

    def flood(number: int) -> None:
        for each in range(number, 10_000, 6):
            # As a platform does, what was not answered is delivered again.
            while deliver(url, webhook(each)) != 200:
                time.sleep(0.05)
                if over.is_set():
                    return
            answered.add(each)
            if over.is_set():
                return

    with pages() as (url, leader):
        flooding = threading.Thread(target=in_parallel, args=(6, flood))
        flooding.start()
        try:
            for kills in range(KILLS):
                workers.until(lambda: len(answered) >= EACH * (kills + 1), seconds=60)  # noqa: B023 - called at once
                kill_a_worker(leader.pid)
            workers.until(lambda: len(answered) >= EACH * (KILLS + 1), seconds=60)
        finally:
            over.set()
            flooding.join()

    kept = [json.loads(bytes(raw))["entry"][0]["time"] for raw in Payload.objects.values_list("raw", flat=True)]
    assert answered <= set(kept)
    assert len(kept) == len(set(kept))


def kill_a_worker(leader: int) -> None:
    """End one of the processes that answer requests, with whatever it is doing."""
    children = Path(f"/proc/{leader}/task/{leader}/children").read_text().split()
    if children:
        os.kill(int(children[0]), signal.SIGKILL)
