"""What a fault does to a call: ordered, after some that went well, or by chance with a seed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from simulators import credentials
from simulators.faults import Chance, Fault, FaultPlan, UnknownFault
from tests.sims import Simulator, x_simulator

DROP, SLOW = {"operation": "write", "fault": "commit_then_drop"}, {"operation": "read", "fault": "slow_first_byte"}


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with x_simulator() as simulator:
        yield simulator


@pytest.fixture
def x(running: Simulator) -> Simulator:
    running.reset()
    return running


def look_at(x: Simulator) -> requests.Response:
    bearer = {"Authorization": f"Bearer {credentials.X_BEARER_TOKEN}"}
    return requests.get(f"{x.url}/2/users/{credentials.X_USER_ID}", headers=bearer, timeout=5, allow_redirects=False)


def plan(*, share: float, seed: int) -> FaultPlan:
    made = FaultPlan()
    made.leave_to_chance(Chance.from_fields({"share": share, "seed": seed, "kinds": [DROP, SLOW]}))
    return made


def drawn(made: FaultPlan, count: int) -> list[str | None]:
    faults = (made.take("create_post", "write") for _ in range(count))
    return [fault.kind if fault else None for fault in faults]


def test_same_seed_draws_the_same_faults():
    assert drawn(plan(share=0.6, seed=7), 50) == drawn(plan(share=0.6, seed=7), 50)


def test_about_the_share_of_calls_is_spoilt():
    made = plan(share=0.6, seed=1)

    spoilt = [kind for kind in drawn(made, 1000) if kind]

    assert 550 < len(spoilt) == made.drawn() < 650
    assert set(spoilt) == {"commit_then_drop"}


def test_share_of_nothing_ends_it():
    made = plan(share=1, seed=1)
    made.leave_to_chance(Chance.from_fields({"share": 0}))

    assert drawn(made, 5) == [None] * 5


def test_ordered_fault_comes_before_chance():
    made = plan(share=1, seed=1)
    made.order([Fault("any", "401")])

    assert drawn(made, 2) == ["401", "commit_then_drop"]


def test_token_is_taken_a_while_and_then_no_more():
    made = FaultPlan()
    made.order([Fault.from_fields({"operation": "any", "fault": "401", "after": 2, "times": 2})])

    assert drawn(made, 5) == [None, None, "401", "401", None]


@pytest.mark.parametrize("fields", [{"share": 2, "kinds": [DROP]}, {"share": 0.5}, {"share": 1, "kinds": [{}]}])
def test_chance_that_cannot_be_is_refused(fields: dict[str, object]):
    with pytest.raises(UnknownFault):
        Chance.from_fields(fields)


def test_answer_breaks_off_in_the_middle(x: Simulator):
    x.fault("read", "half_body")

    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        look_at(x)


def test_connection_after_a_broken_one_is_whole(x: Simulator):
    x.fault("read", "half_body")
    with pytest.raises(requests.RequestException):
        look_at(x)

    assert look_at(x).status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "begins"),
    [("garbage_json", 200, '{"data": [{"id": "17'), ("200_without_id", 200, '{"data": {}'), ("redirect", 302, "")],
)
def test_answer_that_says_nothing(x: Simulator, fault: str, status: int, begins: str):
    x.fault("read", fault)

    answer = look_at(x)

    assert (answer.status_code, answer.text[: len(begins)]) == (status, begins)


def test_ledger_counts_what_chance_spoilt(x: Simulator):
    x.act("chance", {"share": 1, "seed": 3, "kinds": [{"operation": "any", "fault": "html_502"}]})
    look_at(x)

    assert x.ledger()["faults_by_chance"] == 1
