"""The page of the simulated mail server: the citizens' mailboxes, and a form to write to the city."""

from email.utils import parseaddr
from typing import Final

from simulators.mailbox.letters import Letter
from simulators.markup import Markup, fill, initials, page_response, paragraphs, styles_response, when
from simulators.serving import Request, Response

THREADS_SHOWN: Final = 40


def respond(request: Request, letters: list[Letter], *, city: str) -> Response | None:
    """Render "/", one raw mail, and the stylesheet, or None for other paths."""
    if request.method not in ("GET", "HEAD"):
        return None
    if request.path == "/simulators.css":
        return styles_response()
    if request.path == "/icon.svg":
        return Response(body=ICON, content_type="image/svg+xml")
    if request.path.startswith("/raw/"):
        return _raw(letters, request.path.removeprefix("/raw/"))
    if request.path == "/":
        return page_response(
            title="Mail (simulated)",
            kind="mailbox",
            strapline="The mailboxes of all citizens, on one page.",
            body=fill(BODY, form=fill(COMPOSE, city=city), threads=_threads(letters), city=city),
        )
    return None


def _raw(letters: list[Letter], key: str) -> Response | None:
    found = next((letter for letter in letters if letter.id == key), None)
    return Response(body=found.raw, content_type="text/plain; charset=utf-8") if found else None


def _threads(letters: list[Letter]) -> list[Markup]:
    threads: dict[str, list[Letter]] = {}
    roots: dict[str, str] = {}
    for letter in letters:
        known = [roots[one] for one in _ancestors(letter) if one in roots]
        root = known[0] if known else letter.id
        roots[letter.header("Message-ID")] = root
        threads.setdefault(root, []).append(letter)
    newest = sorted(threads.values(), key=lambda thread: thread[-1].created_at, reverse=True)[:THREADS_SHOWN]
    return [_thread(thread) for thread in newest] or [Markup('<p class="empty">No mail yet.</p>')]


def _ancestors(letter: Letter) -> list[str]:
    return f"{letter.header('In-Reply-To')} {letter.header('References')}".split()


def _thread(thread: list[Letter]) -> Markup:
    answer = next((letter for letter in reversed(thread) if not letter.to_city), None)
    return fill(
        THREAD,
        subject=thread[0].header("Subject") or "(no subject)",
        letters=[_letter(letter) for letter in thread],
        reply=_reply(answer) if answer else Markup(),
    )


def _letter(letter: Letter) -> Markup:
    name, address = parseaddr(letter.header("From"))
    return fill(
        LETTER,
        side="theirs" if letter.to_city else "ours",
        initials=initials(name or address),
        name=name or address or "(unknown)",
        to=", ".join(letter.recipients),
        when=when(letter.created_at),
        text=paragraphs(letter.text.strip()),
        key=letter.id,
    )


def _reply(answer: Letter) -> Markup:
    return fill(REPLY, key=answer.id, address=answer.recipients[0] if answer.recipients else "")


BODY: Final = """<h1>Citizens’ mail</h1>
{form}
<h2>Letters to and from {city}</h2>
<div class="threads">
{threads}
</div>"""

COMPOSE: Final = """<form class="compose card" method="post" action="/_sim/write">
<h2>Write to the city as a citizen</h2>
<div class="pair">
<p><label for="name">Your name</label><input id="name" name="from_name" value="Dana Meyer" maxlength="60"></p>
<p><label for="address">Your address</label><input id="address" name="from_address" type="email" required
 value="dana@citizens.example" pattern=".+@.+\\.example" aria-describedby="address-hint" autocapitalize="none"></p>
</div>
<p class="hint" id="address-hint">Any address that ends in .example; its mailbox is on this page.</p>
<p><label for="subject">Subject</label><input id="subject" name="subject" maxlength="200" dir="auto"></p>
<p><label for="text">Your message</label><textarea id="text" name="text" rows="4" required dir="auto"></textarea></p>
<button class="button" type="submit">Send to {city}</button>
</form>"""

THREAD: Final = """<article class="thread card">
<h3 class="subject" dir="auto">{subject}</h3>
{letters}
{reply}
</article>"""

LETTER: Final = """<div class="post {side}" id="item-{key}">
<span class="avatar" aria-hidden="true">{initials}</span>
<div><p class="who"><b><bdi>{name}</bdi></b> {when}</p>
<p class="facts">to {to} · <a href="/raw/{key}">raw<span class="unseen"> text of this mail</span></a></p>
<p class="said" dir="auto">{text}</p></div>
</div>"""

REPLY: Final = """<details><summary>Reply as {address}</summary>
<form method="post" action="/_sim/write">
<input type="hidden" name="in_reply_to" value="{key}">
<input type="hidden" name="from_address" value="{address}">
<p><label for="reply-{key}">Reply as {address}</label>
<textarea id="reply-{key}" name="text" rows="3" required dir="auto"></textarea></p>
<button class="button small" type="submit">Send reply</button>
</form></details>"""

ICON: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#5b3a8e"/>'
    b'<path d="M7 11h18v12H7zM7 11l9 7 9-7" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round"/></svg>'
)
