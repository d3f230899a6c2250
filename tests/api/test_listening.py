"""What was overheard, as programs see it."""

from __future__ import annotations

import pytest

from enquiries.models import Monitor
from tests.agents.listening_rows import something_heard
from tests.api.conftest import Program
from tests.people import NOON, City

pytestmark = pytest.mark.django_db


def test_overheard_post_names_the_monitor_that_heard_it(city: City, reader: Program):
    something_heard(city)
    other = Monitor.objects.create(account=city.accounts["x"], name="Lamps", query="lamp", due_at=NOON)
    heard_by = Monitor.objects.get(name="Bins")

    (post,) = reader.see("overheard").json()["results"]

    assert post["monitor"] == {"id": heard_by.pk, "name": "Bins"}
    assert reader.see("overheard", monitor=str(other.pk)).json()["results"] == []
