"""The approval policy at the desk: read in words, arranged without a script, tried before it is saved, never written over."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from enquiries.models import ApprovalPolicy, Topic
from enquiries.rules.policy import BadPolicy, check_rules, read_rules
from enquiries.services.approving.policies import known_of
from tests.agents.conftest import SignedIn
from tests.enquiries.approving.scenes import a_rule, make_policy
from tests.people import City, arrive, submitted

EDIT = "/desk/policy/edit/"


def form(*rules: dict[str, Any], do: str, seen: int = 0, **more: Any) -> dict[str, Any]:
    """What the browser sends: each rule's fields under its number."""
    sent: dict[str, Any] = {"rules": str(len(rules)), "seen": str(seen), "do": do, **more}
    for n, rule in enumerate(rules):
        sent |= {f"r{n}-{name}": value for name, value in rule.items()}
    return sent


PUBLIC_TWO = {"name": "In public", "side": ["PUBLIC"], "outcome": "TWO"}
THANKS_FREE = {"name": "Thanks", "tone": ["THANKFUL"], "words": "thank you, glad", "outcome": "FREE"}


def proof_of(answer: Any) -> str:
    found = re.search(r'name="tried" value="([^"]+)"', answer.content.decode())
    assert found is not None
    return found[1]


def tried_and_saved(client: Client, *rules: dict[str, Any], seen: int = 0, note: str = "Because") -> Any:
    proof = proof_of(client.post(EDIT, form(*rules, do="try", seen=seen)))
    return client.post(EDIT, form(*rules, do="save", seen=seen, tried=proof, note=note))


def test_rules_that_were_tried_are_saved_with_who_and_why(city: City, bob: Client):
    answer = tried_and_saved(bob, PUBLIC_TWO, THANKS_FREE, note="Election time")

    made = ApprovalPolicy.objects.get()
    assert answer["Location"] == "/desk/policy/"
    assert (made.n, made.owner, made.note) == (1, city.bob, "Election time")
    assert [rule["when"] for rule in made.rules] == [
        {"side": ["PUBLIC"]},
        {"tone": ["THANKFUL"], "words": ["thank you", "glad"]},
    ]


def test_page_says_the_rules_in_words_and_in_their_order(city: City, bob: Client):
    topic = Topic.objects.get(name="Waste and recycling")
    make_policy(
        city,
        a_rule("SAMPLE", percent=20, topic=[topic.pk, None]),
        a_rule("TWO", incident=[True], agent=[city.alice.pk]),
    )

    page = bob.get("/desk/policy/").content.decode()

    assert "Waste and recycling or no topic" in page
    assert "20 of 100 are read first" in page
    assert page.index("20 of 100") < page.index("Two persons read it first")
    assert "Alice" in page


def test_form_shows_a_policy_as_it_was_kept(city: City, bob: Client):
    kept = make_policy(city, a_rule("TWO", words=["sue", "court"], team=[city.waste.pk, None], first_reply=[False]))

    page = bob.get(EDIT).content.decode()
    read = form(
        {
            "name": "two",
            "outcome": "TWO",
            "words": "sue, court",
            "team": [str(city.waste.pk), "none"],
            "first_reply": ["no"],
        },
        do="try",
        seen=1,
    )

    assert 'value="sue, court"' in page and page.count(" checked") == 3
    answer = bob.post(EDIT, read | {"do": "save", "note": "Same", "tried": proof_of(bob.post(EDIT, read))})
    assert answer.status_code == 302
    assert ApprovalPolicy.objects.get(n=2).rules == kept.rules


@pytest.mark.parametrize(
    ("do", "names"),
    [
        ("up:1", ["b", "a", "c"]),
        ("down:1", ["a", "c", "b"]),
        ("up:0", ["a", "b", "c"]),
        ("down:2", ["a", "b", "c"]),
        ("remove:1", ["a", "c"]),
        ("add", ["a", "b", "c", ""]),
        ("remove:99", ["a", "b", "c"]),
        ("nonsense", ["a", "b", "c"]),
    ],
)
def test_rules_are_arranged_without_losing_what_was_typed(do: str, names: list[str], city: City, bob: Client):
    rules = [{"name": name, "outcome": "ALWAYS", "words": f"of {name}"} for name in "abc"]

    page = bob.post(EDIT, form(*rules, do=do)).content.decode()

    found = re.findall(r'name="r\d+-name"(?: value="([^"]*)")?', page)
    assert found == names
    assert all(f'value="of {name}"' in page for name in names if name)
    assert not ApprovalPolicy.objects.exists()


