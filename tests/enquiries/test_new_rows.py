"""New rows by prepared statements: whatever is written, the table holds what `save` would have put there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import DataError
from django.utils.translation import gettext_lazy

from enquiries.models import ChannelIdentity, Citizen, Topic
from enquiries.queries.inserting import insert
from enquiries.services.incoming import identity
from tests.people import NOON, City


class Word(str):
    """A kind of str that is not str, as a choice or a marked text is."""


def topic(city: City, **fields: Any) -> Topic:
    return Topic(**{"organisation": city.organisation, "name": "Bins", **fields})


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "Müll 垃圾 نفايات"},
        {"name": Citizen.__name__},
        {"name": gettext_lazy("topic")},
        {"name": Word("Bins")},
        {"name": 7},
        {"on_form": 1},
        {"on_form": False},
        {"team": None},
        {"position": "3"},
        {"incident_since": NOON},
        {"incident_since": None},
    ],
)
def test_row_is_as_save_would_write_it(fields: dict[str, Any], city: City):
    saved = topic(city, **fields)
    saved.save()
    kept = Topic.objects.filter(pk=saved.pk).values("name", "on_form", "team", "position", "incident_since").get()
    Topic.objects.filter(pk=saved.pk).delete()

    row = topic(city, **fields)

    assert insert(row)
    assert Topic.objects.filter(pk=row.pk).values(*kept).get() == kept


def test_foreign_key_that_is_empty_text_is_none(city: City):
    row = topic(city)
    row.team_id = ""

    insert(row)

    assert Topic.objects.get(pk=row.pk).team_id is None


def test_moment_without_a_zone_is_refused_as_save_refuses_it(city: City):
    with pytest.raises(RuntimeWarning, match="naive"):
        insert(topic(city, incident_since=datetime(2026, 5, 1)))


@pytest.mark.parametrize("fields", [{"name": "x" * 101}, {"position": 40_000}])
def test_what_does_not_fit_is_refused(fields: dict[str, Any], city: City):
    with pytest.raises((DataError, ValueError)):
        insert(topic(city, **fields))


def test_text_with_a_null_character_is_refused(city: City):
    with pytest.raises(ValueError, match="NUL"):
        insert(topic(city, name="a\x00b"))


def test_writer_is_read_with_all_columns_in_the_order_of_the_model():
    assert tuple(field.attname for field in ChannelIdentity._meta.concrete_fields) == identity.COLUMNS
