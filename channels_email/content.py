"""Writes what stands in a mail of ours: the approved words as text and as HTML, what they answer below, files beside them.

All of it is made from the letter alone, boundaries too: the same letter is the same bytes at every attempt.
"""

import re
from datetime import UTC
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from channels_email.parsing.charsets import clean_line, clean_text
from enquiries.contract import OutboundFile, OutboundReply, Quote, Refused

MAX_QUOTE = 20_000
"""Characters of the citizen's words that are repeated; the rest they have themselves."""
DELIMITER = "_______"
"""Stands on both sides of the line above the quote: what comes after it in an answer is not the citizen's."""
_ABOVE = {
    "ar": "اكتب ردك فوق هذا السطر",
    "de": "Bitte antworten Sie über dieser Zeile",
    "en": "Please write your answer above this line",
    "es": "Escriba su respuesta por encima de esta línea",
    "fr": "Écrivez votre réponse au-dessus de cette ligne",
    "it": "Scriva la Sua risposta sopra questa riga",
    "nl": "Schrijf uw antwoord boven deze regel",
    "pl": "Prosimy pisać odpowiedź powyżej tej linii",
    "pt": "Escreva a sua resposta acima desta linha",
    "ro": "Scrieți răspunsul deasupra acestei linii",
    "ru": "Пишите ответ выше этой строки",
    "tr": "Yanıtınızı bu satırın üstüne yazın",
    "uk": "Пишіть відповідь вище цього рядка",
}
_MEDIA_TYPE = re.compile(r"(application|audio|image|text|video)/[a-z0-9][a-z0-9.+-]{0,99}")
_QP_PAYS = 6
"""Quoted-printable writes a foreign letter in six characters or more: where every sixth is foreign, base64 is shorter."""


def body_of(reply: OutboundReply) -> bytes:
    """Return the mail from its Content-Type on. Raises Refused where the words or a file cannot be written."""
    mail = EmailMessage(policy=SMTP)
    try:
        text = _plain(reply)
        _set(mail, text)
        mail.add_alternative("")
        _set(mail.get_payload()[1], _html(reply), subtype="html")  # type: ignore[index, arg-type]
        mail.set_boundary(_boundary(reply, "a"))
        for file in reply.files:
            _attach(mail, file)
        if reply.files:
            mail.set_boundary(_boundary(reply, "m"))
    except UnicodeEncodeError as error:
        raise Refused("The text has characters that cannot be sent.", fix="Write the text again.") from error
    mail["MIME-Version"] = "1.0"
    return mail.as_bytes()


def _set(part: EmailMessage, text: str, *, subtype: str = "plain") -> None:
    foreign = sum(not letter.isascii() for letter in text)
    encoding = "base64" if foreign * _QP_PAYS > len(text) else "quoted-printable"
    part.set_content(text, subtype=subtype, cte=encoding)
    del part["MIME-Version"]


def _attach(mail: EmailMessage, file: OutboundFile) -> None:
    kind = file.media_type if _MEDIA_TYPE.fullmatch(file.media_type) else "application/octet-stream"
    main, _, sub = kind.partition("/")
    mail.add_attachment(file.content, maintype=main, subtype=sub, filename=clean_line(file.name, limit=150) or "file")
    part = list(mail.iter_attachments())[-1]
    del part["MIME-Version"]


def _boundary(reply: OutboundReply, level: str) -> str:
    """Name a boundary that no encoded content can hold: neither encoding writes an underscore after an equals sign."""
    return f"=_{level}_{clean_line(reply.key, limit=36)}"


def _plain(reply: OutboundReply) -> str:
    """Write the text, which was approved as it is: what cannot be written is refused, never changed."""
    text = reply.text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    if reply.quote is None:
        return text
    quoted = "".join(f"> {line}".rstrip() + "\n" for line in _repeated(reply.quote).split("\n"))
    return f"{text}\n{_line_above(reply)}\n\n{_introduction(reply.quote)}\n{quoted}"


def _html(reply: OutboundReply) -> str:
    language = clean_line(reply.language, limit=20)
    told = f' lang="{escape(language)}"' if language else ""
    pieces = [
        f'<!DOCTYPE html>\n<html{told}><head><meta charset="utf-8"></head><body>',
        f'<div dir="auto">{_lines(reply.text.rstrip())}</div>',
    ]
    if reply.quote is not None:
        pieces += [
            f'<p dir="auto">{escape(_line_above(reply))}</p>',
            f'<p dir="auto">{escape(_introduction(reply.quote))}</p>',
            f'<blockquote type="cite" dir="auto">{_lines(_repeated(reply.quote))}</blockquote>',
        ]
    return "\n".join([*pieces, "</body></html>", ""])


def _lines(text: str) -> str:
    return "<br>\n".join(escape(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _line_above(reply: OutboundReply) -> str:
    words = _ABOVE.get(reply.language.lower().partition("-")[0], _ABOVE["en"])
    return f"{DELIMITER} {words} {DELIMITER}"


def _introduction(quote: Quote) -> str:
    return f"{clean_line(quote.author, limit=200)}, {quote.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC:".removeprefix(", ")


def _repeated(quote: Quote) -> str:
    words = clean_text(quote.text).rstrip()
    return words if len(words) <= MAX_QUOTE else f"{words[:MAX_QUOTE].rstrip()}\n[…]"
