"""Tells Django about the audit ledger."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit ledger."""

    name = "audit"
