"""How quick the desk is: each of its pages among N enquiries, in multiples of a bare Django view of the same run.

`python -m bench.desk --size N` fills N enquiries (three messages each, a fifth open, the first 200 with ten messages),
starts the service with its two web workers, and measures at one and at eight requests at a time. It starts what it needs
and leaves nothing behind; a million enquiries take about 15 GB of disk and some twenty minutes to fill.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.intake import surroundings
from bench.memory import workers_megabytes
from bench.stage import Stage, stage

PAGES = ("queue", "enquiry", "search_rare", "search_common", "save_draft", "submit", "approve", "pulse")
AIMS: dict[str, dict[str, float]] = {
    "queue": {"multiple": 50, "statements": 8},
    "enquiry": {"multiple": 67, "statements": 12},
    "search_rare": {"multiple": 130},
    "search_common": {"multiple": 130},
    "submit": {"multiple": 67},
    "approve": {"multiple": 67},
    "pulse": {"multiple": 2.2},
}
"""At 100,000 enquiries; 1.3 times that at a million. Each is so many milliseconds where the bare view takes 0.3 (queue 15,
enquiry and the decisions 20, search 40); 1,500 pulses a second are one in 0.67 ms there."""


def main() -> int:
    """Measure, print the table and the JSON object; 1 when a page was not answered as it should be."""
    parser = argparse.ArgumentParser(prog="python -m bench.desk")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=4, help="how long each load lasts at most")
    parser.add_argument("--requests", type=int, default=200, help="how many requests one at a time")
    options = parser.parse_args()
    figures: dict[str, Any] = {**vars(options), **surroundings()}
    with stage(workers=2) as made, tempfile.TemporaryDirectory(prefix="cs-desk-") as folder:
        figures |= measured(made, plan=Path(folder) / "plan.json", options=options)
    figures["load_average_after"] = round(os.getloadavg()[0], 2)
    print(table(figures))
    odd = {page: found["odd"] for page, found in figures["pages"].items() if found["odd"]}
    for page, answer in odd.items():
        print(f"--- {page}: {answer}", file=sys.stderr)
    print(json.dumps(figures | {"aims": AIMS}))
    return 1 if odd else 0


def measured(made: Stage, *, plan: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Fill the tables, then load one page after the other."""
    made.gather_static_files()
    made.let_rows_in()
    posts = options.requests * 4 + 60
    filled = made.figures(made.servers, "desk_fill", "--size", options.size, "--posts", posts, "--plan", plan)
    pages: dict[str, dict[str, Any]] = {}
    with made.running("web", "bare", "counted") as supervisor:
        ports = made.installation.ports
        few = {"seconds": options.seconds * 3, "most": options.requests}
        many = {"seconds": options.seconds, "most": options.requests * 20}
        for page in ("bare", *PAGES):
            port = ports.x if page == "bare" else ports.web
            load = {"page": page, "plan": plan}
            one = made.figures(supervisor, "desk_load", *arguments(load, few, port=port, connections=1))
            skip = one["sent"]
            many["most"] = options.requests * 20 if page in ("bare", "pulse") else options.requests * 2
            eight = made.figures(supervisor, "desk_load", *arguments(load, many, port=port, connections=8, skip=skip))
            told = {"most": 5, "seconds": 20}
            skip += eight["sent"]
            counted = (
                {"statements": 0, "odd": ""}
                if page == "bare"
                else made.figures(
                    supervisor, "desk_load", *arguments(load, told, port=ports.facebook, connections=1, skip=skip)
                )
            )
            pages[page] = summed(one, eight, counted)
        memory = workers_megabytes(supervisor, "web")
    bare = pages.pop("bare")
    for found in pages.values():
        found["multiple"] = round(found["p50_ms"] / bare["p50_ms"], 1)
    return {**filled, "bare": bare, "pages": pages, "worker_megabytes": memory}


def arguments(*given: dict[str, Any], **more: Any) -> list[object]:
    """Write options down for a command."""
    options = {name: value for part in (*given, more) for name, value in part.items()}
    return [word for name, value in options.items() for word in (f"--{name}", value)]


def summed(one: dict[str, Any], eight: dict[str, Any], counted: dict[str, Any]) -> dict[str, Any]:
    """Put together what was measured of one page."""
    return {
        "p50_ms": one.get("p50_ms", 0.0),
        "p95_ms": one.get("p95_ms", 0.0),
        "cpu_ms": round(1000 * one["cpu_seconds"] / max(1, one["sent"]), 2) if one.get("cpu_seconds") else None,
        "per_second": one["per_second"],
        "p50_ms_at_8": eight.get("p50_ms", 0.0),
        "p95_ms_at_8": eight.get("p95_ms", 0.0),
        "per_second_at_8": eight["per_second"],
        "statements": counted["statements"],
        "statuses": one["statuses"],
        "odd": one["odd"] or eight["odd"] or counted["odd"],
    }


def table(figures: dict[str, Any]) -> str:
    """Lay the figures out for a person."""
    lines = [f"{'':<16}{'p50 ms':>8}{'p95 ms':>8}{'x bare':>8}{'at 8: p50':>11}{'per s':>8}{'SQL':>5}   aim"]
    for page, found in {"bare": figures["bare"] | {"multiple": 1}, **figures["pages"]}.items():
        aim = ", ".join(f"{name} {value:g}" for name, value in AIMS.get(page, {}).items())
        lines.append(
            f"{page:<16}{found['p50_ms']:>8.2f}{found['p95_ms']:>8.2f}{found['multiple']:>8}{found['p50_ms_at_8']:>11.2f}"
            f"{found['per_second_at_8']:>8.0f}{found['statements'] or 0:>5}   {aim}"
        )
    load = f"{figures['load_average_before']} before, {figures['load_average_after']} after"
    lines.append(
        f"{figures['size']} enquiries; workers hold {figures['worker_megabytes']} MB each; load average {load}"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
