"""Mailboxes that sign in by a token: refused, renewed, in; and what becomes of a refresh token that counts no more."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from channels_email import mailbox, oauth
from channels_email.adapter import EmailChannel
from enquiries.contract import AccountUnusable, Halt, NotSent, Renews
from tests.channels_email.accounts import ADDRESS, email_account
from tests.channels_email.scripted_imap import scripted_imap

REFUSED = base64.b64encode(b'{"status":"401"}').decode()


@contextmanager
def provider(status: int, told: object) -> Iterator[tuple[str, list[str]]]:
    """Where tokens are fetched; gives its address and the forms it got."""
    asked: list[str] = []

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/token", asked
    server.shutdown()
    server.server_close()


def by_token(*, token="old", **settings):
    account = email_account(sign_in="oauth2", archived=False, **settings)
    return replace(account, secrets={"oauth2_access_token": token, "oauth2_refresh_token": "refresh-1"})


def test_mailbox_is_opened_by_its_token():
    answers = {"AUTHENTICATE": ["+ "], "MORE": ["{tag} OK in"], "UID": ["* SEARCH", "{tag} OK done"]}
    with scripted_imap(answers) as (port, heard):
        mailbox.poll(account=by_token(token="new", imap_port=port), cursor={})

    shown = base64.b64decode(heard[heard.index(next(line for line in heard if "AUTHENTICATE" in line)) + 1])
    assert shown == f"user={ADDRESS}\1auth=Bearer new\1\1".encode()


def test_token_that_ended_halts_for_the_sign_in_and_not_for_good():
    answers = {"AUTHENTICATE": ["+ "], "MORE": ["{tag} NO [AUTHENTICATIONFAILED] token expired"]}
    with scripted_imap(answers) as (port, _), pytest.raises(AccountUnusable) as halt:
        mailbox.poll(account=by_token(imap_port=port), cursor={})

    assert halt.value.kind is Halt.AUTH
    assert isinstance(EmailChannel(), Renews)


def test_new_tokens_are_fetched_with_the_refresh_token():
    told = {"access_token": "new", "refresh_token": "refresh-2", "expires_in": 600}
    with provider(200, told) as (address, asked):
        renewed = oauth.renew(by_token(token_url=address))

    assert renewed.secrets == {"oauth2_access_token": "new", "oauth2_refresh_token": "refresh-2"}
    assert renewed.expires_at is not None
    assert "refresh_token=refresh-1" in asked[0]


def test_refresh_token_stays_when_the_provider_gives_no_other():
    with provider(200, {"access_token": "new"}) as (address, _):
        assert oauth.renew(by_token(token_url=address)).secrets == {"oauth2_access_token": "new"}


@pytest.mark.parametrize(
    ("status", "told", "error"),
    [
        (400, {"error": "invalid_grant"}, AccountUnusable),
        (401, {"error": "invalid_client"}, AccountUnusable),
        (400, {"error": "temporarily_unavailable"}, NotSent),
        (500, {}, NotSent),
        (200, {}, NotSent),
        (200, [], NotSent),
    ],
)
def test_provider_that_gives_no_token(status, told, error):
    with provider(status, told) as (address, _), pytest.raises(error) as raised:
        oauth.renew(by_token(token_url=address))

    assert "refresh-1" not in str(raised.value)


@pytest.mark.parametrize("settings", [{"sign_in": ""}, {"token_url": ""}, {"token_url": "http://far.example/"}])
def test_mailbox_without_tokens_cannot_renew_them(settings):
    with pytest.raises(AccountUnusable):
        oauth.renew(email_account(**({"sign_in": "oauth2", "token_url": "https://x.example"} | settings)))
