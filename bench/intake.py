"""How much can arrive: webhooks kept and mails read per second, at a fixed rate and in a surge, beside bare references.

`python -m bench.intake [--parts mails,most,steady,peak,surge]` starts what it needs and leaves nothing behind. The load comes
from this machine too and shares its cores; other programs do as well, so compare with the references of one run. The whole
takes about a quarter of an hour; each part tells when it begins.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any

from bench import intake_parts as parts
from bench.aims import judged
from bench.stage import Stage, stage

PARTS = ("mails", "most", "steady", "peak", "surge")
"""In this order: mails are read before webhooks that nobody reads lie there too."""
FIRST_STEADY, FIRST_PEAK = 5_000_000, 7_000_000
"""The webhooks of each part have names of their own: a second one of a name would not be kept."""


def main() -> int:
    """Measure, print the table and the JSON object; 1 when something was lost or an aim was missed."""
    options = asked()
    figures: dict[str, Any] = {**vars(options), "helpdesk": options.helpdesk.exists(), **surroundings()}
    beside = [name for name in PARTS if name in options.parts and name != "surge"]
    for together in (beside, ["surge"] if "surge" in options.parts else []):
        figures |= run(together, options)
    figures["load_average_after"] = round(os.getloadavg()[0], 2)
    is_whole = not any(figures.get(f"{what}_lost") for what in ("webhooks", "mails", "surge"))
    lines, is_good = judged(figures)
    print("\n".join([*table(figures), *lines]))
    print(json.dumps(figures | {"nothing_lost": is_whole, "aims_met": is_good}))
    return 0 if is_whole and (is_good or options.only_tell) else 1


def run(names: list[str], options: argparse.Namespace) -> dict[str, Any]:
    """Measure some parts one after another on the same tables."""
    figures: dict[str, Any] = {}
    if not names:
        return figures
    print(f"{time.strftime('%H:%M:%S')} setting up", flush=True)
    with stage(workers=options.workers) as made:
        for name in names:
            print(f"{time.strftime('%H:%M:%S')} {name}", flush=True)
            found = measured(made, options)[name]()
            lost = figures.get("webhooks_lost", 0) + found.get("webhooks_lost", 0)
            figures |= {**found, "webhooks_lost": lost}
    return figures


def asked() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.intake")
    parser.add_argument("--parts", type=_parts, default=PARTS, help=f"some of {','.join(PARTS)}")
    parser.add_argument("--seconds", type=float, default=10, help="how long as much as it takes is delivered")
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2, help="processes that read")
    parser.add_argument("--connections", type=int, default=16, help="on which as much as it takes is delivered")
    parser.add_argument("--steady", type=float, default=500, help="webhooks a second")
    parser.add_argument("--steady-seconds", type=float, default=300)
    parser.add_argument("--peak", type=float, default=1000, help="webhooks a second")
    parser.add_argument("--peak-seconds", type=float, default=60)
    parser.add_argument(
        "--usual", type=float, default=10, help="what usually arrives in a second; a surge is ten times that"
    )
    parser.add_argument("--surge-seconds", type=float, default=60)
    parser.add_argument("--patience", type=float, default=300, help="seconds in which a surge must be read")
    parser.add_argument(
        "--helpdesk", type=Path, default=Path("/tmp/helpdesk/bin/python"), help="its environment's Python"
    )
    parser.add_argument(
        "--only-tell", action="store_true", help="a missed aim is told and does not decide the exit code"
    )
    return parser.parse_args()


def _parts(words: str) -> tuple[str, ...]:
    chosen = tuple(words.split(","))
    if unknown := set(chosen) - set(PARTS):
        raise argparse.ArgumentTypeError(f"there is no part {unknown.pop()}; there are {', '.join(PARTS)}")
    return chosen


def measured(made: Stage, options: argparse.Namespace) -> dict[str, Callable[[], dict[str, Any]]]:
    """Give what measures each part."""
    return {
        "mails": lambda: _mails(made, options),
        "most": lambda: parts.webhooks(made, seconds=options.seconds, connections=options.connections),
        "steady": lambda: parts.fixed_rate(
            made, name="steady", rate=options.steady, seconds=options.steady_seconds, first=FIRST_STEADY
        ),
        "peak": lambda: parts.fixed_rate(
            made, name="peak", rate=options.peak, seconds=options.peak_seconds, first=FIRST_PEAK
        ),
        "surge": lambda: parts.surge(
            made, usual=options.usual, seconds=options.surge_seconds, patience=options.patience
        ),
    }


def _mails(made: Stage, options: argparse.Namespace) -> dict[str, Any]:
    """Read mails; no machine is as fast at one moment as at the next, so django-helpdesk reads on both sides of ours."""
    count = min(options.mails, 1000)
    sides = [parts.helpdesk(made, python=options.helpdesk, count=count)]
    ours = parts.mails(made, count=options.mails)
    if not sides[0]:
        return ours
    sides.append(parts.helpdesk(made, python=options.helpdesk, count=count))
    theirs = {name: round(fmean(side[name] for side in sides), 1) for name in sides[0]}
    theirs["helpdesk_before"], theirs["helpdesk_after"] = (side["helpdesk_per_second"] for side in sides)
    theirs["times_helpdesk"] = round(ours["mails_read_per_second"] / theirs["helpdesk_per_second"], 1)
    return ours | theirs


def surroundings() -> dict[str, object]:
    """Tell on what was measured. A load average above nothing means that others were working too."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_average_before": round(os.getloadavg()[0], 2),
    }