def test_saving_without_a_try_is_refused_and_shows_what_it_would_have_done(city: City, bob: Client):
    answer = bob.post(EDIT, form(PUBLIC_TWO, do="save", note="Quick"))

    assert answer.status_code == 422
    assert "The rules are not those that you tried." in answer.content.decode()
    assert not ApprovalPolicy.objects.exists()


def test_proof_of_other_rules_or_another_person_does_not_count(city: City, bob: Client, charlie: Client):
    proof = proof_of(bob.post(EDIT, form(PUBLIC_TWO, do="try")))

    changed = bob.post(EDIT, form(THANKS_FREE, do="save", tried=proof, note="Changed"))
    foreign = charlie.post(EDIT, form(PUBLIC_TWO, do="save", tried=proof, note="Not mine"))

    assert (changed.status_code, foreign.status_code) == (422, 422)
    assert not ApprovalPolicy.objects.exists()


def test_saving_without_saying_why_is_refused(city: City, bob: Client):
    answer = tried_and_saved(bob, PUBLIC_TWO, note=" ")

    assert answer.status_code == 422
    assert "Say what you change and why" in answer.content.decode()


def test_try_counts_what_each_rule_would_have_decided(city: City, bob: Client):
    page = bob.post(EDIT, form(PUBLIC_TWO, do="try")).content.decode()

    assert "No reply left in the last 30 days" in page
    assert not ApprovalPolicy.objects.exists()


@pytest.mark.parametrize(
    ("rules", "at", "told"),
    [
        ([PUBLIC_TWO, PUBLIC_TWO | {"outcome": "FREE"}], 1, "contradicts rule 1"),
        ([{"name": "All", "outcome": "ALWAYS"}, PUBLIC_TWO], 1, "can never decide"),
        ([{"name": "Mail", "side": ["PUBLIC"], "channel": ["email"], "outcome": "TWO"}], 0, "nothing is public"),
        ([{"name": "Some", "outcome": "SAMPLE"}], 0, "a sample is 1 to 99 of 100"),
        (
            [{"name": "Gone", "agent": ["999999"], "outcome": "TWO"}],
            0,
            "under “Author” it names something that is not there",
        ),
    ],
)
def test_rule_that_cannot_be_kept_is_told_at_the_rule(
    rules: list[dict[str, Any]], at: int, told: str, city: City, bob: Client
):
    answer = bob.post(EDIT, form(*rules, do="try"))

    page = answer.content.decode()
    card = page[page.index(f'id="rule-{at}"') :]
    assert answer.status_code == 422
    assert told in card[: card.index("</fieldset>")]
    assert 'value="save"' not in page


@pytest.mark.parametrize("field", [{"channel": ["telegram"]}, {"percent": "400"}, {"outcome": "MAYBE"}, {"name": ""}])
def test_values_that_the_form_never_offered_are_refused(field: dict[str, Any], city: City, bob: Client):
    answer = bob.post(EDIT, form(PUBLIC_TWO | field, do="try"))

    assert answer.status_code == 422


