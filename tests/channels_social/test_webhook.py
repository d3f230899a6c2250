"""The webhook as the platforms meet it: kept and committed, or refused and nothing kept."""

import json

import pytest
from django.test import Client, RequestFactory

from audit.models import Event
from channels_social.facebook import signature as facebook_signature
from channels_social.views import MOST_BYTES, receive
from channels_social.x import signature as x_signature
from enquiries.models import ChannelAccount, Payload
from simulators import credentials
from tests.people import City

COMMENT = json.dumps(
    {
        "object": "page",
        "entry": [{"id": "2000000001", "time": 1, "changes": [{"field": "feed", "value": {"x": "नमस्ते"}}]}],
    }
).encode()
MENTION = json.dumps({"data": {"event_uuid": "42", "filter": {"user_id": "1000000001"}, "event_type": "e"}}).encode()


@pytest.fixture
def accounts(city: City) -> dict[str, ChannelAccount]:
    """The city's accounts with the secrets of the simulated platforms."""
    secrets = {
        "facebook": {
            "app_secret": credentials.FACEBOOK_APP_SECRET,
            "verify_token": credentials.FACEBOOK_VERIFY_TOKEN,
        },
        "x": {"consumer_secret": credentials.X_CONSUMER_SECRET},
    }
    for kind, values in secrets.items():
        city.accounts[kind].keep_secrets(values)
        city.accounts[kind].save()
    return city.accounts


@pytest.fixture
def door() -> Client:
    """A caller with no session and no token, whose CSRF token is checked as in production."""
    return Client(enforce_csrf_checks=True)


def deliver(door: Client, kind: str, body: bytes, *, where: str = "", signature: str | None = None):
    signed = {
        "facebook": {"X-Hub-Signature-256": facebook_signature.sign(credentials.FACEBOOK_APP_SECRET, body)},
        "x": {"X-Twitter-Webhooks-Signature": x_signature.sign(credentials.X_CONSUMER_SECRET, body)},
    }[kind]
    if signature is not None:
        signed = dict.fromkeys(signed, signature)
    return door.post(f"/webhooks/{kind}/{where}", body, content_type="application/json", headers=signed)


@pytest.mark.parametrize(("kind", "body"), [("facebook", COMMENT), ("x", MENTION)])
def test_genuine_webhook_is_kept_byte_by_byte(accounts, door, kind, body):
    response = deliver(door, kind, body)

    assert response.status_code == 200
    (payload,) = Payload.objects.all()
    assert (payload.account_id, payload.source, bytes(payload.raw)) == (accounts[kind].pk, "WEBHOOK", body)


def test_webhook_delivered_twice_is_kept_once(accounts, door):
    for _ in range(2):
        assert deliver(door, "facebook", COMMENT).status_code == 200

    assert Payload.objects.count() == 1


@pytest.mark.parametrize("signature", ["", "sha256=0", "sha256=" + "0" * 64, "é"])
@pytest.mark.parametrize(("kind", "body"), [("facebook", COMMENT), ("x", MENTION)])
def test_forged_webhook_is_refused_told_and_not_kept(accounts, door, kind, body, signature):
    response = deliver(door, kind, body, signature=signature)

    assert response.status_code == 401
    assert not Payload.objects.exists()
    assert Event.objects.get(verb="security.webhook_forged").data == {
        "kind": kind,
        "method": "POST",
        "bytes": len(body),
    }


def test_flood_of_forged_webhooks_does_not_fill_the_ledger(accounts, door, monkeypatch):
    monkeypatch.setattr("channels_social.views.MOST_FORGED", 3)
    for _ in range(6):
        assert deliver(door, "x", MENTION, signature="").status_code == 401

    assert Event.objects.filter(verb="security.webhook_forged").count() == 3


def test_account_whose_secrets_no_key_opens_silences_no_other(accounts, door, city, caplog):
    ChannelAccount.objects.create(
        organisation=city.organisation, kind="facebook", name="Old", external_id="1", sealed_secrets=b"sealed long ago"
    )

    assert deliver(door, "facebook", COMMENT).status_code == 200
    assert "No field key opens" in caplog.text


def test_webhook_whose_bytes_were_changed_is_refused(accounts, door):
    signature = facebook_signature.sign(credentials.FACEBOOK_APP_SECRET, COMMENT)

    assert deliver(door, "facebook", COMMENT + b" ", signature=signature).status_code == 401


def test_webhook_above_the_size_is_refused_unread(accounts, door):
    response = deliver(door, "facebook", b"x" * (MOST_BYTES + 1))

    assert response.status_code == 413
    assert not Payload.objects.exists()


