"""What the public site itself keeps: how much came in lately, so that a flood can be told from citizens."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SendingWindow(models.Model):
    """How many forms came from one source in one stretch of time. `key` is a keyed hash: no address is stored."""

    key = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "starts_at"], name="sending_window_once"),
            models.CheckConstraint(condition=~Q(key=""), name="sending_window_is_of_somebody"),
        ]
        indexes = [models.Index(fields=["starts_at"], name="sending_window_age")]

    def __str__(self) -> str:
        return f"{self.count} since {self.starts_at}"
