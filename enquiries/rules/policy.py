"""Who has to read a reply before it leaves: the organisation's own rules, tried in order, as data and without Django.

The first rule whose conditions all hold decides. Where none fits, the author's trust does; who has none is always checked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from enquiries.rules.words import holds_word


class Outcome(StrEnum):
    """What a rule asks for."""

    TWO = "TWO"
    ALWAYS = "ALWAYS"
    SAMPLE = "SAMPLE"
    FREE = "FREE"
    BY_TRUST = "BY_TRUST"


class Tone(StrEnum):
    """How the citizen writes (`enquiries.rules.tone`)."""

    HOSTILE = "HOSTILE"
    CRITICAL = "CRITICAL"
    NEUTRAL = "NEUTRAL"
    THANKFUL = "THANKFUL"


@dataclass(frozen=True, kw_only=True)
class Situation:
    """All of a reply that rules may ask for. Numbers are those of our rows."""

    agent: int
    channel: str
    account: int
    team: int | None
    topic: int | None
    side: str
    text: str
    tone: str
    incident: bool
    first_reply: bool


@dataclass(frozen=True, kw_only=True)
class Trust:
    """What somebody is trusted with. `percent` of a sample is read first."""

    level: str
    percent: int = 100


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One line of a policy. `when` holds a list of allowed values for each condition; none means always."""

    name: str
    outcome: Outcome
    when: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    percent: int | None = None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is asked for. `persons` is how many read it first; 0 lets it go. `rule_n` counts from 0, None without a rule."""

    persons: int
    reason: str
    rule_n: int | None = None
    by_trust: bool = False
    percent: int | None = None
    draw: int | None = None

    @property
    def is_released(self) -> bool:
        """Whether nobody has to read it first."""
        return self.persons == 0


class BadPolicy(Exception):
    """The rules cannot be kept as they are. The message says which one and why; `rule_n` counts from 0, None for all."""

    def __init__(self, told: str, rule_n: int | None = None) -> None:
        super().__init__(told)
        self.rule_n = rule_n


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the organisation has, to tell rules that name what is not there. `topics` and `accounts` say whose they are."""

    agents: frozenset[int]
    accounts: Mapping[int, str]
    teams: frozenset[int]
    topics: Mapping[int, int | None]
    channels: frozenset[str]
    private_only: frozenset[str] = frozenset({"email", "web"})


CONDITIONS: Mapping[str, Callable[[Situation], Any]] = {
    "agent": lambda it: it.agent,
    "channel": lambda it: it.channel,
    "account": lambda it: it.account,
    "team": lambda it: it.team,
    "topic": lambda it: it.topic,
    "side": lambda it: it.side,
    "tone": lambda it: it.tone,
    "incident": lambda it: it.incident,
    "first_reply": lambda it: it.first_reply,
}
WORDS = "words"
SAMPLE_OF = 10_000


