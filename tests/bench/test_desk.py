"""The desk's benchmark answers every page as it should, and its last line is one JSON object with every figure."""

import json
import subprocess
import sys

PAGES = {"queue", "enquiry", "search_rare", "search_common", "save_draft", "submit", "approve", "pulse"}


def test_benchmark_measures_every_page_and_counts_its_statements():
    command = [sys.executable, "-m", "bench.desk", "--size", "5000", "--requests", "5", "--seconds", "0.3"]

    run = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)

    assert run.returncode == 0, run.stderr + run.stdout
    figures = json.loads(run.stdout.splitlines()[-1])
    assert set(figures["pages"]) == PAGES
    assert figures["bare"]["p50_ms"] > 0
    assert len(figures["worker_megabytes"]) == 2
    for page, found in figures["pages"].items():
        assert found["p50_ms"] > 0 and found["multiple"] > 0, page
        assert found["statements"] is not None, page
