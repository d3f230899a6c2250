"""What the composer sends about files: which go with the wording, what pictures show, and a new one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from enquiries.services.files.reply_files import Chosen

MOST_BYTES = 10_000_000
MOST_CHOSEN = 20


class NewFileForm(forms.Form):
    """A file that is put in, with the words that say what it shows."""

    new_file = forms.FileField(
        max_length=500,
        allow_empty_file=False,
        error_messages={
            "required": _("Choose a file first, then add it."),
            "empty": _("This file is empty. Choose another."),
            "max_length": _("The name of this file is too long. Give it a shorter one."),
        },
    )
    new_alt = forms.CharField(required=False, max_length=1000)

    def clean_new_file(self) -> Any:
        """Refuse what is larger than anything takes, before a byte of it is read into memory."""
        file = self.cleaned_data["new_file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("This file is larger than 10 MB. Make it smaller, or put a link into the text.")
            )
        return file


def chosen_in(sent: QueryDict) -> list[Chosen] | None:
    """Read which files are to go with a wording; None where the form had no place for files."""
    if "has_files" not in sent:
        return None
    tokens = dict.fromkeys(sent.getlist("files")[:MOST_CHOSEN])
    return [Chosen(token=token[:40].replace("\x00", ""), alt=sent.get(f"alt-{token}")) for token in tokens]


def is_forgotten(sent: QueryDict) -> bool:
    """Say whether somebody chose a file and saved without adding it: forms send its name alone then."""
    return bool(sent.get("new_file"))
