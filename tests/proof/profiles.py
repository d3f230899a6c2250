"""How deep the properties are tried: as deep as a run of all tests affords, or as PROOF_EXAMPLES says (a factor)."""

from __future__ import annotations

import os


def examples(count: int) -> int:
    """Say how many examples to try: `count`, times the factor in PROOF_EXAMPLES (`PROOF_EXAMPLES=50 pytest tests/proof`)."""
    return max(1, int(count * float(os.environ.get("PROOF_EXAMPLES", "1"))))
