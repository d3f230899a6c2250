"""Celery carries hints: "look now". What is due is a row in PostgreSQL, and beat makes every sweep look anyway."""

from __future__ import annotations

import gc
import os
import sys

from celery import Celery
from celery.signals import task_prerun, worker_before_create_process
from django.db import close_old_connections
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citizenservice.settings")

app = Celery("citizenservice")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

QUEUES = ("intake", "posting", "clocks", "bulk", "files")
"""Separate, so that a flood of one never starves another."""

SWEEPS = {
    "read-payloads": ("enquiries.read_payloads", "intake", 10),
    "pick-up": ("enquiries.pick_up", "intake", 5),
    "post-replies": ("enquiries.post_replies", "posting", 10),
    "sweep-clocks": ("enquiries.sweep_clocks", "clocks", 15),
    "fold-counts": ("enquiries.fold_counts", "bulk", 20),
    "escalate": ("enquiries.escalate", "clocks", 20),
    "wake-enquiries": ("enquiries.wake_enquiries", "clocks", 30),
    "renew-credentials": ("enquiries.renew_credentials", "clocks", 30),
    "listen": ("enquiries.listen", "intake", 30),
    "moderate": ("enquiries.moderate", "posting", 10),
    "acknowledge": ("enquiries.acknowledge", "bulk", 20),
    "check-accounts": ("enquiries.check_accounts", "bulk", 30),
    "recheck-posts": ("enquiries.recheck_posts", "bulk", 30),
    "fetch-context": ("enquiries.fetch_context", "bulk", 20),
    "watch-rhythm": ("enquiries.watch_rhythm", "bulk", 30),
    "fetch-media": ("enquiries.fetch_media", "files", 10),
    "scan-files": ("enquiries.scan_files", "files", 10),
}
"""Name → (task, queue, seconds). Every task is safe to run twice at once: the rows decide."""

app.conf.task_queues = [Queue(name) for name in QUEUES]
app.conf.task_default_queue = "bulk"
app.conf.task_create_missing_queues = False
app.conf.task_routes = {task: {"queue": queue} for task, queue, _ in SWEEPS.values()}
app.conf.beat_schedule = {
    name: {"task": task, "schedule": seconds, "options": {"queue": queue, "expires": seconds}}
    for name, (task, queue, seconds) in SWEEPS.items()
}

# As a web request does, each task takes over the connection of the one before, unless that is broken or old: there is one
# every second, and to connect anew and prepare its statements took longer than most of them.
app.conf.update({"CELERY_DB_REUSE_MAX": sys.maxsize})
task_prerun.connect(close_old_connections)


@worker_before_create_process.connect
def load_before_the_fork(**_: object) -> None:
    """Load the clients of all channels once for all processes, and spare these the search for rubbish among what is loaded."""
    from enquiries.registry import channel, kinds  # the models are loaded by now, and not before

    if gc.get_freeze_count():  # a process that follows a dead one: what lies about of that one must not stay for ever
        return
    for kind in kinds():
        channel(kind)
    gc.collect()
    gc.freeze()
