"""The field language of the Graph API: `id,from,comments.limit(5){id,message}`."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

TOKEN: Final = re.compile(r"[\w-]+|[.,(){}]")

Edge = Callable[["Wanted"], Any]
"""A part of a node that is worked out only when it is asked for."""


class BadFields(Exception):
    """The field list cannot be read, or names what is not there."""


@dataclass
class Wanted:
    """One asked field with its modifiers, for example limit, and its own fields."""

    modifiers: dict[str, str] = field(default_factory=dict)
    fields: dict[str, "Wanted"] = field(default_factory=dict)


def read_fields(text: str) -> dict[str, Wanted]:
    """Read a field list; raises BadFields."""
    tokens = TOKEN.findall(text)
    fields = _list(tokens)
    if tokens:
        raise BadFields(f"Syntax error: unexpected {tokens[0]}")
    return fields


def select(facts: dict[str, Any], fields: dict[str, Wanted]) -> dict[str, Any]:
    """Take the asked fields of a node, and always its id; fields without a value are left out."""
    shown: dict[str, Any] = {}
    for name, wanted in fields.items():
        if name not in facts:
            raise BadFields(f"(#100) Tried accessing nonexisting field ({name})")
        value = facts[name](wanted) if callable(facts[name]) else facts[name]
        if isinstance(value, dict) and wanted.fields and not callable(facts[name]):
            value = select(value, wanted.fields)
        if value is not None:
            shown[name] = value
    return shown | {"id": facts["id"]} if "id" in facts else shown


def _list(tokens: list[str]) -> dict[str, Wanted]:
    fields: dict[str, Wanted] = {}
    while tokens and tokens[0] != "}":
        name = tokens.pop(0)
        if not re.fullmatch(r"[\w-]+", name):
            raise BadFields(f"Syntax error: unexpected {name}")
        fields[name] = _one(tokens)
        if tokens and tokens[0] == ",":
            tokens.pop(0)
    return fields


def _one(tokens: list[str]) -> Wanted:
    wanted = Wanted()
    while tokens and tokens[0] in (".", "{"):
        if tokens.pop(0) == "{":
            wanted.fields = _list(tokens)
            _expect(tokens, "}")
        else:
            modifier = _any(tokens)
            _expect(tokens, "(")
            wanted.modifiers[modifier] = _any(tokens)
            _expect(tokens, ")")
    return wanted


def _any(tokens: list[str]) -> str:
    if not tokens:
        raise BadFields("Syntax error: unexpected end")
    return tokens.pop(0)


def _expect(tokens: list[str], token: str) -> None:
    if _any(tokens) != token:
        raise BadFields(f"Syntax error: {token} expected")
