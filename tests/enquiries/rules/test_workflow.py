"""The tables of moves in the rules and the triggers in the database say the same, for every pair of states."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest
from django.db import connection

from enquiries.rules.workflow import (
    ENQUIRY_MOVES,
    POSTING_MOVES,
    REPLY_MOVES,
    EnquiryState,
    IllegalMove,
    PostingState,
    ReplyState,
    allowed_pairs,
    target,
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trigger", "moves"),
    [("enquiry_moves", ENQUIRY_MOVES), ("reply_moves", REPLY_MOVES), ("posting_moves", POSTING_MOVES)],
)
def test_database_allows_exactly_the_moves_of_the_table(trigger: str, moves: Mapping[str, Any]):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = %s", [trigger])
        definition = cursor.fetchone()[0]

    in_database = {tuple(pair.split(">")) for pair in re.findall(r"'([A-Z_]+>[A-Z_]+)'", definition)}
    assert in_database == allowed_pairs(moves)


@pytest.mark.parametrize(
    ("moves", "states"), [(ENQUIRY_MOVES, EnquiryState), (REPLY_MOVES, ReplyState), (POSTING_MOVES, PostingState)]
)
def test_every_state_can_be_reached(moves: Mapping[str, Any], states: type[StrEnum]):
    first = {"NEW", "DRAFT", "QUEUED"}

    assert {end for _, end in allowed_pairs(moves)} | first >= {str(state) for state in states}


def test_move_that_is_not_in_the_table_does_not_happen():
    with pytest.raises(IllegalMove):
        target(REPLY_MOVES, "approve", "DRAFT")


def test_nothing_leaves_the_final_states_of_a_posting():
    final = {"POSTED", "FAILED", "CANCELLED"}

    assert not {start for start, _ in allowed_pairs(POSTING_MOVES)} & final
