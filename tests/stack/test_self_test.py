"""The self-test of an installation, run as a person runs it: everything starts, four replies arrive, nothing stays."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from citizenservice.stack.installation import ROOT


@pytest.mark.journey
def test_self_test_passes_on_all_four_channels_and_leaves_nothing() -> None:
    before = set(Path(tempfile.gettempdir()).glob("cs-check-*"))

    run = subprocess.run(
        [sys.executable, "-m", "citizenservice.stack", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    assert "4 enquiries, 4 replies, each posted exactly once" in run.stdout
    assert "Stopped after" in run.stdout
    assert set(Path(tempfile.gettempdir()).glob("cs-check-*")) <= before
