"""The bar that leads a newcomer through the demo: desk, admin, simulators, mailbox, and one-click sign-ins."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def demo_bar(request: HttpRequest) -> dict[str, object]:
    """Put the demo's addresses into each page; nothing outside the demo."""
    if settings.MODE != "demo":
        return {}
    return {"demo": {"simulators": settings.SIMULATORS}}