def test_newer_version_of_somebody_else_is_shown_beside_ones_own(city: City, bob: Client, charlie: Client):
    proof = proof_of(bob.post(EDIT, form(PUBLIC_TWO, do="try")))
    tried_and_saved(charlie, THANKS_FREE, note="Charlie was faster")

    answer = bob.post(EDIT, form(PUBLIC_TWO, do="save", tried=proof, note="Mine"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Charlie was faster" in page and "In public" in page and 'name="seen" value="1"' in page
    assert ApprovalPolicy.objects.count() == 1
    assert tried_and_saved(bob, PUBLIC_TWO, seen=1).status_code == 302


def test_old_rules_come_back_as_a_new_version(city: City, bob: Client):
    tried_and_saved(bob, PUBLIC_TWO)
    tried_and_saved(bob, THANKS_FREE, seen=1)

    page = bob.get(f"{EDIT}?from=1").content.decode()

    assert 'value="In public"' in page and 'value="Back to version 1"' in page and 'name="seen" value="2"' in page
    assert tried_and_saved(bob, PUBLIC_TWO, seen=2).status_code == 302
    assert ApprovalPolicy.objects.get(n=3).rules == ApprovalPolicy.objects.get(n=1).rules


@pytest.mark.parametrize("number", ["9", "x", "-1", "1" * 30])
def test_version_that_is_not_there_is_not_found(number: str, city: City, bob: Client):
    assert bob.get(f"{EDIT}?from={number}").status_code == 404


def test_version_shows_what_it_changed(city: City, bob: Client):
    tried_and_saved(bob, PUBLIC_TWO)
    tried_and_saved(bob, PUBLIC_TWO | {"outcome": "ALWAYS"}, seen=1)

    page = bob.get("/desk/policy/versions/2/").content.decode()

    assert "<ins>" in page and "<del>" in page and "What it changed from version 1" in page


def test_agents_neither_read_nor_write_the_policy(city: City, alice: Client):
    for answer in (alice.get("/desk/policy/"), alice.get(EDIT), alice.post(EDIT, form(PUBLIC_TWO, do="try"))):
        assert answer.status_code == 403


def test_administrator_may_change_the_policy(city: City, signed_in: SignedIn):
    assert tried_and_saved(signed_in(city.admin), PUBLIC_TWO).status_code == 302


def test_saved_rule_holds_the_next_reply(city: City, bob: Client):
    tried_and_saved(bob, PUBLIC_TWO)

    version = submitted(city, arrive(city, "x"))

    assert version.decisions.get().persons == 2


def test_incident_is_switched_on_and_off_with_an_event(city: City, bob: Client):
    topic = Topic.objects.get(name="Waste and recycling")

    bob.post(f"/desk/policy/topics/{topic.pk}/incident/", {"incident": "on"})
    bob.post(f"/desk/policy/topics/{topic.pk}/incident/", {"incident": "on"})
    assert Topic.objects.get(pk=topic.pk).incident_since is not None
    assert "Incident since" in bob.get("/desk/policy/").content.decode()
    bob.post(f"/desk/policy/topics/{topic.pk}/incident/", {"incident": "off"})

    assert Topic.objects.get(pk=topic.pk).incident_since is None
    verbs = Event.objects.filter(subject=f"topic:{topic.pk}").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["incident.begun", "incident.ended"]


def test_bad_policy_knows_which_rule_it_means(city: City):
    with pytest.raises(BadPolicy) as refusal:
        check_rules(
            read_rules([a_rule("ALWAYS", side=["PUBLIC"]), a_rule("TWO", side=["PUBLIC"])]),
            known_of(city.organisation),
        )

    assert refusal.value.rule_n == 1


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (
            [{"name": "All", "outcome": "ALWAYS"}],
            "Rule 1, “All”, has no condition: it fits every reply. The author’s trust",
        ),
        (
            [PUBLIC_TWO, {"name": "Rest", "outcome": "FREE"}],
            "Rule 2, “Rest”, has no condition: it fits every reply that no",
        ),
        ([{"name": "Trust", "outcome": "BY_TRUST"}], "Rule 1, “Trust”, has no condition: it fits every reply."),
    ],
)
def test_rule_without_a_condition_is_pointed_out_at_trying(
    rules: list[dict[str, Any]], told: str, city: City, bob: Client
):
    page = bob.post(EDIT, form(*rules, do="try")).content.decode()

    assert told in page
    assert page.count("has no condition") == 1


def test_rule_that_was_added_and_left_empty_is_not_tried(city: City, bob: Client):
    answer = bob.post(EDIT, form(PUBLIC_TWO, {"name": "", "outcome": "ALWAYS"}, do="try"))

    assert answer.status_code == 422
    assert "Give the rule a name." in answer.content.decode()