def draw(*, seed: str, key: str) -> int:
    """Draw a number from 0 to 9,999 that nobody can foretell without the seed, and that stays the same for the same key."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{key}".encode()).digest()[:8], "big") % SAMPLE_OF


def decide(rules: Sequence[Rule], situation: Situation, *, trust: Trust | None, drawn: int) -> Decision:
    """Say who has to read this reply first, and why."""
    for n, rule in enumerate(rules):
        if not fits(rule, situation):
            continue
        why = f"Rule {n + 1}, “{rule.name}”"
        match rule.outcome:
            case Outcome.TWO:
                return Decision(persons=2, reason=f"{why}, asks for two persons.", rule_n=n)
            case Outcome.ALWAYS:
                return Decision(persons=1, reason=f"{why}, asks for a check.", rule_n=n)
            case Outcome.FREE:
                return Decision(persons=0, reason=f"{why}, lets it go; it is looked at afterwards.", rule_n=n)
            case Outcome.SAMPLE:
                return _sample(why, rule.percent or 100, drawn, rule_n=n)
            case Outcome.BY_TRUST:
                return _by_trust(trust, drawn, rule_n=n)
    return _by_trust(trust, drawn)


def fits(rule: Rule, situation: Situation) -> bool:
    """Say whether all conditions of a rule hold."""
    return all(
        any(holds_word(situation.text, word) for word in allowed)
        if name == WORDS
        else CONDITIONS[name](situation) in allowed
        for name, allowed in rule.when.items()
    )


def _by_trust(trust: Trust | None, drawn: int, *, rule_n: int | None = None) -> Decision:
    if trust is None or trust.level == "CHECKED":
        return Decision(persons=1, reason="Every reply of this author is checked here.", rule_n=rule_n, by_trust=True)
    if trust.level == "SAMPLED":
        return _sample("The author's trust", trust.percent, drawn, rule_n=rule_n, by_trust=True)
    return Decision(
        persons=0, reason="The author is trusted here; it is looked at afterwards.", rule_n=rule_n, by_trust=True
    )


def _sample(why: str, percent: int, drawn: int, *, rule_n: int | None, by_trust: bool = False) -> Decision:
    held = drawn < percent * (SAMPLE_OF // 100)
    told = f"{why}: {percent} of 100 are checked, and this one is{'' if held else ' not'} among them."
    return Decision(
        persons=1 if held else 0, reason=told, rule_n=rule_n, by_trust=by_trust, percent=percent, draw=drawn
    )


def read_rules(data: object) -> list[Rule]:
    """Read rules as they are kept. Raises BadPolicy for anything that is not rules."""
    if not isinstance(data, list):
        raise BadPolicy("A policy is a list of rules.")
    return [_read_rule(entry, n) for n, entry in enumerate(data, start=1)]


def _read_rule(entry: object, n: int) -> Rule:
    if not isinstance(entry, dict) or set(entry) - {"name", "when", "then"}:
        raise BadPolicy(
            f"Rule {n} has to have a name, conditions (when) and an outcome (then), and nothing else.", n - 1
        )
    name, when, then = str(entry.get("name", "")).strip(), entry.get("when", {}), entry.get("then", {})
    if not name or not isinstance(when, dict) or not isinstance(then, dict):
        raise BadPolicy(
            f"Rule {n} has to have a name, conditions (when) and an outcome (then), and nothing else.", n - 1
        )
    if then.get("outcome") not in set(Outcome):
        raise BadPolicy(f"Rule {n}, “{name}”, has no outcome that we know.", n - 1)
    for condition, allowed in when.items():
        if condition != WORDS and condition not in CONDITIONS:
            raise BadPolicy(f"Rule {n}, “{name}”, has a condition that we do not know: {condition}.", n - 1)
        if not isinstance(allowed, list) or not allowed:
            raise BadPolicy(f"Rule {n}, “{name}”: choose at least one value for “{condition}”, or take it out.", n - 1)
    return Rule(name=name, outcome=Outcome(then["outcome"]), when=dict(when), percent=_percent(then, n, name))


def _percent(then: Mapping[str, Any], n: int, name: str) -> int | None:
    percent = then.get("percent")
    if then["outcome"] != Outcome.SAMPLE:
        return None
    if not isinstance(percent, int) or isinstance(percent, bool) or not 1 <= percent <= 99:
        raise BadPolicy(f"Rule {n}, “{name}”: a sample is 1 to 99 of 100.", n - 1)
    return percent


def write_rules(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Write rules as `read_rules` reads them."""
    return [
        {
            "name": rule.name,
            "when": {name: list(allowed) for name, allowed in rule.when.items()},
            "then": {"outcome": rule.outcome.value, "percent": rule.percent},
        }
        for rule in rules
    ]


def check_rules(rules: Sequence[Rule], known: Known) -> None:
    """Refuse rules that name what is not there, contradict one another, or can never come to their turn. Raises BadPolicy."""
    for n, rule in enumerate(rules, start=1):
        for problem in _impossible(rule, known):
            raise BadPolicy(f"Rule {n}, “{rule.name}”, can never fit: {problem}", n - 1)
        for m, earlier in enumerate(rules[: n - 1], start=1):
            if not _covers(earlier, rule):
                continue
            if _covers(rule, earlier) and (earlier.outcome, earlier.percent) != (rule.outcome, rule.percent):
                raise BadPolicy(
                    f"Rule {n}, “{rule.name}”, contradicts rule {m}, “{earlier.name}”: the same conditions, another outcome.",
                    n - 1,
                )
            raise BadPolicy(
                f"Rule {n}, “{rule.name}”, can never decide: rule {m}, “{earlier.name}”, fits all it fits, and comes first.",
                n - 1,
            )


def _impossible(rule: Rule, known: Known) -> list[str]:
    when, found = rule.when, []
    exist: Mapping[str, set[Any]] = {
        "agent": set(known.agents),
        "account": set(known.accounts),
        "team": {*known.teams, None},
        "topic": {*known.topics, None},
        "channel": set(known.channels),
        "side": {"PUBLIC", "PRIVATE"},
        "tone": set(Tone),
        "incident": {True, False},
        "first_reply": {True, False},
    }
    for name, allowed in when.items():
        if name == WORDS:
            if not all(isinstance(word, str) and word.strip() for word in allowed):
                found.append("it looks for an empty word.")
        elif not set(allowed) <= exist[name]:
            found.append(f"it names some {name.replace('_', ' ')} that is not there.")
    if found:
        return found
    channels = set(when.get("channel", known.channels))
    if "account" in when and not any(known.accounts[account] in channels for account in when["account"]):
        found.append("none of its accounts is on its channels.")
    if "topic" in when and "team" in when:
        owners = {known.topics.get(topic) for topic in when["topic"]}
        if None not in owners and not owners & set(when["team"]):
            found.append("none of its topics belongs to its teams.")
    if list(when.get("side", [])) == ["PUBLIC"]:
        reached = {known.accounts[account] for account in when["account"]} if "account" in when else channels
        if reached <= known.private_only:
            found.append("nothing is public on its channels.")
    return found


def _covers(earlier: Rule, later: Rule) -> bool:
    """Whether `earlier` fits everything that `later` fits."""
    return all(name in later.when and set(later.when[name]) <= set(allowed) for name, allowed in earlier.when.items())