def test_webhook_larger_than_a_form_may_be_is_kept(accounts, door):
    body = COMMENT.replace(b'"x"', b'"' + b"x" * 4_000_000 + b'"')

    assert deliver(door, "facebook", body).status_code == 200
    assert Payload.objects.count() == 1


def test_signed_webhook_that_cannot_be_read_is_kept(accounts, door):
    assert deliver(door, "facebook", b"\xff\x00 no json").status_code == 200
    assert Payload.objects.count() == 1


def test_genuine_webhook_for_a_page_not_in_use_is_answered_and_not_kept(accounts, door):
    response = deliver(door, "facebook", COMMENT.replace(b"2000000001", b"2000000077"))

    assert response.status_code == 200
    assert not Payload.objects.exists()
    assert not Event.objects.filter(verb="security.webhook_forged").exists()


def test_webhook_that_speaks_of_two_pages_is_kept_for_each(accounts, door):
    second = accounts["facebook"]
    other = ChannelAccount(
        organisation=second.organisation, team=second.team, kind="facebook", name="Parks", external_id="2000000077"
    )
    other.keep_secrets({"app_secret": credentials.FACEBOOK_APP_SECRET})
    other.save()
    body = COMMENT.replace(b'"entry": [', b'"entry": [{"id": "2000000077"}, ')

    assert deliver(door, "facebook", body).status_code == 200
    assert Payload.objects.count() == 2


def test_account_that_is_not_in_use_accepts_nothing(accounts, door):
    ChannelAccount.objects.update(is_active=False)

    assert deliver(door, "facebook", COMMENT).status_code == 401


def test_address_of_one_account_asks_that_account_alone(accounts, door):
    assert deliver(door, "facebook", COMMENT, where="2000000001/").status_code == 200
    assert deliver(door, "facebook", COMMENT, where="77/").status_code == 401


def test_facebook_handshake_is_answered_bare(accounts, door):
    query = {"hub.mode": "subscribe", "hub.verify_token": credentials.FACEBOOK_VERIFY_TOKEN, "hub.challenge": "<b>1"}

    response = door.get("/webhooks/facebook/", query)

    assert (response.status_code, response.content) == (200, b"<b>1")
    assert response["Content-Type"] == "text/plain"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_x_challenge_is_answered(accounts, door):
    response = door.get("/webhooks/x/", {"crc_token": "abc"})

    assert response.json() == {"response_token": x_signature.sign(credentials.X_CONSUMER_SECRET, b"abc")}


FORGED_MENTION = MENTION.decode()


def test_x_challenge_signs_nothing_that_could_be_a_webhook(accounts, door):
    asked = door.get("/webhooks/x/", {"crc_token": FORGED_MENTION})

    assert asked.status_code == 401
    assert Event.objects.filter(verb="security.webhook_forged").exists()


def test_what_a_challenge_signed_is_no_webhook(accounts, door):
    signature = door.get("/webhooks/x/", {"crc_token": "abc"}).json()["response_token"]

    assert deliver(door, "x", b"abc", signature=signature).status_code == 401
    assert not Payload.objects.exists()


@pytest.mark.parametrize("where", ["%00/", "a%00b/", "%ED%A0%80/", "x" * 5000 + "/"])
@pytest.mark.parametrize("kind", ["facebook", "x"])
def test_strange_address_of_an_account_is_refused_like_any_other(accounts, door, kind, where):
    assert deliver(door, kind, COMMENT, where=where).status_code == 401


@pytest.mark.parametrize("kind", ["facebook", "x", "email"])
def test_handshake_without_a_token_is_refused(accounts, door, kind):
    assert door.get(f"/webhooks/{kind}/").status_code == 401


def test_kind_that_nobody_knows_is_not_found(accounts, door):
    assert door.post("/webhooks/orkut/", b"{}", content_type="application/json").status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_not_allowed(accounts, door, method):
    assert getattr(door, method)("/webhooks/x/").status_code == 405


def test_failure_of_ours_is_not_swallowed_so_that_the_platform_delivers_again(accounts, monkeypatch):
    def broken(**_options: object) -> None:
        raise RuntimeError("no database")

    monkeypatch.setattr("enquiries.services.incoming.intake.accept_payload", broken)
    signature = facebook_signature.sign(credentials.FACEBOOK_APP_SECRET, COMMENT)
    headers = {"X-Hub-Signature-256": signature}
    request = RequestFactory().post("/", COMMENT, content_type="application/json", headers=headers)

    with pytest.raises(RuntimeError):
        receive(request, kind="facebook")
