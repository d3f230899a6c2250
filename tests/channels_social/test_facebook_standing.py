"""Whether the page's connection is in order, and how a dropped subscription is put back."""

from datetime import UTC, datetime, timedelta

import pytest

from channels_social.facebook.adapter import FacebookChannel
from channels_social.facebook.traits import FIELDS
from enquiries.contract import Checks, Checkup, Fetches, Looks, Mends, Moderates, Redacts, Tells, Verdict
from simulators import credentials
from tests.channels_social.accounts import facebook_account
from tests.sims import Simulator

CHANNEL = FacebookChannel()
APP = {"app_id": credentials.FACEBOOK_APP_ID}


def check(facebook: Simulator, **settings: object) -> Checkup:
    return CHANNEL.check(facebook_account(facebook.url, **settings))


def verdicts(found: Checkup) -> dict[str, Verdict]:
    return {line.name: line.verdict for line in found.lines}


@pytest.mark.parametrize("ability", [Checks, Mends, Looks, Tells, Moderates, Fetches, Redacts])
def test_facebook_can_do_all_that_a_social_channel_can(ability: type):
    assert isinstance(CHANNEL, ability)


@pytest.mark.parametrize("settings", [{}, APP])
def test_page_in_order_is_good_in_every_line(facebook: Simulator, settings: dict[str, str]):
    found = check(facebook, **settings)

    assert set(verdicts(found).values()) == {Verdict.GOOD}
    assert found.subscribed
    assert found.token_expires_at is not None
    assert found.token_expires_at > datetime.now(UTC) + timedelta(days=80)


@pytest.mark.parametrize(
    ("condition", "line", "verdict"),
    [
        ({"is_valid": False}, "token", Verdict.BAD),
        ({"expires_in": -60}, "token", Verdict.BAD),
        ({"expires_in": 5 * 86400}, "expiry", Verdict.WARNING),
        ({"data_access_for": 86400}, "expiry", Verdict.WARNING),
        ({"data_access_for": -60}, "expiry", Verdict.BAD),
        ({"scopes": ["pages_manage_metadata", "pages_read_engagement"]}, "scopes", Verdict.BAD),
        ({"spoken": "v27.0"}, "version", Verdict.WARNING),
        ({"app_fields": []}, "webhook", Verdict.BAD),
        ({"app_fields": None}, "webhook", Verdict.BAD),
        ({"app_fields": ["feed"]}, "webhook", Verdict.BAD),
    ],
)
def test_what_is_wrong_is_a_line_with_what_to_do(facebook: Simulator, condition, line: str, verdict: Verdict):
    facebook.act("condition", condition)

    found = check(facebook, **APP)

    assert verdicts(found)[line] is verdict
    assert all(each.fix for each in found.lines if each.verdict is not Verdict.GOOD)


@pytest.mark.parametrize("settings", [{}, APP])
def test_dead_token_is_a_line_and_not_an_error(facebook: Simulator, settings: dict[str, str]):
    facebook.act("condition", {"is_valid": False})

    found = check(facebook, **settings)

    assert verdicts(found)["token"] is Verdict.BAD
    assert found.subscribed is None


def test_permissions_that_are_missing_are_named(facebook: Simulator):
    facebook.act("condition", {"scopes": ["pages_manage_metadata", "pages_read_engagement"]})

    (line,) = [each for each in check(facebook).lines if each.name == "scopes"]

    assert "pages_messaging" in line.says
    assert "pages_read_engagement" not in line.says


def test_dropped_subscription_is_seen_and_put_back(facebook: Simulator):
    facebook.act("drop", {})
    before = check(facebook)

    done = CHANNEL.mend(facebook_account(facebook.url))

    assert before.subscribed is False
    assert verdicts(before)["subscription"] is Verdict.BAD
    assert done
    assert facebook.ledger()["subscribed_fields"] == list(FIELDS)
    assert check(facebook).subscribed


def test_wrong_number_of_the_app_is_told_and_does_not_hide_the_rest(facebook: Simulator):
    found = check(facebook, app_id="42")

    assert verdicts(found)["app"] is Verdict.BAD
    assert verdicts(found)["token"] is Verdict.GOOD


def test_no_secret_stands_in_a_check_up(facebook: Simulator):
    facebook.act("condition", {"is_valid": False})
    account = facebook_account(facebook.url, **APP)

    told = repr(CHANNEL.check(account))

    assert not [name for name, value in account.secrets.items() if value in told]
