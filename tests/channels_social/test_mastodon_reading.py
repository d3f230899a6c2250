"""What Mastodon's HTML and answers mean, as tables."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_social.mastodon.answers import TABLE, meaning, pause
from channels_social.mastodon.markup import words_of
from channels_social.transport import Answer
from enquiries.contract import AccountUnusable, Halt, NotSent, Refused, Throttled, Uncertain

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def answered(status: int, words: str = "", **headers: str) -> Answer:
    body = f'{{"error": "{words}"}}'.encode()
    return Answer(status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=body)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>One</p><p>Two<br />lines</p>", "One\n\nTwo\nlines"),
        ('<p><a href="https://a.example/x" class="u-url mention">@<span>dana</span></a> hi</p>', "@dana hi"),
        ('<p><a href="https://a.example/tags/x" class="mention hashtag">#<span>x</span></a></p>', "#x"),
        (
            '<p><a href="https://a.example/long/way"><span class="invisible">https://</span>'
            '<span class="ellipsis">a.example/lo</span><span class="invisible">ng/way</span></a></p>',
            "https://a.example/long/way",
        ),
        ('<p>see <a href="https://bank.example">your city</a></p>', "see your city (https://bank.example)"),
        ('<p><a href="javascript:x()">here</a></p>', "here"),
        ("<p>a &lt;b&gt; &amp; c</p>", "a <b> & c"),
        ("<script>bad()</script><p>good</p>", "good"),
        ("no markup", "no markup"),
        ("<p>broken <b", "broken <b"),
        (None, ""),
    ],
)
def test_words_of_a_post(markup, words):
    assert words_of(markup) == words


@given(markup=st.text(alphabet="<>![]-/?&;#apx \"='", max_size=80) | st.text(max_size=80))
def test_any_markup_has_words(markup):
    assert isinstance(words_of(markup), str)


@pytest.mark.parametrize(
    ("answer", "error", "halt"),
    [
        (answered(401, "The access token was revoked"), AccountUnusable, Halt.AUTH),
        (answered(403, "This action is outside the authorized scopes"), AccountUnusable, Halt.CONFIG),
        (answered(403, "Your login is currently disabled"), AccountUnusable, Halt.BLOCKED),
        (answered(403, "This action is not allowed"), Refused, None),
        (answered(404, "Record not found"), Refused, None),
        (answered(422, "Validation failed: Text character limit of 500 exceeded"), Refused, None),
        (answered(429, "Too many requests"), Throttled, None),
        (answered(500, ""), Uncertain, None),
        (answered(503, "Service Unavailable"), Uncertain, None),
        (answered(302, ""), Uncertain, None),
        (answered(418, ""), Uncertain, None),
    ],
)
def test_answer_to_a_post_means(answer, error, halt):
    found = meaning(answer, writing=True, now=NOW)

    assert type(found) is error
    assert getattr(found, "kind", None) is halt


@pytest.mark.parametrize("status", [403, 404, 422, 500, 503])
def test_reading_that_fails_is_never_uncertain(status):
    assert type(meaning(answered(status), writing=False, now=NOW)) is NotSent


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.status}-{row.words}")
def test_every_known_refusal_says_what_to_do(row):
    assert row.says and row.fix.endswith(".")


@pytest.mark.parametrize(
    ("reset", "expected"),
    [
        ("2026-11-23T12:05:00.000000Z", timedelta(minutes=5)),
        ("2026-11-23T11:00:00Z", timedelta(minutes=1)),
        ("2027-11-23T12:00:00Z", timedelta(hours=24)),
        ("", timedelta(minutes=1)),
        ("soon", timedelta(minutes=1)),
    ],
)
def test_pause_lasts_until_the_allowance_refills(reset, expected):
    assert pause(answered(429, x_ratelimit_reset=reset), now=NOW) == expected
