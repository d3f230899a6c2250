"""X's own library drives the simulated X: it was written by the platform, not by us, and knows the newer names alone."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import requests

from simulators import credentials
from simulators.x.tokens import CLIENT_ID, CLIENT_SECRET
from tests import sims

if TYPE_CHECKING:
    import xdk

CITY = credentials.X_USER_ID
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 40).decode()
POST_FIELDS: list[Any] = [
    "author_id",
    "conversation_id",
    "created_at",
    "referenced_posts",
    "note_post",
    "entities",
    "attachments",
]
EXPANSIONS: list[Any] = ["author_id", "attachments.media_keys", "referenced_posts.id"]
MESSAGE_FIELDS: list[Any] = ["id", "text", "sender_id", "created_at", "dm_conversation_id", "event_type"]


@pytest.fixture(scope="module")
def program() -> Iterator[sims.Simulator]:
    with sims.x_simulator() as simulator:
        yield simulator


@pytest.fixture
def x(program: sims.Simulator) -> sims.Simulator:
    program.reset()
    program.act("knobs", {"search_lag_seconds": 0})
    return program


@pytest.fixture
def client(x: sims.Simulator) -> xdk.Client:
    """The library as an app that the city's account agreed to. Loading it takes seconds, so who only collects does not."""
    import xdk

    made = xdk.Client(base_url=x.url, access_token=x.act("grant", {})["access_token"])
    made.session.trust_env = False
    return made


@pytest.fixture
def app(x: sims.Simulator) -> xdk.Client:
    """The library as the app itself."""
    import xdk

    made = xdk.Client(base_url=x.url, bearer_token=credentials.X_BEARER_TOKEN)
    made.session.trust_env = False
    return made


def write(x: sims.Simulator, text: str = "@northwell bins & lamps", **more: object) -> str:
    return str(x.write(author_handle="dana", author_name="Dana", text=text, push="no", **more)["id"])


def create(client: xdk.Client, text: str, **more: Any) -> str:
    made = client.posts.create(body={"text": text, **more})
    return str(made.data.id)


def test_who_am_i(client: xdk.Client):
    me = client.users.get_me().data

    assert (me.id, me.username) == (CITY, credentials.X_HANDLE)


def test_mentions_come_with_people_pictures_and_posts(x: sims.Simulator, client: xdk.Client):
    root = write(x, picture="yes")
    ours = create(client, "We will", reply={"in_reply_to_tweet_id": root})
    write(x, "@northwell when?", in_reply_to=ours)

    (page,) = client.users.get_mentions(CITY, max_results=10, post_fields=POST_FIELDS, expansions=EXPANSIONS)

    newest, first = page.data
    assert newest.referenced_posts[0].id == ours
    assert first.attachments.media_keys == [page.includes.media[0].media_key]
    assert page.includes.users[0].username == "dana"
    assert [post.id for post in page.includes.posts] == [ours]


def test_long_post_is_whole_under_its_newer_name(x: sims.Simulator, client: xdk.Client):
    write(x, "@northwell " + "word " * 100)

    (page,) = client.users.get_mentions(CITY, max_results=10, post_fields=POST_FIELDS)

    assert len(page.data[0].note_post.text) > 500


def test_pages_are_walked_to_their_end(x: sims.Simulator, client: xdk.Client):
    for number in range(12):
        write(x, f"@northwell {number}", age_seconds=100 - number)

    pages = list(client.users.get_mentions(CITY, max_results=5))

    assert [len(page.data) for page in pages] == [5, 5, 2]


def test_search(x: sims.Simulator, client: xdk.Client):
    wanted = write(x)
    write(x, "@northwell something else")

    (page,) = client.posts.search_recent("bins", max_results=10)

    assert [post.id for post in page.data] == [wanted]


def test_reply_is_made_and_taken_down(x: sims.Simulator, client: xdk.Client):
    ours = create(client, "We will", reply={"in_reply_to_tweet_id": write(x)})

    assert client.posts.delete(ours).data.deleted is True
    assert next(post for post in x.ledger()["posts"] if post["id"] == ours)["deleted"]


