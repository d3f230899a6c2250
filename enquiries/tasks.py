"""What workers do when they are hinted or when beat says so: look for due rows. Each task is one call, safe at any time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery import shared_task

from enquiries.services import clocks, counting, intake, pickup, posting, triage
from enquiries.services.approving import escalating
from worklist.queue import beat, database_now, worker_name


def _sweep(name: str, look: Callable[[], int]) -> int:
    count = look()
    beat(name, now=database_now())
    return count


@shared_task(name="enquiries.read_payloads")
def read_payloads(**_: Any) -> int:
    """Read what has arrived."""
    return _sweep("enquiries.read_payloads", lambda: intake.read_due_payloads(now=database_now(), worker=worker_name()))


@shared_task(name="enquiries.pick_up")
def pick_up(**_: Any) -> int:
    """Look at the platforms."""
    return _sweep("enquiries.pick_up", lambda: pickup.pick_up_due(now=database_now(), worker=worker_name()))


@shared_task(name="enquiries.post_replies")
def post_replies(**_: Any) -> int:
    """Post what is approved, read back what is uncertain."""
    return _sweep("enquiries.post_replies", lambda: posting.deliver_due(worker=worker_name()))


@shared_task(name="enquiries.sweep_clocks")
def sweep_clocks(**_: Any) -> int:
    """Warn and record broken promises."""
    return _sweep("enquiries.sweep_clocks", lambda: clocks.sweep_clocks(now=database_now()))


@shared_task(name="enquiries.wake_enquiries")
def wake_enquiries(**_: Any) -> int:
    """Wake what has waited for its citizen until its date."""
    return _sweep("enquiries.wake_enquiries", lambda: triage.wake_due(now=database_now()))


@shared_task(name="enquiries.escalate")
def escalate(**_: Any) -> int:
    """Ask substitutes about replies whose approver is slow."""
    return _sweep("enquiries.escalate", lambda: escalating.escalate_slow_approvals(now=database_now()))


@shared_task(name="enquiries.fold_counts")
def fold_counts(**_: Any) -> int:
    """Add up the counts of the lists, so that reading them stays short."""
    return _sweep("enquiries.fold_counts", counting.fold_counts)
