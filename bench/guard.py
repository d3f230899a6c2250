"""Measures the personal-data guard on the labelled replies in guard_corpus.jsonl: python -m bench.guard.

A find counts as right when it overlaps a label of its kind; each label and each find counts once. Precision is right finds
of all finds, recall is right finds of all labels. The guard was tuned on the first part; each of the others was labelled in
other words before the guard first read it, and docs/personal-data-guard.md keeps what it scored at first sight. The last
line is one JSON object; the exit code is 1 when precision or recall is below the bar.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from enquiries.rules.personal_data import Context, Find, Kind, find

HERE = Path(__file__).resolve().parent
PRECISION, RECALL = 0.95, 0.97
# What the guard scored on a part the first time it read it, before the faults that showed were mended (precision, recall).
AT_FIRST_SIGHT = {"held_out": (0.9286, 0.9123), "fresh": (0.9574, 0.9184), "blind": (0.9556, 0.8958)}
PARTS = ("tuning", "held_out", "fresh", "blind")


@dataclass
class Score:
    """Counts by kind: labels and finds that met, finds nobody labelled, labels nobody found."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)

    def precision(self, kind: str | None = None) -> float:
        """Right finds of all finds; 1 when there are none."""
        return _share(_of(self.right, kind), _of(self.wrong, kind))

    def recall(self, kind: str | None = None) -> float:
        """Right finds of all labels; 1 when there are none."""
        return _share(_of(self.right, kind), _of(self.missed, kind))


def main() -> int:
    """Print the tables and the JSON line; 0 when the guard is good enough."""
    parser = argparse.ArgumentParser(description="Precision and recall of the personal-data guard.")
    parser.add_argument("--show", action="store_true", help="print every wrong find and every missed label")
    options = parser.parse_args()
    rows = corpus()
    scores = {part: score([row for row in rows if row["part"] == part], show=options.show) for part in PARTS}
    total = score(rows)
    for name, one in [*scores.items(), ("all", total)]:
        _print(name, one, sum(name in ("all", row["part"]) for row in rows))
    for name, (precision, recall) in AT_FIRST_SIGHT.items():
        print(f"at first sight, {name}: precision {precision:.3f}, recall {recall:.3f}")
    good = total.precision() >= PRECISION and total.recall() >= RECALL
    print(json.dumps(summary(total, scores, len(rows), good=good)))
    return 0 if good else 1


def corpus() -> list[dict[str, Any]]:
    """Read the labelled replies: id, part, context, language, text, spans (kind, start, end, country)."""
    lines = (HERE / "guard_corpus.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def contexts() -> dict[str, Context]:
    """Read what the guard is told for each of the organisations in the corpus."""
    raw: dict[str, dict[str, Any]] = json.loads((HERE / "guard_contexts.json").read_text(encoding="utf-8"))
    return {name: Context(**_tuples(one)) for name, one in raw.items()}


def _tuples(one: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) for key, value in one.items()}


def score(rows: Iterable[dict[str, Any]], *, show: bool = False) -> Score:
    """Read each reply and compare what was found with what was labelled."""
    known, result = contexts(), Score()
    for row in rows:
        finds = find(row["text"], context=known[row["context"]])
        left = list(row["spans"])
        for one in finds:
            label = next((label for label in left if _meets(one, label)), None)
            if label:
                left.remove(label)
            (result.right if label else result.wrong)[one.kind] += 1
            if show and not label:
                print(f"{row['id']} wrong {one.kind} {one.shown!r} in {row['text']!r}")
        for label in left:
            result.missed[label["kind"]] += 1
            if show:
                print(f"{row['id']} missed {label['kind']} in {row['text']!r}")
    return result


def summary(total: Score, scores: dict[str, Score], replies: int, *, good: bool) -> dict[str, Any]:
    """Give every figure by name, shares rounded to four places."""
    figures: dict[str, Any] = {"replies": replies, "labels": sum(total.right.values()) + sum(total.missed.values())}
    for name, one in [("all", total), *scores.items()]:
        figures[name] = {"precision": round(one.precision(), 4), "recall": round(one.recall(), 4)}
    figures["at_first_sight"] = {
        name: {"precision": precision, "recall": recall} for name, (precision, recall) in AT_FIRST_SIGHT.items()
    }
    figures["kinds"] = {
        kind: {"precision": round(total.precision(kind), 4), "recall": round(total.recall(kind), 4)} for kind in Kind
    }
    return figures | {"bar": {"precision": PRECISION, "recall": RECALL}, "good_enough": good}


def _meets(one: Find, label: dict[str, Any]) -> bool:
    overlaps = one.start < label["end"] and label["start"] < one.end
    return overlaps and one.kind == label["kind"] and label.get("country", "") in ("", one.country)


def _of(counts: Counter[str], kind: str | None) -> int:
    return counts[kind] if kind else sum(counts.values())


def _share(right: int, other: int) -> float:
    return right / (right + other) if right + other else 1.0


def _print(name: str, one: Score, replies: int) -> None:
    print(f"\n{name}: {replies} replies")
    print(f"  {'kind':<28}{'labels':>8}{'right':>8}{'wrong':>8}{'missed':>8}{'precision':>11}{'recall':>8}")
    for kind in (*Kind, None):
        right, wrong, missed = (_of(counts, kind) for counts in (one.right, one.wrong, one.missed))
        print(
            f"  {kind or 'overall':<28}{right + missed:>8}{right:>8}{wrong:>8}{missed:>8}"
            f"{one.precision(kind):>11.3f}{one.recall(kind):>8.3f}"
        )


if __name__ == "__main__":
    sys.exit(main())
