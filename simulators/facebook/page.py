"""The page of the simulated Facebook: posts with comments, Messenger beside them, written as a citizen."""

from datetime import UTC, datetime
from typing import Final

from simulators.facebook.store import Entry, Message, Store
from simulators.markup import (
    Markup,
    fill,
    initials,
    joined,
    page_response,
    paragraphs,
    removal,
    rewording,
    styles_response,
    when,
)
from simulators.serving import Request, Response

POSTS_SHOWN: Final = 12
THREADS_SHOWN: Final = 30
TALKS_SHOWN: Final = 20
NOTHING: Final = Markup()


def respond(request: Request, store: Store) -> Response | None:
    """Render "/" and what it needs, or None for other paths."""
    if request.method not in ("GET", "HEAD"):
        return None
    if request.path == "/simulators.css":
        return styles_response()
    if request.path == "/icon.svg":
        return Response(body=ICON, content_type="image/svg+xml")
    if request.path == "/":
        return page_response(
            title="Facebook (simulated)",
            kind="facebook",
            strapline=f"The page of the {store.page.name}.",
            body=fill(BODY, city=store.page.name, posts=_posts(store), talks=_talks(store)),
        )
    return None


def _posts(store: Store) -> list[Markup]:
    shown = [*store.visible(now=datetime.now(UTC)), *(one for one in store.removed() if one.kind == "comment")]
    shown.sort(key=lambda entry: entry.created_at)
    latest = {post.id: max(one.created_at for one in shown if post.id in (one.id, one.post_id)) for post in _of(shown)}
    posts = sorted(_of(shown), key=lambda post: latest[post.id], reverse=True)[:POSTS_SHOWN]
    return [_post(store, post, [one for one in shown if one.post_id == post.id]) for post in posts]


def _of(shown: list[Entry]) -> list[Entry]:
    return [entry for entry in shown if entry.kind == "post"]


def _post(store: Store, post: Entry, comments: list[Entry]) -> Markup:
    answers = {top.id: [one for one in comments if one.parent_id == top.id] for top in comments if not top.parent_id}
    tops = [comment for comment in reversed(comments) if not comment.parent_id]
    tops.sort(key=lambda top: max(one.created_at for one in (top, *answers[top.id])), reverse=True)
    threads = [_thread(store, top, answers[top.id]) for top in tops[:THREADS_SHOWN]]
    return fill(POST, key=post.id, post=_said(store, post, "lead"), threads=threads, text=post.text[:40])


def _thread(store: Store, top: Entry, answers: list[Entry]) -> Markup:
    writer = store.people[top.author_id]
    reply = fill(REPLY, key=top.id, author=writer.id, name=writer.name) if writer.id != store.page.id else Markup()
    said = [_said(store, top, ""), *(_said(store, one, "nested") for one in answers)]
    return fill(THREAD, said=said, reply=reply)


def _said(store: Store, entry: Entry, place: str) -> Markup:
    author = store.people[entry.author_id]
    side = "ours" if author.id == store.page.id and place != "lead" else "theirs"
    classes = " ".join(name for name in (side, place, "gone" if entry.deleted else "") if name)
    fate = joined([_picture(store, entry), _fate(entry)])
    return _line(entry.id, classes, author.name, entry.text, entry.created_at, fate=fate)


def _picture(store: Store, entry: Entry) -> Markup:
    """What a picture of the page's own shows, in its words."""
    photo = store.photos.get(entry.picture)
    return fill(PICTURE, alt=photo.alt or "without words") if photo else NOTHING


def _fate(entry: Entry) -> Markup:
    """What became of it since: nobody on the real Facebook sees the old words, here people may look after them."""
    edits = [rewording(one["text"], one["until"]) for one in entry.earlier]
    return joined([*edits, *([removal(entry.deleted_at)] if entry.deleted else [])])


