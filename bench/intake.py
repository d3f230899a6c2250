"""How much can arrive: webhooks kept and mails read per second, beside a bare view, a bare insert and a bare parse.

`python -m bench.intake [--seconds S] [--mails N] [--workers 2]` starts what it needs and leaves nothing behind. The load
comes from this machine too and shares its cores; other programs do as well, so compare with the references of one run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from typing import Any

from bench.stage import Stage, stage

AIMS = {"webhooks_per_second": 500, "mails_read_per_second": 150}


def main() -> int:
    """Measure, print the table and the JSON object; 1 when something was answered 200 and is not kept."""
    parser = argparse.ArgumentParser(prog="python -m bench.intake")
    parser.add_argument("--seconds", type=float, default=10, help="how long each load lasts")
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2, help="processes that read mails")
    parser.add_argument("--connections", type=int, default=16, help="on which webhooks are delivered")
    options = parser.parse_args()
    figures: dict[str, Any] = {**vars(options), **surroundings()}
    with stage(workers=options.workers) as made:
        figures |= mails(made, count=options.mails)
        figures |= webhooks(made, seconds=options.seconds, connections=options.connections)
    figures["load_average_after"] = round(os.getloadavg()[0], 2)
    is_whole = figures["webhook_rows"] == figures["webhook_200s"] and figures["mail_messages"] == figures["mails"]
    print(table(figures))
    print(json.dumps(figures | {"nothing_lost": is_whole, "aims": AIMS}))
    return 0 if is_whole else 1


def surroundings() -> dict[str, object]:
    """Tell on what was measured. A load average above nothing means that others were working too."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_average_before": round(os.getloadavg()[0], 2),
    }


def mails(made: Stage, *, count: int) -> dict[str, Any]:
    """Deliver mails by SMTP while nobody reads, then let the workers read them all."""
    with made.running("receiver") as supervisor:
        made.figures(supervisor, "inside", "prepare")
        port = made.installation.ports.receiver
        accepted = made.figures(supervisor, "mailing", "deliver", "--mails", count, "--port", port)
        parsed = made.figures(supervisor, "mailing", "parse", "--mails", count)
        made.figures(supervisor, "inside", "forget")
    with made.running("worker") as supervisor:
        read = made.figures(supervisor, "inside", "read")
    return {
        "mails_accepted_per_second": accepted["per_second"],
        "mails_read_per_second": read["per_second"],
        "mail_accepted_cpu_ms": milliseconds(accepted["cpu_seconds"], count),
        "mail_read_cpu_ms": milliseconds(read["cpu_seconds"], count),
        "mails_read": read["mails"],
        "mail_messages": read["messages"],
        "mail_enquiries": read["enquiries"],
        "bare_parse_per_second": parsed["per_second"],
    }


def webhooks(made: Stage, *, seconds: float, connections: int) -> dict[str, Any]:
    """Deliver signed webhooks to the bare view and to the service; count afterwards what the database holds."""
    load = ("--connections", connections, "--seconds", seconds, "--warm-up", min(2, seconds))
    with made.running("bare") as supervisor:
        bare = made.figures(supervisor, "load", "--port", made.installation.ports.x, *load)
        inserts = made.figures(supervisor, "inserts", "--seconds", min(3, seconds))
    with made.running("web") as supervisor:
        kept = made.figures(supervisor, "load", "--port", made.installation.ports.web, *load)
        rows = made.figures(supervisor, "inside", "count")["rows"]
    return {
        "webhooks_per_second": kept["per_second"],
        **{f"webhook_{share}": kept[share] for share in ("p50_ms", "p95_ms", "p99_ms")},
        "webhook_cpu_ms": milliseconds(kept["cpu_seconds"], kept["sent"]),
        "webhook_statuses": kept["statuses"],
        "webhook_200s": kept["statuses"].get("200", 0),
        "webhook_rows": rows,
        "bare_view_per_second": bare["per_second"],
        "bare_view_cpu_ms": milliseconds(bare["cpu_seconds"], bare["sent"]),
        **{f"bare_view_{share}": bare[share] for share in ("p50_ms", "p95_ms", "p99_ms")},
        **{f"bare_{name}_per_second": inserts[name] for name in ("insert_1_connections", "insert_8_connections")},
    }


def milliseconds(seconds: float | None, count: int) -> float | None:
    """Share processor seconds among `count` things; None where they cannot be known."""
    return None if seconds is None else round(seconds * 1000 / count, 2)


def table(figures: dict[str, Any]) -> str:
    """Lay the figures out for a person."""

    def latency(name: str) -> str:
        return " / ".join(f"{figures[f'{name}_{share}_ms']:.1f}" for share in ("p50", "p95", "p99"))

    lost = figures["webhook_200s"] - figures["webhook_rows"]
    rows = [
        ("", "per second", "CPU ms each", "p50 / p95 / p99 ms"),
        ("webhooks accepted = committed", "webhooks_per_second", "webhook_cpu_ms", latency("webhook")),
        ("  bare Django view", "bare_view_per_second", "bare_view_cpu_ms", latency("bare_view")),
        ("  bare committed insert, 1 connection", "bare_insert_1_connections_per_second", "", ""),
        ("  bare committed insert, 8 connections", "bare_insert_8_connections_per_second", "", ""),
        ("mails accepted by SMTP", "mails_accepted_per_second", "mail_accepted_cpu_ms", ""),
        (f"mails read, {figures['workers']} workers", "mails_read_per_second", "mail_read_cpu_ms", ""),
        ("  bare parse of the same mails, 1 process", "bare_parse_per_second", "", ""),
    ]
    cells = [(name, figures.get(rate, rate), figures.get(cpu, cpu), times) for name, rate, cpu, times in rows]
    lines = [f"{name:<42}{rate:>12}{cpu or '':>14}   {times}".rstrip() for name, rate, cpu, times in cells]
    lines.append(f"{figures['webhook_200s']} webhooks answered 200, {figures['webhook_rows']} rows, {lost} lost")
    load = f"{figures['load_average_before']} before, {figures['load_average_after']} after"
    return "\n".join([*lines, f"{figures['cores']} cores, shared with the load; load average {load}"])


if __name__ == "__main__":
    sys.exit(main())
