"""A small Northwell, planted once per test."""

import pytest
from django.utils import timezone

from citizenservice.demo.planting import plant

NUMBER = 40


@pytest.fixture
def northwell(db: None) -> None:
    """The demo city with 40 enquiries, as of now."""
    assert plant(now=timezone.now(), number=NUMBER)
