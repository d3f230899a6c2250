"""The benchmark runs as the README says, its last line is one JSON object, and its aims decide how it ends."""

import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from typing import Any

import pytest

from bench.aims import Aim, judged
from bench.load import NoLatencies, percentile, request
from bench.memory import Held
from bench.open_loop import OpenLoop, figures_of
from tests.workers import ROOT, quick_start

FIGURES = (
    "webhooks_per_second",
    "webhook_p50_ms",
    "webhook_p95_ms",
    "webhook_p99_ms",
    "bare_view_per_second",
    "bare_insert_1_connections_per_second",
    "bare_insert_8_connections_per_second",
    "mails_accepted_per_second",
    "mails_read_per_second",
    "bare_parse_per_second",
    "steady_p99_ms",
    "steady_load_cores",
    "peak_p99_ms",
    "surge_slowest_reply_seconds",
)
SMALL = "--seconds 2 --mails 20 --connections 4 --steady 20 --steady-seconds 2 --peak 40 --peak-seconds 1"
SURGE = "--usual 2 --surge-seconds 6 --helpdesk /nowhere --only-tell"


@pytest.mark.journey
def test_benchmark_keeps_what_it_answers_and_ends_with_every_figure():
    command = [sys.executable, "-m", "bench.intake", *SMALL.split(), *SURGE.split()]

    run = subprocess.run(command, cwd=ROOT, env=quick_start(), capture_output=True, text=True, timeout=400, check=False)

    assert run.returncode == 0, run.stderr + run.stdout
    figures = json.loads(run.stdout.splitlines()[-1])
    assert figures["nothing_lost"] is True
    assert figures["webhook_rows"] == figures["webhook_200s"] > 0
    assert figures["mails_read"] == figures["mail_messages"] == 20
    assert figures["steady_accepted"] == 40
    assert figures["surge_read"] == figures["surge_arrived"] > 0
    assert figures["surge_replies_missing"] == 0
    assert all(figures[name] > 0 for name in FIGURES)
    assert "SKIPPED: django-helpdesk" in run.stdout


def test_missed_aim_is_told_and_what_was_not_measured_decides_nothing():
    aims = [Aim(figure="fast", says="quick", most=10), Aim(figure="many", says="much", least=5)]

    assert judged({"fast": 10, "many": 5}, aims)[1]
    assert judged({"fast": 9, "many": None}, aims)[1]
    lines, is_good = judged({"fast": 11}, aims)
    assert not is_good
    assert lines == ["MISSED  quick: 11 (at most 10)"]


def test_share_of_nothing_is_no_figure():
    with pytest.raises(NoLatencies, match="Let the load last longer"):
        percentile([], 0.99)
    assert percentile([0.001, 0.002], 0.99) == 2.0


def test_memory_that_is_flat_has_not_grown():
    flat = Held(samples=[(n, {"web": [50.0, 60.0]}) for n in range(9)])
    rising = Held(samples=[(n, {"web": [50.0 + n]}) for n in range(9)])

    assert flat.grown("web") == 0
    assert rising.grown("web") == 6
    assert Held(samples=flat.samples[:5]).grown("web") is None, "few samples prove nothing"
    assert flat.grown("worker") is None


class Slow(BaseHTTPRequestHandler):
    """Answers at once, but for one answer that takes its time."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    asked = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        Slow.asked += 1
        if Slow.asked == 5:
            sleep(0.5)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named by the standard library
        return


@pytest.fixture
def slow() -> Iterator[int]:
    Slow.asked = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_what_waits_behind_a_slow_answer_counts_from_when_it_should_have_left(slow: int):
    loop = OpenLoop(port=slow, connections=1)

    result = loop.deliver([request(number=n, path="/") for n in range(40)], rate=100)
    loop.close()

    figures = figures_of(result, rate=100, seconds=0.4)
    assert result.statuses == {"200": 40}
    # The fifth takes half a second; on the one connection the sixth could only leave then, and so it waited as well.
    assert sum(latency > 0.3 for latency in result.latencies) > 5
    assert figures["p99_ms"] > 400  # type: ignore[operator]
    assert min(result.latencies) >= 0
