"""The parts of the benchmark of what arrives: as much as it takes, at a fixed rate, mails, and a surge."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from bench.chaos import foreign_world
from bench.chaos_world import World, as_json
from bench.memory import watched
from bench.stage import Stage

SERVICE = ("web", "worker", "posting", "beat", "receiver")
REPLY_EVERY = 1.0


def prepare(made: Stage) -> None:
    """Make the city that is written to, unless it is there."""
    with made.running() as nothing:
        made.figures(nothing, "inside", "prepare")


def mails(made: Stage, *, count: int) -> dict[str, Any]:
    """Deliver mails by SMTP while nobody reads, then let the workers read them all."""
    prepare(made)
    with made.running("receiver") as supervisor:
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
        "mails_lost": count - read["messages"],
        "bare_parse_per_second": parsed["per_second"],
    }


def helpdesk(made: Stage, *, python: Path, count: int) -> dict[str, Any]:
    """Let django-helpdesk read the same mails on the same machine and database server, when it is installed."""
    if not python.exists():
        print(f"SKIPPED: django-helpdesk is not installed ({python} is missing), so nothing is compared with it.")
        print("  python3 -m venv DIR && DIR/bin/pip install django-helpdesk==2.6.1 psycopg2-binary")
        print("  python -m bench.intake --helpdesk DIR/bin/python")
        return {}
    command = [str(python), "-m", "bench.helpdesk", "--mails", str(count)]
    env = {name: made.env[name] for name in ("PATH", "DATABASE_URL")}
    run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=1800, check=False)
    if run.returncode:
        raise RuntimeError(f"django-helpdesk did not read the mails: {run.stdout}{run.stderr}")
    found = json.loads(run.stdout.splitlines()[-1])
    return {"helpdesk_per_second": found["per_second"], "helpdesk_python_cpu_ms": found["python_cpu_ms"]}


def webhooks(made: Stage, *, seconds: float, connections: int) -> dict[str, Any]:
    """Deliver signed webhooks to the bare view and to the service; count afterwards what the database holds."""
    prepare(made)
    load = ("--connections", connections, "--seconds", seconds, "--warm-up", min(2, seconds))
    with made.running("bare") as supervisor:
        bare = made.figures(supervisor, "load", "--port", made.installation.ports.x, *load)
        inserts = made.figures(supervisor, "inserts", "--seconds", min(3, seconds))
    with made.running("web") as supervisor:
        before = made.figures(supervisor, "inside", "count")["rows"]
        kept = made.figures(supervisor, "load", "--port", made.installation.ports.web, *load)
        rows = made.figures(supervisor, "inside", "count")["rows"] - before
    accepted = kept["statuses"].get("200", 0)
    return {
        "webhooks_per_second": kept["per_second"],
        **{f"webhook_{share}": kept[share] for share in ("p50_ms", "p95_ms", "p99_ms")},
        "webhook_cpu_ms": milliseconds(kept["cpu_seconds"], kept["sent"]),
        "webhook_statuses": kept["statuses"],
        "webhook_200s": accepted,
        "webhook_rows": rows,
        "webhooks_lost": accepted - rows,
        "bare_view_per_second": bare["per_second"],
        "bare_view_cpu_ms": milliseconds(bare["cpu_seconds"], bare["sent"]),
        **{f"bare_view_{share}": bare[share] for share in ("p50_ms", "p95_ms", "p99_ms")},
        **{f"bare_{name}_per_second": inserts[name] for name in ("insert_1_connections", "insert_8_connections")},
    }


def fixed_rate(made: Stage, *, name: str, rate: float, seconds: float, first: int) -> dict[str, Any]:
    """Deliver webhooks at a fixed rate, whatever the answers do; each latency is counted from when it should have left.

    Only the pages run: what is measured is accepting and committing, and the load takes its share of the same cores.
    """
    prepare(made)
    load: tuple[object, ...] = ("--port", made.installation.ports.web, "--rate", rate, "--seconds", seconds)
    load += ("--first", first, "--warm-up", min(3, seconds))
    with made.running("web") as supervisor:
        before = made.figures(supervisor, "inside", "count")["rows"]
        with watched(supervisor, ["web"], every=max(0.2, min(5, seconds / 12))) as held:
            kept = made.figures(supervisor, "open_loop", *load)
        rows = made.figures(supervisor, "inside", "count")["rows"] - before
    accepted = kept["statuses"].get("200", 0)
    figures = {
        "wanted_per_second": rate,
        "per_second": kept["per_second"],
        **{share: kept[share] for share in ("p50_ms", "p95_ms", "p99_ms", "p99.9_ms", "slowest_ms", "statuses")},
        "accepted": accepted,
        "not_accepted": kept["sent"] - accepted,
        "rows": rows,
        "cpu_ms": milliseconds(kept["cpu_seconds"], kept["sent"]),
        "load_cores": kept["load_cores"],
        "grown_megabytes": held.grown("web"),
        "memory": held.told(),
    }
    lost = accepted + kept["warm_up_200s"] - rows
    return {f"{name}_{what}": value for what, value in figures.items()} | {"webhooks_lost": lost}


def surge(made: Stage, *, usual: float, seconds: float, patience: float) -> dict[str, Any]:
    """Let ten times as much as usual arrive for a while, with replies leaving meanwhile; everything runs, as ./start does."""
    before = min(20.0, seconds)
    count = round((before + seconds * 2) / REPLY_EVERY)
    with foreign_world(made):
        planned = [one for one in World(made.installation.ports).people_write(count, seed=1) if not one.is_decoy]
        plan = made.installation.data / "surge.json"
        plan.write_text(as_json(planned))
        ports = made.installation.ports
        addresses: tuple[object, ...] = ("--x-port", ports.x, "--facebook-port", ports.facebook)
        addresses += ("--smtp-port", ports.mailbox_smtp, "--imap-port", ports.mailbox_imap)
        with made.running() as nothing:
            filled = made.figures(nothing, "chaos_fill", "--plan", plan, "--every", REPLY_EVERY, *addresses)
        load: tuple[object, ...] = ("--web-port", ports.web, "--receiver-port", ports.receiver)
        load += ("--begun", filled["begun"], "--every", REPLY_EVERY, "--usual", usual)
        load += ("--before", before, "--seconds", seconds, "--patience", patience)
        every = max(0.2, min(5, seconds / 6))
        with made.running(*SERVICE) as supervisor, watched(supervisor, SERVICE[:3], every=every) as held:
            figures = made.figures(supervisor, "surge", *load)
    grown = {name: held.grown(name) for name in SERVICE[:3]}
    most = max((size for size in grown.values() if size is not None), default=None)
    return {**figures, "surge_usual_per_second": usual, "surge_grown_megabytes": most, "surge_memory": held.told()}


def milliseconds(seconds: float | None, count: int) -> float | None:
    """Share processor seconds among `count` things; None where they cannot be known."""
    return None if seconds is None else round(seconds * 1000 / count, 2)
