"""The signed request of Meta, byte for byte: what it has to say, and why what is not quite one is refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from channels_social.facebook.signature import person_of
from enquiries.contract import Forged

KEY = "app-secret"


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def signed(*, key: str = KEY, **facts: Any) -> str:
    """A request as Meta makes it. Without `algorithm` it says the right one; None leaves a fact out."""
    told = {"algorithm": "HMAC-SHA256"} | facts
    payload = encoded(json.dumps({name: fact for name, fact in told.items() if fact is not None}).encode())
    return f"{encoded(hmac.new(key.encode(), payload.encode(), hashlib.sha256).digest())}.{payload}"


def with_marks() -> str:
    """A request in whose signature stand both marks by which this base64 differs from the usual one."""
    requests = (signed(user_id=str(number)) for number in range(1000))
    return next(one for one in requests if {"-", "_"} <= set(one.partition(".")[0]))


@pytest.mark.parametrize("told", [{"user_id": "77"}, {"user_id": 77}, {"user_id": "77", "algorithm": "hmac-sha256"}])
def test_person_is_named_as_text_or_number(told: dict[str, Any]):
    assert person_of([KEY], signed(**told)) == "77"


def test_name_is_no_longer_than_its_column():
    assert person_of([KEY], signed(user_id="7" * 300)) == "7" * 200


def test_both_marks_of_this_base64_are_read():
    assert person_of([KEY], with_marks())


@pytest.mark.parametrize("keys", [["new", KEY], [KEY, "old"], ["", KEY]])
def test_any_of_the_keys_proves_it(keys: list[str]):
    assert person_of(keys, signed(user_id="77")) == "77"


CANNOT_BE_READ = "The signed request cannot be read"
NOT_SIGNED = "The signed request is not signed by the app"
NAMES_NOBODY = "The signed request names nobody, or another way of signing"
FAULTS = {
    "no point": (signed(user_id="77").partition(".")[2], CANNOT_BE_READ),
    "other characters in the mark": (signed(user_id="77").replace(".", "!!!!."), CANNOT_BE_READ),
    "no JSON": (f"{encoded(b'mark')}.{encoded(b'no json')}", CANNOT_BE_READ),
    "another key": (signed(user_id="77", key="another"), NOT_SIGNED),
    "the empty key": (signed(user_id="77", key=""), NOT_SIGNED),
    "no way of signing": (signed(user_id="77", algorithm=None), NAMES_NOBODY),
    "another way of signing": (signed(user_id="77", algorithm="HMAC-MD5"), NAMES_NOBODY),
    "nobody": (signed(), NAMES_NOBODY),
    "an empty name": (signed(user_id="  "), NAMES_NOBODY),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_refused_and_says_which_it_is(fault: str):
    text, why = FAULTS[fault]

    with pytest.raises(Forged) as refused:
        person_of([KEY, ""], text)

    assert str(refused.value) == why