def _talks(store: Store) -> list[Markup]:
    now = datetime.now(UTC)
    people = dict.fromkeys(message.person_id for message in reversed(store.messages))
    talks = [(person, store.visible_messages(person, now=now)) for person in people]
    shown = [_talk(store, person, messages) for person, messages in talks[:TALKS_SHOWN] if messages]
    return shown or [Markup('<p class="empty">No messages yet.</p>')]


def _talk(store: Store, person_id: str, messages: list[Message]) -> Markup:
    name = store.people[person_id].name
    said = [_sent(store, message, name) for message in messages]
    return fill(TALK, said=said, person=person_id, name=name)


def _sent(store: Store, message: Message, name: str) -> Markup:
    side, writer = ("ours", store.page.name) if message.from_page else ("theirs", name)
    return _line(message.id, side, writer, message.text, message.created_at)


def _line(key: str, side: str, name: str, text: str, moment: datetime, *, fate: Markup = NOTHING) -> Markup:
    said = {"initials": initials(name), "name": name, "when": when(moment), "text": paragraphs(text)}
    return fill(LINE, key=key, side=side, fate=fate, **said)


BODY: Final = """<h1>{city}</h1>
<h2>Posts</h2>
{posts}
<h2>Messenger</h2>
<form class="compose card" method="post" action="/_sim/write">
<h3 class="subject">Send the city a private message</h3>
<input type="hidden" name="kind" value="message">
<p><label for="message-name">Your name</label>
<input id="message-name" name="author_name" value="Dana Meyer" required maxlength="60"></p>
<p><label for="message-text">Your message</label>
<textarea id="message-text" name="text" rows="3" required dir="auto"></textarea></p>
<button class="button" type="submit">Send message</button>
</form>
{talks}"""

POST: Final = """<article class="thread card" aria-label="Post: {text}">
{post}
<details><summary>Write a comment</summary>
<form method="post" action="/_sim/write">
<input type="hidden" name="kind" value="comment">
<input type="hidden" name="post_id" value="{key}">
<p><label for="name-{key}">Your name</label>
<input id="name-{key}" name="author_name" value="Dana Meyer" required maxlength="60"></p>
<p><label for="text-{key}">Your comment</label>
<textarea id="text-{key}" name="text" rows="3" required dir="auto"></textarea></p>
<button class="button small" type="submit">Comment</button>
</form></details>
<div class="comments">
{threads}
</div>
</article>"""

THREAD: Final = """<div class="commented">
{said}
{reply}
</div>"""

LINE: Final = """<div class="post {side}" id="item-{key}">
<span class="avatar" aria-hidden="true">{initials}</span>
<div><p class="who"><b><bdi>{name}</bdi></b> {when}</p>
<p class="said" dir="auto">{text}</p>{fate}</div>
</div>"""

PICTURE: Final = '<p class="said" dir="auto">[Picture: {alt}]</p>'

REPLY: Final = """<details class="nested"><summary>Reply as {name}</summary>
<form method="post" action="/_sim/write">
<input type="hidden" name="kind" value="comment">
<input type="hidden" name="parent_id" value="{key}">
<input type="hidden" name="author_id" value="{author}">
<p><label for="reply-{key}">Reply as {name}</label>
<textarea id="reply-{key}" name="text" rows="2" required dir="auto"></textarea></p>
<button class="button small" type="submit">Reply</button>
</form></details>"""

TALK: Final = """<article class="thread card" aria-label="Messages with {name}">
{said}
<details><summary>Write as {name}</summary>
<form method="post" action="/_sim/write">
<input type="hidden" name="kind" value="message">
<input type="hidden" name="author_id" value="{person}">
<p><label for="talk-{person}">Message as {name}</label>
<textarea id="talk-{person}" name="text" rows="2" required dir="auto"></textarea></p>
<button class="button small" type="submit">Send</button>
</form></details>
</article>"""

ICON: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1453b8"/>'
    b'<path d="M8 10h16v10H15l-4 4v-4H8z" fill="#fff"/></svg>'
)
