"""What each mail in mails/ must become. A mail without an entry here fails the tests."""

from pathlib import Path
from typing import Any

from tests.channels_email import corpus_more

MAILS = Path(__file__).parent / "mails"
OURS = "<00000000-0000-0000-0000-000000000007@northwell.example>"
TOKEN = "abcdefghijklmnopqrstuvwxyz"
DANA = "dana@citizens.example"
OCTETS = "application/octet-stream"

MESSAGES: dict[str, dict[str, Any]] = {
    "owner-writes-past-us": {"answerable": False},
    "plain-english": {
        "text": "The street light in Mill Lane is out.\n\nDana",
        "author": ("Dana Meyer", DANA),
        "at": "2026-11-20T09:15",
        "known_as": "<one@citizens.example>",
    },
    "plain-unix-line-ends": {"text": "The street light in Mill Lane is out."},
    "german-quoted-printable": {
        "text": "Die Laterne am Mühlweg ist seit Tagen außer Betrieb. Kosten: 5 EUR? Nein: 5 £.",
        "subject": "Straßenlaterne am Mühlweg",
        "author": ("Jürgen Weiß", "j.weiss@citizens.example"),
        "language": "de",
    },
    "arabic": {
        "text": "مصباح الشارع في حارة الطاحونة لا يعمل.\nشكرا",
        "subject": "إنارة الشارع معطلة",
        "author": ("ليلى حداد", "layla@citizens.example"),
        "language": "ar",
    },
    "arabic-windows-1256": {"text": "مصباح الشارع لا يعمل"},
    "hindi": {"text": "सड़क की बत्ती खराब है। 🙏", "subject": "सड़क की बत्ती"},
    "japanese-iso-2022-jp": {"text": "街灯が消えています。", "subject": "街灯について"},
    "korean-ks-c-5601": {"text": "가로등이 고장났습니다 똠"},
    "chinese-declared-gb2312": {"text": "路灯坏了，镕基路。"},
    "russian-koi8-r": {"text": "Фонарь на улице не горит.", "subject": "Фонарь не горит"},
    "utf-7": {"text": "Straßenlampe"},
    "utf-8-labelled-latin-1": {"text": "Die Straße ist dunkel – schön ist das nicht."},
    "latin-1-labelled-utf-8": {
        "text": "Die Straße ist dunkel, schön ist das nicht, müde bin ich auch. Grüße aus der Nähe."
    },
    "unknown-charset": {"text": "Größe unbekannt"},
    "charset-is-a-codec": {"text": "Lamp is out, charset is odd"},
    "charset-with-nul": {"text": "Lamp is out all the same"},
    "no-charset-8bit": {"text": "Ça ne marche pas: la lumière est éteinte."},
    "nul-bytes": {"text": "The lamp is out. Really.", "subject": "lamp is out"},
    "lone-surrogate": {"text": "Lamp \ufffd out"},
    "raw-8bit-headers": {"subject": "Straßenlaterne", "author": ("Jürgen Weiß", "jw@citizens.example")},
    "raw-latin-1-headers": {"subject": "Straße", "author": ("Jürgen", "jw@citizens.example")},
    "encoded-word-split-in-character": {"subject": "Straße"},
    "encoded-word-unknown-charset": {"subject": "Lamp out today"},
    "missing-message-id": {"known_as": "", "text": "No id here."},
    "missing-from": {"author": ("", ""), "answerable": False, "at": "2026-11-20T09:15"},
    "missing-from-but-envelope": {"author": ("", "eli@citizens.example"), "answerable": True},
    "missing-everything-but-subject": {"author": ("", ""), "answerable": False, "at": "1970-01-01T00:00"},
    "empty-body": {"text": ""},
    "future-date": {"at": "2026-11-20T09:15"},
    "broken-date": {"at": "1970-01-01T00:00"},
    "header-without-colon": {
        "text": "this line is no header\nTo: info@northwell.example\n\nBody after a broken header"
    },
    "mbox-from-line": {"text": "With an mbox line", "author": ("Dana Meyer", DANA)},
    "html-only": {"text": "The lamp is out.\n\n  * Mill Lane", "html": "alert(1)"},
    "html-meta-charset": {"text": "Фонарь не горит"},
    "html-with-xml-declaration": {"text": "Lamp is out"},
    "html-broken": {"text": "<<\n\nLamp is"},
    "html-deep": {"text": "deep lamp"},
    "html-empty": {"text": ""},
    "alternative": {"text": "Lamp is out (plain).", "html": "<p>Lamp is out (html).</p>"},
    "alternative-empty-plain": {"text": "Only the HTML speaks."},
    "html-with-list-footer": {"text": "The citizen's own words.\n\n-- \nScanned by a gateway"},
    "attachments": {
        "text": "See the pictures.",
        "files": [("plan.pdf", "application/pdf"), ("Straße 💡.png", "image/png"), ("журнал.txt", "text/plain")],
    },
    "attachment-names-hostile": {
        "files": [
            ("passwd", OCTETS),
            ("evil.exe", OCTETS),
            ("photogpj.exe", OCTETS),
            ("a" * 146 + ".pdf", OCTETS),
            ("file-5", OCTETS),
            ("CON.txt", OCTETS),
        ]
    },
    "attachment-lies-about-type": {"files": [("cat.png", OCTETS)]},
    "inline-image": {"text": "See it", "files": [("file-1.png", "image/png")]},
    "forwarded-as-attachment": {"text": "Please see below.", "files": [("mail.eml", "text/plain")]},
    "many-attachments": {
        "files": [*((f"f{number}.txt", "text/plain") for number in range(50)), ("left-out.txt", "text/plain")]
    },
    "outlook-winmail": {"files": [("winmail.dat", OCTETS)]},
    "smime-encrypted": {
        "text": "[This mail is encrypted and cannot be read here. All of it is in the attached file.]",
        "files": [("smime.p7m", OCTETS)],
    },
    "uuencoded": {"text": "UU", "files": [("a.txt", "text/plain")]},
    "base64-broken": {"starts": "The lamp is out."},
    "quoted-printable-broken": {"starts": "The lamp =ZZ is out"},
    "unknown-transfer-encoding": {"text": "The lamp is out"},
    "multipart-without-boundary": {"text": "The lamp is out, said without a boundary."},
    "multipart-boundary-never-comes": {"text": "The lamp is out, said before any boundary."},
    "multipart-cut-off": {"text": "The lamp is out, and then the line br"},
    "huge-header": {"text": "Still read."},
    "many-recipients": {"text": "To everybody."},
    "comment-bomb": {"author": ("", DANA)},
    "parameter-bomb": {"text": "Parameters."},
    "flowed": {"text": "The lamp in Mill Lane is out.\n\n> your words \n> of yesterday\n-- \nDana"},
    "flowed-delsp": {"text": "街灯が消えています。"},
    "gmail-quoting": {"starts": "It is still dark.\n\nOn Fri, 20 Nov 2026 at 10:15, City"},
    "outlook-quoting-german": {"starts": "Es ist noch dunkel.\n\n    Von: Stadt <info@northwell.example>"},
    "apple-mail-quoting-french": {"starts": "C'est toujours éteint.\n\n> Le 20 nov. 2026 à 10:15, Ville"},
    "out-of-office-exchange": {"automatic": True},
    "out-of-office-gmail-vacation": {"automatic": True},
    "mailing-list": {"automatic": True},
    "no-reply-sender": {"automatic": True},
    "null-sender": {"automatic": True},
    "calendar-reply": {"automatic": True, "files": [("calendar.ics", "text/plain")]},
    "auto-submitted-no": {"automatic": False},
    "reply-with-token": {"token": TOKEN, "references": (OURS, "<one@citizens.example>")},
    "token-in-envelope": {"token": TOKEN[::-1]},
    "token-of-another-domain": {"token": ""},
    "references-malformed": {"references": ("<two@citizens.example>", "<three@x.example>", "<one@citizens.example>")},
    "stranger-names-other-thread": {"references": ("<one@citizens.example>",), "token": ""},
    "from-several": {"author": ("Dana", DANA)},
    "from-name-is-another-address": {"author": ("", "mallory@elsewhere.example")},
    "from-encoded-address": {"author": ("", "mallory@elsewhere.example")},
    "from-injected-by-bracket": {"author": ("", ""), "answerable": False},
    "reply-to-stranger": {"author": ("Dana Meyer", DANA)},
    "subject-with-line-breaks": {"subject": "lamp Bcc: all@example.org x"},
    "international-address": {"author": ("用户", "用户@例子.example")},
    "duplicate-message-id-other-text": {"known_as": "<one@citizens.example>", "text": "Same Message-ID, other words."},
}
"""Checked: text (whole) or starts, own (what is not quoted, None where nothing is), subject, author, at, known_as,
references, threads, token, files, automatic, answerable."""
MESSAGES |= corpus_more.MESSAGES

OWN_POSTS = {"own-reply-comes-back": OURS[1:37]}
"""→ the posting's key."""

REPORTS: dict[str, tuple[str, str, str]] = {
    "bounce-failed": ("FAILED", "5.1.1", OURS[1:37]),
    "bounce-headers-only": ("DELAYED", "4.4.1", OURS[1:37]),
    "bounce-not-standard": ("FAILED", "", ""),
    "read-receipt": ("READ", "", OURS[1:37]),
} | corpus_more.REPORTS
"""→ what became of our mail, the server's code, the posting's key ("" where nobody knows which)."""

IGNORED = {
    "own-automatic-mail-loops": "an automatic mail of ours came back",
} | corpus_more.IGNORED

UNREADABLE = {
    "empty-file": "no mail",
    "no-headers": "no mail",
    "nested-too-deep": "20 levels",
    "nested-mails": "20 levels",
    "too-many-parts": "500 parts",
}


def mail(name: str) -> bytes:
    """Read a mail of the corpus."""
    return (MAILS / f"{name}.eml").read_bytes()


def names() -> list[str]:
    """All mails of the corpus."""
    return sorted(path.stem for path in MAILS.glob("*.eml"))
