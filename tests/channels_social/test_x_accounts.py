"""An account on X itself: tokens that are renewed, keys that are checked, a webhook that is put back, secrets that change."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from channels_social.x import signature
from channels_social.x.adapter import XChannel
from enquiries.contract import (
    Account,
    AccountUnusable,
    Challenge,
    Checks,
    Checkup,
    Fetches,
    Forged,
    Genuine,
    Halt,
    Listens,
    Looks,
    Mends,
    Moderates,
    NotSent,
    Redacts,
    Renews,
    Tells,
    Verdict,
    WebhookRequest,
)
from simulators import credentials
from simulators.x.tokens import CLIENT_ID, CLIENT_SECRET
from tests.channels_social.accounts import x_account
from tests.sims import Simulator, free_port

CHANNEL = XChannel()


def by_oauth2(x: Simulator, **fields: Any) -> Account:
    tokens = x.act("grant", fields)
    account = x_account(x.url, sign_in="oauth2")
    secrets = {
        "consumer_secret": credentials.X_CONSUMER_SECRET,
        "oauth2_client_id": CLIENT_ID,
        "oauth2_client_secret": CLIENT_SECRET,
        "oauth2_access_token": tokens["access_token"],
        "oauth2_refresh_token": tokens["refresh_token"],
    }
    return replace(account, secrets=secrets)


def renewed(account: Account) -> Account:
    return replace(account, secrets={**account.secrets, **CHANNEL.renew(account).secrets})


def lines(found: Checkup) -> dict[str, Verdict]:
    return {line.name: line.verdict for line in found.lines}


@pytest.mark.parametrize("ability", [Checks, Fetches, Listens, Looks, Mends, Moderates, Redacts, Renews, Tells])
def test_channel_can(ability: Any):
    assert isinstance(CHANNEL, ability)


def test_token_of_oauth2_reads_and_writes(x: Simulator):
    x.write(author_handle="dana", text="@northwell hello")

    assert len(CHANNEL.poll(by_oauth2(x), {}).incoming) == 1


def test_token_that_ran_out_halts_the_account_as_a_matter_of_sign_in(x: Simulator):
    account = by_oauth2(x, seconds=-1)

    with pytest.raises(AccountUnusable) as halted:
        CHANNEL.poll(account, {})

    assert halted.value.kind is Halt.AUTH


def test_renewal_brings_new_tokens_and_says_when_they_end(x: Simulator):
    account = by_oauth2(x, seconds=-1)

    answer = CHANNEL.renew(account)

    fresh = replace(account, secrets={**account.secrets, **answer.secrets})
    assert CHANNEL.poll(fresh, {}).incoming == ()
    assert answer.expires_at is not None
    assert timedelta(minutes=115) < answer.expires_at - datetime.now(UTC) < timedelta(minutes=121)
    assert fresh.secrets["oauth2_refresh_token"] != account.secrets["oauth2_refresh_token"]


def test_public_client_renews_without_a_secret(x: Simulator):
    account = by_oauth2(x)
    secrets = {name: value for name, value in account.secrets.items() if name != "oauth2_client_secret"}

    assert CHANNEL.renew(replace(account, secrets=secrets)).secrets["oauth2_access_token"]


def test_renewals_follow_one_another(x: Simulator):
    account = by_oauth2(x)

    assert renewed(renewed(renewed(account))).secrets["oauth2_access_token"] != account.secrets["oauth2_access_token"]


def test_refresh_token_that_was_used_before_halts_the_account(x: Simulator):
    account = by_oauth2(x)
    CHANNEL.renew(account)

    with pytest.raises(AccountUnusable, match="refresh token") as halted:
        CHANNEL.renew(account)

    assert halted.value.kind is Halt.AUTH
    assert "anew" in halted.value.fix


@pytest.mark.parametrize("kind", ["html_502", "commit_then_drop", "429_reset", "empty_200"])
def test_renewal_without_an_answer_is_tried_again_and_halts_nothing(x: Simulator, kind: str):
    account = by_oauth2(x)
    x.fault("token", kind)

    with pytest.raises(NotSent):
        CHANNEL.renew(account)


def test_renewal_that_reaches_nobody_is_tried_again():
    account = x_account(f"http://127.0.0.1:{free_port()}")
    secrets = {"oauth2_client_id": "a", "oauth2_refresh_token": "b"}

    with pytest.raises(NotSent):
        CHANNEL.renew(replace(account, secrets=secrets))


def test_sound_account_is_found_sound(x: Simulator):
    found = CHANNEL.check(x_account(x.url))

    assert lines(found) == dict.fromkeys(["token", "rights", "reading", "messages", "webhook"], Verdict.GOOD)
    assert found.token_expires_at is None
    assert found.subscribed is None


def test_account_by_oauth2_says_when_its_token_ends(x: Simulator):
    fresh = renewed(by_oauth2(x))

    found = CHANNEL.check(fresh)

    assert found.token_expires_at is not None
    assert found.token_expires_at > datetime.now(UTC) + timedelta(minutes=100)


def test_token_whose_end_nobody_knows_is_renewed_soon(x: Simulator):
    found = CHANNEL.check(by_oauth2(x))

    assert found.token_expires_at is not None
    assert found.token_expires_at <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("change", "name", "verdict"),
    [
        (lambda account: replace(account, external_id="5"), "token", Verdict.BAD),
        (lambda account: replace(account, handle="elsewhere"), "token", Verdict.WARNING),
        (
            lambda account: replace(account, secrets={**account.secrets, "access_token_secret": "x"}),
            "token",
            Verdict.BAD,
        ),
        (lambda account: replace(account, secrets={}), "token", Verdict.BAD),
    ],
)
def test_check_says_what_is_wrong(x: Simulator, change: Callable[[Account], Account], name: str, verdict: Verdict):
    found = CHANNEL.check(change(x_account(x.url)))

    assert lines(found)[name] is verdict
    assert all(line.fix for line in found.lines if line.verdict is not Verdict.GOOD)


@pytest.mark.parametrize(("level", "verdict"), [("read", Verdict.BAD), ("read-write", Verdict.WARNING)])
def test_check_says_which_rights_are_missing(x: Simulator, level: str, verdict: Verdict):
    x.act("knobs", {"access_level": level})

    assert lines(CHANNEL.check(x_account(x.url)))["rights"] is verdict


@pytest.fixture
def answering_webhook() -> Iterator[str]:
    """Where somebody answers X's challenge as this service does."""
    account = x_account()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = dict(parse_qsl(urlsplit(self.path).query))
            answer = XChannel().verify(account, WebhookRequest(method="GET", headers={}, query=asked, body=b""))
            assert isinstance(answer, Challenge)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer.body.encode())

        def log_message(self, *_args: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/webhooks/x/"
    server.shutdown()
    server.server_close()


def with_webhook(x: Simulator, url: str, **settings: object) -> Account:
    account = x_account(x.url, webhook_url=url, **settings)
    return replace(account, secrets={**account.secrets, "bearer_token": credentials.X_BEARER_TOKEN})


def test_missing_webhook_is_registered_and_subscribed_once(x: Simulator, answering_webhook: str):
    account = with_webhook(x, answering_webhook, push_messages=True)
    before = CHANNEL.check(account)

    done = CHANNEL.mend(account)
    again = CHANNEL.mend(account)

    assert before.subscribed is False
    assert CHANNEL.check(account).subscribed is True
    assert len(done) == 8
    assert again == []
    assert {each["event_type"] for each in x.ledger()["subscriptions"]} >= {"post.mention.create", "dm.received"}


def test_webhook_that_x_stopped_is_tried_again(x: Simulator, answering_webhook: str):
    account = with_webhook(x, answering_webhook)
    CHANNEL.mend(account)
    x.act("invalidate", {})
    before = CHANNEL.check(account)

    done = CHANNEL.mend(account)

    assert before.subscribed is False
    assert done == ["X was asked to try our webhook again."]
    assert CHANNEL.check(account).subscribed is True


def test_wrong_bearer_token_is_a_warning_and_no_loss(x: Simulator):
    account = x_account(x.url, webhook_url="https://city.example/webhooks/x/")
    poor = replace(account, secrets={**account.secrets, "bearer_token": "x"})

    found = CHANNEL.check(poor)

    assert lines(found)["webhook"] is Verdict.WARNING
    assert found.subscribed is None


def pushed(key: str, body: bytes = b'{"data":{"event_uuid":"-7"}}') -> WebhookRequest:
    return WebhookRequest(method="POST", headers={signature.HEADER: signature.sign(key, body)}, query={}, body=body)


def changing(**more: str) -> Account:
    account = x_account()
    return replace(account, secrets={**account.secrets, "consumer_secret": "new", **more})


@pytest.mark.parametrize("key", ["new", "former"])
def test_both_consumer_secrets_count_while_they_are_changed(key: str):
    proof = CHANNEL.verify(changing(previous_consumer_secret="former"), pushed(key))

    assert isinstance(proof, Genuine)
    assert proof.incoming.external_id == "event:-7"


@pytest.mark.parametrize("secrets", [{}, {"previous_consumer_secret": ""}])
def test_former_secret_no_longer_counts_once_it_is_taken_out(secrets: dict[str, str]):
    with pytest.raises(Forged):
        CHANNEL.verify(changing(**secrets), pushed("former"))


def test_empty_former_secret_proves_nothing():
    with pytest.raises(Forged):
        CHANNEL.verify(changing(previous_consumer_secret=""), pushed(""))


def test_challenge_is_answered_with_the_new_secret():
    asked = WebhookRequest(method="GET", headers={}, query={"crc_token": "challenge_string"}, body=b"")

    answer = CHANNEL.verify(changing(previous_consumer_secret="former"), asked)

    assert isinstance(answer, Challenge)
    assert signature.sign("new", b"challenge_string") in answer.body
