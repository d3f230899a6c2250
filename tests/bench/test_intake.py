"""The benchmark runs as the README says, and its last line is one JSON object with every figure."""

import json
import subprocess
import sys

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
)


def test_benchmark_keeps_what_it_answers_and_ends_with_every_figure():
    command = [sys.executable, "-m", "bench.intake", "--seconds", "0.5", "--mails", "20", "--connections", "4"]

    run = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)

    assert run.returncode == 0, run.stderr + run.stdout
    figures = json.loads(run.stdout.splitlines()[-1])
    assert figures["nothing_lost"] is True
    assert figures["webhook_rows"] == figures["webhook_200s"] > 0
    assert figures["mails_read"] == figures["mail_messages"] == 20
    assert all(figures[name] > 0 for name in FIGURES)
