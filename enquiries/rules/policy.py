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


class Why(StrEnum):
    """Why somebody has to read a reply, or why nobody has; the caller has a translated sentence for each.

    The RULE ones need `rule` (counted from 1) and `name`, the SAMPLE ones `percent`.
    """

    RULE_TWO = "RULE_TWO"
    RULE_ALWAYS = "RULE_ALWAYS"
    RULE_FREE = "RULE_FREE"
    RULE_SAMPLE_HELD = "RULE_SAMPLE_HELD"
    RULE_SAMPLE_LEFT = "RULE_SAMPLE_LEFT"
    TRUST_CHECKED = "TRUST_CHECKED"
    TRUST_SAMPLE_HELD = "TRUST_SAMPLE_HELD"
    TRUST_SAMPLE_LEFT = "TRUST_SAMPLE_LEFT"
    TRUST_FREE = "TRUST_FREE"
    FINDS = "FINDS"
    FILES = "FILES"
    SUBMITTED_BY_ANOTHER = "SUBMITTED_BY_ANOTHER"
    OWN_RULE = "OWN_RULE"
    CORRECTION = "CORRECTION"
    RETURNED_BEFORE = "RETURNED_BEFORE"
    DRAWN_BEFORE = "DRAWN_BEFORE"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is asked for. `persons` is how many read it first; 0 lets it go. `rule_n` counts from 0, None without a rule.

    `figures` is what the sentence for `reason` needs.
    """

    persons: int
    reason: Why
    figures: Mapping[str, Any] = field(default_factory=dict)
    rule_n: int | None = None
    by_trust: bool = False
    percent: int | None = None
    draw: int | None = None

    @property
    def is_released(self) -> bool:
        """Whether nobody has to read it first."""
        return self.persons == 0


class Fault(StrEnum):
    """Why rules cannot be kept; the caller has a translated sentence for each."""

    NO_LIST = "NO_LIST"
    SHAPE = "SHAPE"
    OUTCOME = "OUTCOME"
    UNKNOWN_CONDITION = "UNKNOWN_CONDITION"
    NO_VALUE = "NO_VALUE"
    SHARE = "SHARE"
    EMPTY_WORD = "EMPTY_WORD"
    NOT_THERE = "NOT_THERE"
    ACCOUNT_OFF_CHANNEL = "ACCOUNT_OFF_CHANNEL"
    TOPIC_OFF_TEAM = "TOPIC_OFF_TEAM"
    NOTHING_PUBLIC = "NOTHING_PUBLIC"
    CONTRADICTS = "CONTRADICTS"
    NEVER_DECIDES = "NEVER_DECIDES"


class BadPolicy(Exception):
    """The rules cannot be kept as they are: `fault` says why, `rule_n` which one (counted from 0, None for all).

    `figures` is what the sentence needs: `rule` (counted from 1), `name`, `condition`, `earlier`, `earlier_name`.
    """

    def __init__(self, fault: Fault, rule_n: int | None = None, **figures: Any) -> None:
        self.fault, self.rule_n = fault, rule_n
        self.figures = figures if rule_n is None else {"rule": rule_n + 1, **figures}
        super().__init__(f"{fault}: {self.figures}")


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
        figures = {"rule": n + 1, "name": rule.name}
        match rule.outcome:
            case Outcome.TWO:
                return Decision(persons=2, reason=Why.RULE_TWO, figures=figures, rule_n=n)
            case Outcome.ALWAYS:
                return Decision(persons=1, reason=Why.RULE_ALWAYS, figures=figures, rule_n=n)
            case Outcome.FREE:
                return Decision(persons=0, reason=Why.RULE_FREE, figures=figures, rule_n=n)
            case Outcome.SAMPLE:
                return _sample(rule.percent or 100, drawn, rule_n=n, figures=figures)
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
        return Decision(persons=1, reason=Why.TRUST_CHECKED, rule_n=rule_n, by_trust=True)
    if trust.level == "SAMPLED":
        return _sample(trust.percent, drawn, rule_n=rule_n, by_trust=True)
    return Decision(persons=0, reason=Why.TRUST_FREE, rule_n=rule_n, by_trust=True)


def _sample(
    percent: int,
    drawn: int,
    *,
    rule_n: int | None,
    by_trust: bool = False,
    figures: Mapping[str, Any] | None = None,
) -> Decision:
    held = drawn < percent * (SAMPLE_OF // 100)
    by_rule = Why.RULE_SAMPLE_HELD if held else Why.RULE_SAMPLE_LEFT
    in_trust = Why.TRUST_SAMPLE_HELD if held else Why.TRUST_SAMPLE_LEFT
    return Decision(
        persons=1 if held else 0,
        reason=in_trust if by_trust else by_rule,
        figures={**(figures or {}), "percent": percent},
        rule_n=rule_n,
        by_trust=by_trust,
        percent=percent,
        draw=drawn,
    )


def read_rules(data: object) -> list[Rule]:
    """Read rules as they are kept. Raises BadPolicy for anything that is not rules."""
    if not isinstance(data, list):
        raise BadPolicy(Fault.NO_LIST)
    return [_read_rule(entry, n) for n, entry in enumerate(data)]


def _read_rule(entry: object, n: int) -> Rule:
    if not isinstance(entry, dict) or set(entry) - {"name", "when", "then"}:
        raise BadPolicy(Fault.SHAPE, n)
    name, when, then = str(entry.get("name", "")).strip(), entry.get("when", {}), entry.get("then", {})
    if not name or not isinstance(when, dict) or not isinstance(then, dict):
        raise BadPolicy(Fault.SHAPE, n)
    if then.get("outcome") not in set(Outcome):
        raise BadPolicy(Fault.OUTCOME, n, name=name)
    for condition, allowed in when.items():
        if condition != WORDS and condition not in CONDITIONS:
            raise BadPolicy(Fault.UNKNOWN_CONDITION, n, name=name, condition=condition)
        if not isinstance(allowed, list) or not allowed:
            raise BadPolicy(Fault.NO_VALUE, n, name=name, condition=condition)
    return Rule(name=name, outcome=Outcome(then["outcome"]), when=dict(when), percent=_percent(then, n, name))


def _percent(then: Mapping[str, Any], n: int, name: str) -> int | None:
    percent = then.get("percent")
    if then["outcome"] != Outcome.SAMPLE:
        return None
    if not isinstance(percent, int) or isinstance(percent, bool) or not 1 <= percent <= 99:
        raise BadPolicy(Fault.SHARE, n, name=name)
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
    for n, rule in enumerate(rules):
        _check_possible(rule, n, known)
        for m, earlier in enumerate(rules[:n]):
            if not _covers(earlier, rule):
                continue
            differs = _covers(rule, earlier) and (earlier.outcome, earlier.percent) != (rule.outcome, rule.percent)
            fault = Fault.CONTRADICTS if differs else Fault.NEVER_DECIDES
            raise BadPolicy(fault, n, name=rule.name, earlier=m + 1, earlier_name=earlier.name)


def unconditional(rules: Sequence[Rule]) -> list[int]:
    """List the rules, counted from 0, that have no condition: each fits every reply that comes to its turn."""
    return [n for n, rule in enumerate(rules) if not rule.when]


def _check_possible(rule: Rule, n: int, known: Known) -> None:
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
    for name, allowed in rule.when.items():
        if name == WORDS:
            if not all(isinstance(word, str) and word.strip() for word in allowed):
                raise BadPolicy(Fault.EMPTY_WORD, n, name=rule.name)
        elif not set(allowed) <= exist[name]:
            raise BadPolicy(Fault.NOT_THERE, n, name=rule.name, condition=name)
    fault = _impossible(rule.when, known)
    if fault:
        raise BadPolicy(fault, n, name=rule.name)


def _impossible(when: Mapping[str, Sequence[Any]], known: Known) -> Fault | None:
    """Say why conditions that are each possible can never hold together."""
    channels = set(when.get("channel", known.channels))
    if "account" in when and not any(known.accounts[account] in channels for account in when["account"]):
        return Fault.ACCOUNT_OFF_CHANNEL
    if "topic" in when and "team" in when:
        owners = {known.topics.get(topic) for topic in when["topic"]}
        if None not in owners and not owners & set(when["team"]):
            return Fault.TOPIC_OFF_TEAM
    if list(when.get("side", [])) == ["PUBLIC"]:
        reached = {known.accounts[account] for account in when["account"]} if "account" in when else channels
        if reached <= known.private_only:
            return Fault.NOTHING_PUBLIC
    return None


def _covers(earlier: Rule, later: Rule) -> bool:
    """Whether `earlier` fits everything that `later` fits."""
    return all(name in later.when and set(later.when[name]) <= set(allowed) for name, allowed in earlier.when.items())
