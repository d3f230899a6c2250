"""The wiring: the only package that knows all others. Settings, addresses, queues, the one-command start."""

from citizenservice.celery import app as celery_app

__all__ = ["celery_app"]
