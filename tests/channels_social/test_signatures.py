"""The proofs of X and Facebook, against the vectors of their documents."""

import json

import pytest

from channels_social.facebook import signature as facebook
from channels_social.facebook.adapter import FacebookChannel
from channels_social.x import signature as x
from channels_social.x.adapter import XChannel
from enquiries.contract import Challenge, Forged, Genuine, Misdirected, WebhookRequest
from simulators import credentials
from tests.channels_social.accounts import facebook_account, x_account

HINDI = (
    rb'{"object":"page","entry":[{"id":"1","messaging":[{"message":{"text":"\u0928\u092e\u0938\u094d\u0924\u0947"}}]}]}'
)


def asked(method="POST", *, body=b"", headers=None, query=None) -> WebhookRequest:
    return WebhookRequest(method=method, headers=headers or {}, query=query or {}, body=body)


def test_x_signature_is_that_of_the_document():
    assert x.sign("consumer-secret", b'{"for_user_id":"1"}') == "sha256=Hlco0COzwYOsSzVcCoqAGpNZdK3BYQku/gWz9SSGVjA="


def test_x_challenge_is_that_of_the_document():
    assert x.sign("consumer-secret", b"challenge_string") == "sha256=S/mG8E9n5SjoGuCqHguvP8K8uuu5ogCPF0dOpIdyZlk="


@pytest.mark.parametrize(
    ("body", "digest"),
    [
        (b'{"object":"page","entry":[]}', "e6e9d7a842a48e17f43a34d6125d0d933e2aab92ee37f0993a4d493b50e3d438"),
        (HINDI, "db7206262aff0adc32797048de233300dffaa2a7e8b3501957731d85b3e3a518"),
    ],
)
def test_facebook_signature_is_that_of_the_document(body, digest):
    assert facebook.is_genuine(["app-secret"], body, f"sha256={digest}")


def test_facebook_signature_does_not_hold_for_bytes_written_anew():
    anew = json.dumps(json.loads(HINDI), ensure_ascii=False, separators=(",", ":")).encode()

    assert not facebook.is_genuine(["app-secret"], anew, facebook.sign("app-secret", HINDI))


def test_facebook_proof_is_that_of_the_document():
    known = "684182980fa3b275290cea2476e32e1571503bdff1e24065c64d6b1f4c2536e4"

    assert facebook.proof("app-secret", "PAGETOKEN") == known


@pytest.mark.parametrize("claimed", ["", "sha256=", "sha1=abc", "sha256=é", "SHA256=" + "0" * 64])
def test_nonsense_is_no_signature(claimed):
    assert not facebook.is_genuine(["app-secret"], b"{}", claimed)
    assert not x.is_genuine("consumer-secret", b"{}", claimed)


def test_an_empty_secret_proves_nothing():
    assert not facebook.is_genuine(["", ""], b"{}", facebook.sign("", b"{}"))
    assert not x.is_genuine("", b"{}", x.sign("", b"{}"))


def test_facebook_accepts_two_secrets_while_one_is_being_changed():
    account = facebook_account()
    account = type(account)(**{**vars(account), "secrets": {"app_secret": "new", "previous_app_secret": "old"}})
    body = b'{"object":"page","entry":[{"id":"2000000001"}]}'

    for key in ("new", "old"):
        request = asked(body=body, headers={facebook.HEADER: facebook.sign(key, body)})
        assert isinstance(FacebookChannel().verify(account, request), Genuine)


def test_facebook_answers_the_handshake_with_the_bare_challenge():
    query = {
        "hub.mode": "subscribe",
        "hub.verify_token": credentials.FACEBOOK_VERIFY_TOKEN,
        "hub.challenge": "1158201444",
    }

    assert FacebookChannel().verify(facebook_account(), asked("GET", query=query)) == Challenge(body="1158201444")


def test_facebook_refuses_a_handshake_with_a_wrong_token():
    query = {"hub.mode": "subscribe", "hub.verify_token": "guess", "hub.challenge": "1"}

    with pytest.raises(Forged):
        FacebookChannel().verify(facebook_account(), asked("GET", query=query))


def test_x_answers_the_challenge_as_json():
    challenge = XChannel().verify(x_account(), asked("GET", query={"crc_token": "abc"}))

    assert isinstance(challenge, Challenge)
    assert challenge.content_type == "application/json"
    assert json.loads(challenge.body) == {"response_token": x.sign(credentials.X_CONSUMER_SECRET, b"abc")}


def test_x_webhook_is_known_by_its_event_number():
    body = json.dumps({"data": {"event_uuid": "-42", "filter": {"user_id": credentials.X_USER_ID}}}).encode()
    request = asked(body=body, headers={x.HEADER: x.sign(credentials.X_CONSUMER_SECRET, body)})

    proof = XChannel().verify(x_account(), request)

    assert isinstance(proof, Genuine)
    assert (proof.incoming.external_id, proof.incoming.raw) == ("event:-42", body)


def test_x_webhook_for_another_account_of_the_app_is_misdirected():
    body = b'{"data":{"event_uuid":"1","filter":{"user_id":"7"}}}'
    request = asked(body=body, headers={x.HEADER: x.sign(credentials.X_CONSUMER_SECRET, body)})

    with pytest.raises(Misdirected):
        XChannel().verify(x_account(), request)


def test_facebook_webhook_for_another_page_of_the_app_is_misdirected():
    body = b'{"object":"page","entry":[{"id":7}]}'
    request = asked(body=body, headers={facebook.HEADER: facebook.sign(credentials.FACEBOOK_APP_SECRET, body)})

    with pytest.raises(Misdirected):
        FacebookChannel().verify(facebook_account(), request)


def test_signed_bytes_that_cannot_be_read_are_kept_for_later():
    body = b"\xff\xfe not json"
    request = asked(body=body, headers={facebook.HEADER: facebook.sign(credentials.FACEBOOK_APP_SECRET, body)})

    assert isinstance(FacebookChannel().verify(facebook_account(), request), Genuine)
