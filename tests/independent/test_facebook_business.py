"""Meta's own library drives the simulated Facebook: it was written by the platform, not by us."""

from collections.abc import Iterator

import pytest
from facebook_business.adobjects.comment import Comment  # type: ignore[import-untyped]
from facebook_business.adobjects.page import Page  # type: ignore[import-untyped]
from facebook_business.adobjects.pagepost import PagePost  # type: ignore[import-untyped]
from facebook_business.api import FacebookAdsApi  # type: ignore[import-untyped]
from facebook_business.exceptions import FacebookRequestError  # type: ignore[import-untyped]
from facebook_business.session import FacebookSession  # type: ignore[import-untyped]

from simulators import credentials
from tests import sims
from tests.files.drawn import png

pytestmark = pytest.mark.filterwarnings("ignore:.*(might not be compatible|does not allow field)")
"""The library warns of parameters and fields that its own list does not know, and sends them."""
PAGE = credentials.FACEBOOK_PAGE_ID


@pytest.fixture(scope="module")
def program() -> Iterator[sims.Simulator]:
    with sims.facebook_simulator() as simulator:
        yield simulator


@pytest.fixture
def facebook(program: sims.Simulator) -> sims.Simulator:
    program.reset()
    return program


@pytest.fixture
def api(facebook: sims.Simulator, monkeypatch: pytest.MonkeyPatch) -> FacebookAdsApi:
    """The library as an app on the page would use it, pointed at the simulator."""
    monkeypatch.setattr(FacebookSession, "GRAPH", facebook.url)
    session = FacebookSession(
        credentials.FACEBOOK_APP_ID, credentials.FACEBOOK_APP_SECRET, credentials.FACEBOOK_PAGE_TOKEN, timeout=5
    )
    session.requests.trust_env = False
    return FacebookAdsApi(session, api_version="v26.0")


@pytest.fixture
def page(api: FacebookAdsApi) -> Page:
    return Page(PAGE, api=api)


def comment(facebook: sims.Simulator, text: str = "The light is out", **more: object) -> str:
    return str(facebook.write(kind="comment", author_name="Dana", text=text, **more)["id"])


def code_of(failure: pytest.ExceptionInfo[FacebookRequestError]) -> tuple[int, int | None]:
    return failure.value.api_error_code(), failure.value.api_error_subcode()


def test_page_says_who_it_is(page: Page):
    assert page.api_get(fields=["name"])["name"] == credentials.FACEBOOK_PAGE_NAME


def test_feed_and_comments_are_walked_page_by_page(facebook: sims.Simulator, page: Page, api: FacebookAdsApi):
    for number in range(7):
        comment(facebook, f"Comment {number}")
    (post,) = {each["post_id"] for each in facebook.ledger()["comments"]}

    assert post in [each["id"] for each in page.get_feed(fields=["id", "message"])]
    asked = {"filter": "stream", "order": "chronological", "limit": 3}
    found = PagePost(post, api=api).get_comments(fields=["message", "from", "created_time"], params=asked)

    assert [each["message"] for each in found] == [f"Comment {number}" for number in range(7)]


def test_comment_is_answered_changed_and_taken_down(facebook: sims.Simulator, api: FacebookAdsApi):
    answered = Comment(comment(facebook), api=api).create_comment(params={"message": "We will mend it"})

    Comment(answered["id"], api=api).api_update(params={"message": "We will mend it on Friday"})
    Comment(answered["id"], api=api).api_delete()

    (ours,) = [each for each in facebook.ledger()["comments"] if each["by_api"]]
    assert (ours["text"], ours["deleted"]) == ("We will mend it on Friday", True)


def put_in(api: FacebookAdsApi, **told: object) -> dict[str, str]:
    """Upload a picture as the library does: a form with a file."""
    source = {"source": ("map.png", png(), "image/png")}
    answer: dict[str, str] = api.call("POST", (PAGE, "photos"), params=told, files=source).json()
    return answer


def test_comment_carries_an_unpublished_picture_once(facebook: sims.Simulator, api: FacebookAdsApi):
    number = put_in(api, published=False, alt_text_custom="A map")["id"]
    answer = {"message": "See the map", "attachment_id": number}

    made = Comment(comment(facebook), api=api).create_comment(params=answer)
    shown = Comment(made["id"], api=api).api_get(fields=["message", "attachment"])
    with pytest.raises(FacebookRequestError) as failure:
        Comment(comment(facebook), api=api).create_comment(params=answer)

    (photo,) = facebook.ledger()["photos"]
    assert (photo["carried_by"], photo["alt"], photo["published"]) == (made["id"], "A map", False)
    assert (shown["message"], shown["attachment"]["type"]) == ("See the map", "photo")
    assert failure.value.api_error_code() == 100


def test_picture_that_is_published_is_a_post_that_everybody_sees(facebook: sims.Simulator, api: FacebookAdsApi):
    made = put_in(api)

    assert made["post_id"] in [post["id"] for post in facebook.ledger()["posts"] if post["by_api"]]


