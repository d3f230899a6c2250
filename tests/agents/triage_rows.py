"""Who may do what to an enquiry besides answering it: rows of the access matrix."""

from __future__ import annotations

from typing import Any

from agents.models import SavedFilter
from tests.agents.matrix import Row, a_closed_enquiry, an_enquiry, nothing
from tests.people import City


def asked(name: str, make: Any = an_enquiry) -> Any:
    """The parts of an act's address."""
    return lambda city: make(city) | {"name": name}


def a_filter(city: City) -> dict[str, Any]:
    return {"filter_id": SavedFilter.objects.create(owner=city.alice, name="Mine", query="view=mine").pk}


DONE: dict[str, Any] = {"agent": 302, "supervisor": 302}
WRONG: dict[str, Any] = {"agent": 422, "supervisor": 422}
TRIAGE_ROWS = [
    Row("claim", "post", an_enquiry, **DONE),
    Row("release", "post", an_enquiry, **DONE),
    Row("close", "post", an_enquiry, **DONE),
    Row("reopen", "post", a_closed_enquiry, **DONE),
    Row("act", thing=asked("merge")),
    Row("act", thing=asked("split")),
    Row("act", thing=asked("assign")),
    Row("act", thing=asked("no-such-act"), agent=404, supervisor=404),
    Row("act", "post", asked("note"), {"text": "Look at this."}, **DONE),
    Row("act", "post", asked("take-over"), {"reason": "Mine."}, **DONE),
    Row("act", "post", asked("transfer"), {"team": ""}, **DONE),
    Row("act", "post", asked("topic"), {"topic": ""}, **DONE),
    Row("act", "post", asked("priority"), {"priority": "1"}, **DONE),
    Row("act", "post", asked("wait"), {"until": "2026-01-01"}, **WRONG),
    Row("act", "post", asked("merge"), {"reference": "NW-2222-2222", "stays": "this"}, **WRONG),
    Row("act", "post", asked("link"), {"reference": "nonsense"}, **WRONG),
    Row("act", "post", asked("unlink"), {"other": "NW-2222-2222"}, **DONE),
    Row("act", "post", asked("unmerge"), {"other": "NW-2222-2222"}, **DONE),
    Row("act", "post", asked("split"), {"messages": "999999"}, **WRONG),
    Row("act", "post", asked("wake"), **DONE),
    Row("history", thing=an_enquiry),
    Row("here", "post", nothing, {"rows": "NW-2222-2222", "enquiry": "NW-2222-2222"}, stranger=200),
    Row("bulk", thing=nothing, data={"act": "close", "all": "1"}, stranger=200),
    Row("bulk", "post", nothing, {"plan": "not signed"}, agent=404, supervisor=404),
    Row("filters", thing=nothing, data={"channel": "x"}, stranger=200),
    Row("keep_filter", "post", nothing, {"name": "Late", "query": "view=overdue"}, stranger=302, **DONE),
    Row("drop_filter", "post", a_filter, agent=302, supervisor=404),
    Row("preferences", stranger=200),
    Row("preferences", "post", data={"density": "compact"}, stranger=302, **DONE),
]
