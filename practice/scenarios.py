"""The enquiries one can practise on: what the citizen writes, what a good answer holds, and where the trap is."""

from __future__ import annotations

from dataclasses import dataclass

from practice import dutch, english
from practice.scenario import Scenario

__all__ = ["SCENARIOS", "Scenario", "UnknownScenario", "scenario"]

SCENARIOS: tuple[Scenario, ...] = (*english.SCENARIOS, *dutch.SCENARIOS)


@dataclass(frozen=True)
class UnknownScenario(Exception):
    """There is no enquiry of this name to practise on."""

    key: str


def scenario(key: str) -> Scenario:
    """Give a scenario by its name. Raises UnknownScenario."""
    for one in SCENARIOS:
        if one.key == key:
            return one
    raise UnknownScenario(key)
