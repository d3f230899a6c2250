"""The service in the admin: what an administrator sets, and what everybody's work has left behind to be read."""

from __future__ import annotations

from enquiries.admin import accounts, approving, configuration, records, replies, standards

__all__ = ["accounts", "approving", "configuration", "records", "replies", "standards"]
