"""HTML for the simulators' own pages: everything is escaped unless it is Markup already."""

import html
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from simulators.serving import Response

STYLES: Final = Path(__file__).parent / "static" / "simulators.css"
POLICY: Final = (
    ("Content-Security-Policy", "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)


SMALL_WORDS: Final = frozenset({"of", "de", "van", "the"})


class Markup(str):
    """A text that is safe HTML."""

    __slots__ = ()


def fill(template: str, **values: Any) -> Markup:
    """Fill `{name}` places of an HTML template; values are escaped, lists of Markup are joined."""
    return Markup(template.format(**{name: _safe(value) for name, value in values.items()}))


def joined(pieces: list[Markup]) -> Markup:
    """Put pieces after one another."""
    return Markup("\n".join(pieces))


def paragraphs(text: str) -> Markup:
    """A text with its line breaks kept."""
    return Markup(html.escape(text).replace("\n", "<br>"))


def when(moment: datetime) -> Markup:
    """A moment for people, in UTC, with the machine's form beside it."""
    shown = moment.astimezone(UTC)
    template = '<time datetime="{iso}">{day}</time>'
    return fill(template, iso=shown.isoformat(timespec="seconds"), day=f"{shown:%d %b %H:%M}")


def initials(name: str) -> str:
    """Up to two letters that stand for a person."""
    words = [word for word in name.replace("@", "").split() if word not in SMALL_WORDS]
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper() or "?"


def removal(moment: datetime | None) -> Markup:
    """The note under words that nobody but the people at the simulator can read any more."""
    at = when(moment) if moment else Markup()
    return fill('<p class="facts"><span class="tag">Removed</span> {at}. Nobody sees this any more.</p>', at=at)


def rewording(text: str, until: str) -> Markup:
    """The note of what a thing said until it was edited; `until` is ISO 8601."""
    template = '<p class="facts"><span class="tag">Edited</span> {at}. It said: <del dir="auto">{text}</del></p>'
    return fill(template, at=when(datetime.fromisoformat(until)), text=paragraphs(text))


def page_response(*, title: str, kind: str, strapline: str, body: Markup, status: int = 200) -> Response:
    """A whole page; `kind` (x, facebook, mailbox) chooses its colours."""
    content = fill(PAGE, title=title, kind=kind, strapline=strapline, body=body)
    return Response(status=status, body=content.encode(), content_type="text/html; charset=utf-8", headers=POLICY)


def styles_response() -> Response:
    """The stylesheet of all simulators."""
    return Response(body=STYLES.read_bytes(), content_type="text/css; charset=utf-8", headers=POLICY)


def _safe(value: Any) -> str:
    if isinstance(value, Markup):
        return value
    if isinstance(value, list):
        return joined(value)
    return html.escape("" if value is None else str(value))


PAGE: Final = """<!doctype html>
<html lang="en" class="{kind}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/simulators.css">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<p class="brand">{title}</p>
<p class="strapline">{strapline}</p>
<a class="button quiet" href="">Refresh</a>
</header>
<main id="main" tabindex="-1">
{body}
</main>
<footer><p>This is a simulator. Nothing written here leaves this computer.</p></footer>
</body>
</html>
"""