def table(figures: dict[str, Any]) -> list[str]:
    """Lay the figures out for a person, those that were measured."""
    rows = [
        ("webhooks accepted = committed", "webhooks_per_second", "webhook_cpu_ms", "webhook"),
        ("  bare Django view", "bare_view_per_second", "bare_view_cpu_ms", "bare_view"),
        ("  bare committed insert, 1 connection", "bare_insert_1_connections_per_second", "", ""),
        ("  bare committed insert, 8 connections", "bare_insert_8_connections_per_second", "", ""),
        ("webhooks at a steady rate", "steady_per_second", "steady_cpu_ms", "steady"),
        ("webhooks at a peak rate", "peak_per_second", "peak_cpu_ms", "peak"),
        ("mails accepted by SMTP", "mails_accepted_per_second", "mail_accepted_cpu_ms", ""),
        (f"mails read, {figures['workers']} workers", "mails_read_per_second", "mail_read_cpu_ms", ""),
        ("  bare parse of the same mails, 1 process", "bare_parse_per_second", "", ""),
        ("  django-helpdesk, the same mails", "helpdesk_per_second", "", ""),
    ]
    lines = [f"{'':<42}{'per second':>12}{'CPU ms each':>14}   p50 / p95 / p99 ms"]
    for name, rate, cpu, latency in rows:
        if rate in figures:
            spent = figures.get(cpu) or ""
            lines.append(f"{name:<42}{figures[rate]:>12}{spent:>14}   {_latencies(figures, latency)}".rstrip())
    if "surge_arrived" in figures:
        lines.append(_surge(figures))
    load = f"{figures['load_average_before']} before, {figures['load_average_after']} after"
    for name in ("steady", "peak"):
        if f"{name}_load_cores" in figures:
            lines.append(f"the load of the {name} rate took {figures[f'{name}_load_cores']} of a core itself")
    return [*lines, f"{figures['cores']} cores, shared with the load; load average {load}"]


def _latencies(figures: dict[str, Any], name: str) -> str:
    if not name:
        return ""
    return " / ".join(f"{figures[f'{name}_{share}_ms']:.1f}" for share in ("p50", "p95", "p99"))


def _surge(figures: dict[str, Any]) -> str:
    return (
        f"surge of {figures['surge_usual_per_second'] * 10:g} a second: {figures['surge_arrived']} arrived, "
        f"{figures['surge_largest_backlog']} waiting at most, read {figures['surge_drained_seconds']} s after its end; "
        f"{figures['surge_replies']} replies left meanwhile, half within {figures['surge_median_reply_seconds']} s, "
        f"the slowest in {figures['surge_slowest_reply_seconds']} s"
    )


if __name__ == "__main__":
    sys.exit(main())
