"""What the mails must become that reports, Outlook, keys, quotes and rare charsets are about; `corpus` has the others."""

from typing import Any

KEY = "00000000-0000-0000-0000-000000000007"
OURS = f"<{KEY}@northwell.example>"

MESSAGES: dict[str, dict[str, Any]] = {
    "bounce-forwarded-by-a-citizen": {"automatic": False, "starts": "I got this from you?"},
    "postmaster-writes-by-hand": {"automatic": True, "text": "Please call me about your server."},
    "out-of-office-with-empty-sender": {
        "automatic": True,
        "references": (OURS,),
    },
    "auto-generated": {"automatic": True},
    "precedence-bulk": {"automatic": True},
    "x-autoreply": {"automatic": True},
    "suppresses-answers": {"automatic": True},
    "list-unsubscribe": {"automatic": True},
    "winmail-with-files": {
        "text": "See the files.",
        "files": [("plan.pdf", "application/pdf"), ("evil.txt", "text/plain")],
    },
    "winmail-with-words": {"text": "The lamp is out, said Outlook.", "files": []},
    "winmail-cut-off": {"text": "See"},
    "calendar-invitation": {
        "text": "Please come.\n\n[Invitation: Site visit; 2026-11-25 09:00 to 10:00 UTC; Mill Lane]",
        "automatic": False,
        "files": [("calendar.ics", "text/plain")],
    },
    "calendar-cancelled": {"text": "Please come.\n\n[Cancelled: Site visit; 2026-11-25]"},
    "calendar-local-time": {
        "text": "Please come.\n\n[Invitation: Begehung am Mühlweg; 2026-11-25 10:00 to 2026-11-26 10:00]"
    },
    "calendar-broken": {"starts": "Please come.", "files": [("calendar.ics", "text/plain")]},
    "pgp-signed": {
        "text": "The lamp is out.\n\n[This mail is signed. The signature was kept as a file and not checked.]",
        "files": [("signature.asc", "text/plain")],
    },
    "smime-signed": {
        "text": "The lamp is out.\n\n[This mail is signed. The signature was kept as a file and not checked.]",
        "files": [("smime.p7s", "application/octet-stream")],
    },
    "pgp-encrypted": {"text": "[This mail is encrypted and cannot be read here. All of it is in the attached file.]"},
    "smime-signed-whole": {
        "text": "[This mail is signed in a form that cannot be read here. All of it is in the attached file.]",
        "files": [("smime.p7m", "application/octet-stream")],
    },
    "pgp-encrypted-words": {"starts": "-----BEGIN PGP MESSAGE-----"},
    "quoting-dutch": {"own": "Het is nog donker.", "starts": "Het is nog donker."},
    "quoting-spanish": {"own": "Sigue a oscuras.", "starts": "Sigue a oscuras."},
    "quoting-italian": {"own": "È ancora buio.", "starts": "È ancora buio."},
    "quoting-portuguese": {"own": "Continua escuro.", "starts": "Continua escuro."},
    "quoting-polish": {"own": "Nadal jest ciemno.", "starts": "Nadal jest ciemno."},
    "quoting-russian": {"own": "Всё ещё темно.", "starts": "Всё ещё темно."},
    "quoting-ukrainian": {"own": "Досі темно.", "starts": "Досі темно."},
    "quoting-turkish": {"own": "Hâlâ karanlık.", "starts": "Hâlâ karanlık."},
    "quoting-arabic": {"own": "ما زال الظلام.", "starts": "ما زال الظلام."},
    "quoting-japanese": {"own": "まだ暗いです。", "starts": "まだ暗いです。"},
    "quoting-chinese": {"own": "还是很黑。", "starts": "还是很黑。"},
    "quoting-korean": {"own": "아직 어둡습니다.", "starts": "아직 어둡습니다."},
    "quoting-swedish": {"own": "Det är fortfarande mörkt.", "starts": "Det är fortfarande mörkt."},
    "quoting-finnish": {"own": "Vielä on pimeää.", "starts": "Vielä on pimeää."},
    "quoting-outlook-english": {"own": "It is still dark."},
    "quoting-answers-between-lines": {"own": None},
    "quoting-our-line": {"own": "It is still dark."},
    "forwarded-without-a-word": {"own": None},
    "outlook-thread-index": {"threads": ("thread-index:01010101010101010101010101010101010101010101",)},
    "outlook-thread-index-broken": {"threads": ()},
    "greek-iso-8859-7": {"text": "Η λάμπα δεν ανάβει."},
    "hebrew-iso-8859-8": {"text": "הפנס ברחוב כבוי"},
    "thai-tis-620": {"text": "ไฟถนนดับ"},
    "turkish-windows-1254": {"text": "Sokak lambası yanmıyor, şu köşede."},
    "polish-iso-8859-2": {"text": "Latarnia nie świeci, źle widać."},
    "czech-windows-1250": {"text": "Lampa v ulici nesvítí, příliš tma."},
    "ukrainian-windows-1251": {"text": "Ліхтар на вулиці не світить."},
    "japanese-shift-jis": {"text": "街灯が消えています。"},
    "chinese-big5": {"text": "路燈壞了。"},
    "latvian-windows-1257": {"text": "Lampa nedeg, ļoti tumšs."},
    "western-iso-8859-15": {"text": "Kostet 5 €, sagt Frau Œuvre."},
    "utf-16-base64": {"text": "Die Straße ist dunkel."},
    "emoji-and-joined-signs": {"text": "👩🏽\u200d🚒 says 🇳🇱 क्षि done"},
}

REPORTS: dict[str, tuple[str, str, str]] = {
    "bounce-exchange-german": ("FAILED", "5.1.10", KEY),
    "bounce-gmail": ("FAILED", "5.1.1", KEY),
    "bounce-delayed-postfix": ("DELAYED", "4.4.1", KEY),
    "bounce-relayed": ("DELIVERED", "2.0.0", KEY),
    "bounce-mailbox-full": ("FAILED", "5.2.2", KEY),
    "bounce-several-recipients": ("FAILED", "5.1.1", KEY),
    "bounce-status-without-action": ("DELAYED", "4.2.2", KEY),
    "bounce-without-recipients": ("FAILED", "", KEY),
    "bounce-of-a-mail-not-ours": ("FAILED", "5.1.1", ""),
    "complaint-to-a-provider": ("DELIVERED", "unwanted", KEY),
    "read-receipt-outlook": ("READ", "", KEY),
    "bounce-qmail-that-names-ours": ("FAILED", "5.1.1", KEY),
    "bounce-exim": ("FAILED", "", KEY),
    "bounce-warning-delayed": ("DELAYED", "", KEY),
    "bounce-of-the-archives-copy": ("COPY_FAILED", "", KEY),
}

IGNORED = {
    "read-receipt-deleted-unread": f"read receipt for {OURS}",
}
