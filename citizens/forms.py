"""What may be typed on the public pages, and the words for what is wrong with it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from citizens.channel import MOST_CHARACTERS
from citizens.files import sift
from citizens.submission import ADDRESS
from enquiries.contract import InboundFile
from enquiries.models import Organisation, Satisfaction, Topic
from enquiries.rules.text import clean
from enquiries.services.satisfaction import MOST_WORDS

QUICKEST_SECONDS = 2
SALT = "citizens.opened"
BAD_ADDRESS = _("Write your e-mail address like name@example.org, or leave it empty")


class Words(forms.CharField):
    """A text of a citizen, made fit to be kept before its length is looked at."""

    def to_python(self, value: Any) -> str:
        """Drop what no database and no reader can take."""
        return clean(str(value)).strip() if value else ""


class WordsForm(forms.Form):
    """Words and files: all that is needed to add to an enquiry.

    `nonce` is the form's own number. `opened` proves when we made the form. `website` is a trap: people do not see it.
    """

    text = Words(
        max_length=MOST_CHARACTERS,
        error_messages={
            "required": _("Tell us what happened"),
            "max_length": ngettext_lazy(
                "Your text has %(show_value)d characters. Shorten it to %(limit_value)d.",
                "Your text has %(show_value)d characters. Shorten it to %(limit_value)d.",
                "limit_value",
            ),
        },
    )
    files = forms.Field(required=False)  # type: ignore[assignment]  # Django takes declared fields off the class
    nonce = forms.Field(required=False)
    opened = forms.Field(required=False)
    website = Words(required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, uploads: Sequence[UploadedFile[Any]] = ()) -> None:
        super().__init__(data)
        self.uploads = uploads
        self.taken: tuple[InboundFile, ...] = ()
        self.number = _number(self.data.get("nonce", ""))

    def clean(self) -> dict[str, Any]:
        """Look at the files, and at the trap."""
        sifted = sift(self.uploads)
        self.taken = sifted.taken
        for refusal in sifted.refusals:
            self.add_error("files", refusal)
        if self.cleaned_data.get("website"):
            self.add_error(None, _("Send the form once more. A field that people do not see was filled in."))
        return self.cleaned_data

    def is_suspicious(self) -> bool:
        """Say whether this looks like a machine: sent within two seconds of being made, or never opened at all."""
        signer = signing.TimestampSigner(salt=SALT)
        opened = str(self.data.get("opened", ""))
        try:
            if signer.unsign(opened) != self.number:
                return True
            signer.unsign(opened, max_age=QUICKEST_SECONDS)
        except signing.SignatureExpired:
            return False
        except signing.BadSignature:
            return True
        return True


class InvitedForm(WordsForm):
    """Words with a name and an address, if somebody wants to give them."""

    name = Words(
        required=False, max_length=200, error_messages={"max_length": _("Use at most 200 characters for your name")}
    )
    email = forms.EmailField(
        required=False,
        max_length=254,
        error_messages={
            "invalid": BAD_ADDRESS,
            "max_length": _("Use at most 254 characters for your e-mail address"),
        },
    )
    field_order: tuple[str, ...] = ("text", "name", "email", "files")

    def clean_email(self) -> str:
        """Refuse what Django lets pass and no mail of ours could go to: quoted names, endless ones, bare numbers."""
        address: str = self.cleaned_data["email"]
        if address and not ADDRESS.fullmatch(address):
            raise forms.ValidationError(BAD_ADDRESS)
        return address


class AskForm(InvitedForm):
    """A new enquiry. Whatever stands in `topic` that is no topic of ours means "something else": nobody is stopped by it."""

    topic = forms.Field(required=False)
    field_order = ("topic", "text", "name", "email", "files")


class HelpedForm(forms.Form):
    """What a citizen says of our answer. `reply` is the one that their page showed."""

    score = forms.ChoiceField(
        choices=Satisfaction.Score.choices,
        error_messages={
            "required": _("Choose whether our answer helped"),
            "invalid_choice": _("Choose whether our answer helped"),
        },
    )
    words = Words(
        required=False,
        max_length=MOST_WORDS,
        error_messages={
            "max_length": ngettext_lazy(
                "Your text has %(show_value)d characters. Shorten it to %(limit_value)d.",
                "Your text has %(show_value)d characters. Shorten it to %(limit_value)d.",
                "limit_value",
            )
        },
    )
    reply = forms.IntegerField(required=False, min_value=1)

    @property
    def wrong(self) -> list[tuple[str, str]]:
        """What is wrong with it, each with the field to mend. A reply that is none is told by the page itself."""
        return [(name, str(message)) for name in ("score", "words") for message in self.errors.get(name, [])]


def _number(given: str) -> str:
    """Read the form's own number; one that is none is replaced by a new one, so that nobody's form is refused for it."""
    try:
        return str(uuid.UUID(given))
    except ValueError:
        return str(uuid.uuid4())


def proof_of_opening(number: str) -> str:
    """Sign the form's number with the time it was made."""
    return signing.TimestampSigner(salt=SALT).sign(number)


def chosen_topic(organisation: Organisation, value: str) -> Topic | None:
    """Find the topic of a form's answer: its number or its name. None for anything else."""
    offered = Topic.objects.filter(organisation=organisation, on_form=True)
    is_number = value.isascii() and value.isdigit() and len(value) < 10
    return offered.filter(pk=int(value)).first() if is_number else offered.filter(name=clean(value)).first()