def test_comment_of_a_citizen_is_hidden(facebook: sims.Simulator, api: FacebookAdsApi):
    number = comment(facebook)

    Comment(number, api=api).api_update(params={"is_hidden": True})

    assert [each["hidden"] for each in facebook.ledger()["comments"]] == [True]
    assert Comment(number, api=api).api_get(fields=["is_hidden"])["is_hidden"] is True


def test_comment_that_is_gone_is_100_33(facebook: sims.Simulator, api: FacebookAdsApi):
    number = comment(facebook)
    facebook.act("delete", {"id": number})

    with pytest.raises(FacebookRequestError) as failure:
        Comment(number, api=api).create_comment(params={"message": "Too late"})

    assert code_of(failure) == (100, 33)


def send(api: FacebookAdsApi, recipient: dict[str, str], **kind: str) -> dict[str, str]:
    params = {"recipient": recipient, "message": {"text": "Hello", "metadata": "posting:1"}, **kind}
    answer: dict[str, str] = api.call("POST", (PAGE, "messages"), params=params).json()
    return answer


def test_message_in_the_window_is_sent_and_read_back(facebook: sims.Simulator, page: Page, api: FacebookAdsApi):
    person = facebook.write(kind="message", author_name="Dana", text="My bin is full")["author_id"]

    sent = send(api, {"id": person}, messaging_type="RESPONSE")

    asked = {"platform": "messenger", "user_id": person}
    (talk,) = page.get_conversations(fields=["messages{id,message,from}"], params=asked)
    assert talk["messages"]["data"][0]["id"] == sent["message_id"]


def test_message_after_the_window_is_10_2018278(facebook: sims.Simulator, api: FacebookAdsApi):
    wrote = facebook.write(kind="message", author_name="Dana", text="My bin is full", age_seconds=2 * 86400)

    with pytest.raises(FacebookRequestError) as failure:
        send(api, {"id": wrote["author_id"]}, messaging_type="RESPONSE")

    assert code_of(failure) == (10, 2018278)
    assert send(api, {"id": wrote["author_id"]}, messaging_type="MESSAGE_TAG", tag="HUMAN_AGENT")["message_id"]


def test_comment_is_answered_in_private_once(facebook: sims.Simulator, api: FacebookAdsApi):
    number = comment(facebook)

    assert send(api, {"comment_id": number})["message_id"]
    with pytest.raises(FacebookRequestError) as failure:
        send(api, {"comment_id": number})

    assert failure.value.api_error_code() == 10900


def test_page_is_subscribed_and_says_so(facebook: sims.Simulator, page: Page):
    facebook.act("drop", {})

    page.create_subscribed_app(params={"subscribed_fields": ["feed", "messages"]})

    (app,) = page.get_subscribed_apps()
    assert app["subscribed_fields"] == ["feed", "messages"]


def test_posts_elsewhere_that_name_the_page_are_found(facebook: sims.Simulator, page: Page):
    facebook.write(kind="mention", author_name="Dana", text="Ask @Northwell")

    assert [each["message"] for each in page.get_tagged(fields=["message"])] == ["Ask @Northwell"]


def test_several_things_are_read_at_once_and_one_that_is_gone_spoils_them(
    facebook: sims.Simulator, api: FacebookAdsApi
):
    numbers = [comment(facebook, f"Comment {number}") for number in range(3)]
    found = api.call("GET", ("",), params={"ids": ",".join(numbers), "fields": "message"}).json()
    facebook.act("delete", {"id": numbers[1]})

    assert {each["message"] for each in found.values()} == {"Comment 0", "Comment 1", "Comment 2"}
    with pytest.raises(FacebookRequestError):
        api.call("GET", ("",), params={"ids": ",".join(numbers)})


def test_dead_token_is_190(facebook: sims.Simulator, page: Page):
    facebook.act("condition", {"is_valid": False})

    with pytest.raises(FacebookRequestError) as failure:
        page.api_get(fields=["name"])

    assert failure.value.api_error_code() == 190


def test_permission_that_is_missing_is_named(facebook: sims.Simulator, api: FacebookAdsApi):
    number = comment(facebook)
    facebook.act("condition", {"scopes": ["pages_read_engagement"]})

    with pytest.raises(FacebookRequestError, match="pages_manage_engagement"):
        Comment(number, api=api).create_comment(params={"message": "Hello"})


def test_throttle_says_in_how_many_minutes_to_come_back(facebook: sims.Simulator, api: FacebookAdsApi):
    number = comment(facebook)
    facebook.fault("create_comment", "429_reset", seconds=1200)

    with pytest.raises(FacebookRequestError) as failure:
        Comment(number, api=api).create_comment(params={"message": "Hello"})

    assert failure.value.api_error_code() == 80001
    assert '"estimated_time_to_regain_access": 20' in failure.value.http_headers()["X-Business-Use-Case-Usage"]
