"""Which code is mutated, and which tests are asked about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
SERVICES: Final = "enquiries/services"
LEAVING: Final = f"{SERVICES}/leaving"
TESTS: Final = "tests/enquiries"


@dataclass(frozen=True, kw_only=True)
class Area:
    """Files, and the tests nearest to them."""

    sources: tuple[Path, ...]
    tests: tuple[str, ...]


def _area(sources: tuple[str, ...], tests: tuple[str, ...]) -> Area:
    files = tuple(sorted(file for pattern in sources for file in ROOT.glob(pattern)))
    return Area(sources=files, tests=tuple(str(file) for pattern in tests for file in sorted(ROOT.glob(pattern))))


AREAS: Final = {
    "signatures": _area(
        ("channels_social/*/signature.py", "channels_social/views.py"),
        (
            "tests/channels_social/test_signatures.py",
            "tests/channels_social/test_webhook*.py",
            "tests/channels_social/test_accounts_of.py",
            "tests/channels_social/test_facebook_callbacks.py",
            "tests/proof/test_webhook_answers.py",
        ),
    ),
    "approval": _area(
        (
            "enquiries/rules/approval.py",
            f"{SERVICES}/replies/deciding.py",
            f"{SERVICES}/replies/queueing.py",
            f"{SERVICES}/replies/stopping.py",
        ),
        (
            f"{TESTS}/test_journey.py",
            f"{TESTS}/test_drafts.py",
            f"{TESTS}/test_races.py",
            f"{TESTS}/approving/test_*.py",
            "tests/proof/test_four_eyes.py",
        ),
    ),
    "outcomes": _area(
        (f"{LEAVING}/outcomes/*.py",),
        (
            "tests/proof/test_outcome_*.py",
            "tests/proof/test_outcomes.py",
            f"{TESTS}/test_receipts.py",
            f"{TESTS}/test_byhand.py",
        ),
    ),
    "posting": _area(
        (f"{LEAVING}/posting.py", f"{LEAVING}/deadlines.py", f"{LEAVING}/circuit.py", "enquiries/rules/workflow.py"),
        (
            "tests/proof/test_posting_*.py",
            f"{TESTS}/test_posting_trouble.py",
            f"{TESTS}/rules/test_workflow.py",
        ),
    ),
}
