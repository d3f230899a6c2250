"""What workers do when they are hinted or when beat says so: look for due rows. Each task is one call, safe at any time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from celery import shared_task

from enquiries.services import clocks, counting, triage
from enquiries.services.accounts import checkups, credentials, rhythm
from enquiries.services.approving import escalating
from enquiries.services.files import media, reply_files, reply_scanning, scanning
from enquiries.services.incoming import intake, pickup
from enquiries.services.leaving import acknowledging, posting
from enquiries.services.platforms import context, listening, moderating, presence
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


@shared_task(name="enquiries.renew_credentials")
def renew_credentials(**_: Any) -> int:
    """Renew tokens before they run out."""
    return _sweep("enquiries.renew_credentials", lambda: credentials.renew_due(now=database_now()))


@shared_task(name="enquiries.check_accounts")
def check_accounts(**_: Any) -> int:
    """Look whether accounts are in order."""
    return _sweep("enquiries.check_accounts", lambda: checkups.check_due(now=database_now(), worker=worker_name()))


@shared_task(name="enquiries.recheck_posts")
def recheck_posts(**_: Any) -> int:
    """Look whether posts that we keep words of are still there."""
    return _sweep("enquiries.recheck_posts", lambda: presence.recheck_due(now=database_now(), worker=worker_name()))


@shared_task(name="enquiries.listen")
def listen(**_: Any) -> int:
    """Search for what monitors listen for."""
    return _sweep("enquiries.listen", lambda: listening.listen_due(now=database_now(), worker=worker_name()))


@shared_task(name="enquiries.fetch_context")
def fetch_context(**_: Any) -> int:
    """Fetch the threads around citizens' posts."""
    return _sweep("enquiries.fetch_context", lambda: context.fetch_due(now=database_now(), worker=worker_name()))


@shared_task(name="enquiries.fetch_media")
def fetch_media(**_: Any) -> int:
    """Fetch pictures that lie on the platforms."""
    return _sweep("enquiries.fetch_media", lambda: media.fetch_due(now=database_now(), worker=worker_name()))


@shared_task(name="enquiries.scan_files")
def scan_files(**_: Any) -> int:
    """Look into files for viruses."""
    return _sweep("enquiries.scan_files", lambda: _look_into_files(database_now()))


def _look_into_files(now: datetime) -> int:
    """Look into files, and throw away what was put in for replies and never went with one."""
    count = scanning.scan_due(now=now, worker=worker_name()) + reply_scanning.scan_due(now=now)
    return count + reply_files.sweep(now=now)


@shared_task(name="enquiries.moderate")
def moderate(**_: Any) -> int:
    """Hide or take down what two people decided."""
    return _sweep("enquiries.moderate", lambda: moderating.carry_out_due(now=database_now(), worker=worker_name()))


@shared_task(name="enquiries.watch_rhythm")
def watch_rhythm(**_: Any) -> int:
    """Note when each account last heard and said something."""
    return _sweep("enquiries.watch_rhythm", lambda: rhythm.watch(now=database_now()))


@shared_task(name="enquiries.acknowledge")
def acknowledge(**_: Any) -> int:
    """Tell citizens that their mail has arrived."""
    return _sweep("enquiries.acknowledge", lambda: acknowledging.send_due(now=database_now(), worker=worker_name()))
