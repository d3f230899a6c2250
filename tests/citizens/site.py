"""A citizen with a browser, as far as tests need one: opens the form, fills it in, sends it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from enquiries.models import Enquiry, EnquiryToken
from enquiries.services.incoming import identity


@dataclass
class Visitor:
    """Somebody without an account. The form is opened long enough ago not to look like a machine."""

    client: Client = field(default_factory=Client)

    def form(self, **fields: Any) -> dict[str, Any]:
        """The fields of a form that was just filled in."""
        return {
            "text": "My bin was not emptied.",
            "topic": "",
            "name": "",
            "email": "",
            "nonce": str(uuid4()),
            **fields,
        }

    def ask(self, *, files: Sequence[tuple[str, bytes]] = (), **fields: Any) -> Any:
        """Send the form, and stay on the page it answers with."""
        uploads = [SimpleUploadedFile(name, content) for name, content in files]
        return self.client.post("/ask/", {**self.form(**fields), "files": uploads})

    def asked(self, **fields: Any) -> str:
        """Send the form and give the secret of the private page it leads to."""
        response = self.ask(**fields)
        assert response.status_code == 303, response.content.decode()[:2000]
        return str(response["Location"]).strip("/").split("/")[-1]

    def page(self, secret: str) -> str:
        """Open the private page."""
        response = self.client.get(f"/follow/{secret}/")
        assert response.status_code == 200
        return response.content.decode()


def enquiry_of(secret: str) -> Enquiry:
    enquiry = identity.enquiry_by_secret(secret, EnquiryToken.Purpose.FOLLOW)
    assert enquiry is not None
    return enquiry


def hidden(html: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]