def test_same_words_twice_are_refused(x: sims.Simulator, client: xdk.Client):
    root = write(x)
    create(client, "We will", reply={"in_reply_to_tweet_id": root})

    with pytest.raises(requests.HTTPError) as refused:
        create(client, "We will", reply={"in_reply_to_tweet_id": root})

    assert refused.value.response.status_code == 403


def test_look_up_names_what_is_missing(x: sims.Simulator, client: xdk.Client):
    there, gone = write(x), write(x, "@northwell never mind")
    x.act("delete", {"id": gone})

    found = client.posts.get_by_ids([there, gone], post_fields=POST_FIELDS)

    assert [post.id for post in found.data] == [there]
    assert len(found.errors) == 1


def test_direct_message_is_read_and_answered(x: sims.Simulator, client: xdk.Client):
    write(x, "my address is", kind="message")
    (page,) = client.direct_messages.get_events(max_results=10, dm_event_fields=MESSAGE_FIELDS)
    (event,) = page.data

    sent = client.direct_messages.create_by_participant_id(event.sender_id, body={"text": "Thank you"})

    (page,) = client.direct_messages.get_events_by_participant_id(event.sender_id, dm_event_fields=MESSAGE_FIELDS)
    assert [each.text for each in page.data] == ["Thank you", "my address is"]
    assert page.data[0].id == sent.data.dm_event_id
    assert sent.data.dm_conversation_id == event.dm_conversation_id


def test_reply_under_ours_is_hidden(x: sims.Simulator, client: xdk.Client):
    ours = create(client, "The bridge is closed")
    nasty = write(x, "nonsense", in_reply_to=ours)

    answer = client.posts.hide_reply(nasty, body={"hidden": True})

    assert answer.data.hidden is True
    assert next(post for post in x.ledger()["posts"] if post["id"] == nasty)["hidden"]


def test_picture_is_put_under_a_post(x: sims.Simulator, client: xdk.Client):
    body = {"media": PNG, "media_category": "tweet_image", "media_type": "image/png"}
    number = client.media.upload(body=body).data.id

    ours = create(client, "A map", media={"media_ids": [number]})

    assert next(post for post in x.ledger()["posts"] if post["id"] == ours)["media"] == [number]


def test_token_is_exchanged(x: sims.Simulator, monkeypatch: pytest.MonkeyPatch):
    import xdk

    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the simulator has no certificate
    token = x.act("grant", {})
    client = xdk.Client(base_url=x.url, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, token=token)
    client.session.trust_env = False

    fresh = client.refresh_token()

    assert fresh["refresh_token"] != token["refresh_token"]
    assert client.users.get_me().data.id == CITY


def test_app_alone_may_not_write(x: sims.Simulator, app: xdk.Client):
    answer = requests.post(
        f"{x.url}/2/tweets", json={"text": "a"}, headers={"Authorization": f"Bearer {app.bearer_token}"}, timeout=5
    )

    assert answer.status_code == 403


def test_app_sees_its_webhooks_and_subscriptions(app: xdk.Client):
    assert app.webhooks.get().data is None
    (page,) = app.activity.get_subscriptions()
    assert page.data is None


def test_keys_of_oauth1_are_taken_too(x: sims.Simulator):
    import xdk
    from xdk.oauth1_auth import OAuth1

    keys = OAuth1(
        api_key=credentials.X_CONSUMER_KEY,
        api_secret=credentials.X_CONSUMER_SECRET,
        callback="oob",
        access_token=credentials.X_ACCESS_TOKEN,
        access_token_secret=credentials.X_ACCESS_TOKEN_SECRET,
    )
    client = xdk.Client(auth=keys)
    client.session.trust_env = False
    client.session.mount("https://api.x.com", Elsewhere(x.url))

    assert client.users.get_me().data.id == CITY


class Elsewhere(requests.adapters.HTTPAdapter):
    """Sends to the simulator what was signed for X's public address."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        request.url = str(request.url).replace("https://api.x.com", self.url, 1)
        return super().send(request, *args, **{**options, "timeout": 5})
