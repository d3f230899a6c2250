"""A small Northwell, planted once per module: each test looks at it in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from citizenservice.demo.planting import plant

NUMBER = 40


@pytest.fixture(scope="module")
def planted(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demo city with 40 enquiries, gone again after the module's last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert plant(now=timezone.now(), number=NUMBER)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def northwell(planted: None, db: None) -> None:
    """The demo city, as of now."""
