"""Field keys are exchanged: everything goes to the newest key, in steps that may be repeated, and nobody is locked out."""

from __future__ import annotations

import io

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from enquiries.models import ChannelAccount, EnquiryToken
from enquiries.models.sealed import Condition, condition_of, seal, unseal
from enquiries.services.accounts import resealing
from enquiries.services.incoming.identity import secret_of
from tests.people import City, arrive

FORMER, NEWEST = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def held(city: City, settings) -> City:
    """One of everything that is sealed, under the former key."""
    settings.FIELD_KEYS = [FORMER]
    account = city.accounts["x"]
    account.keep_secrets({"access_token": "t"})
    account.save(update_fields=["sealed_secrets"])
    for _ in range(3):
        secret_of(arrive(city).enquiry, EnquiryToken.Purpose.MAIL)
    Authenticator.objects.create(user=city.bob, type="totp", data={"secret": seal("S").decode()})
    codes = {"seed": seal("R").decode(), "used_mask": 0, "migrated_codes": [seal("1").decode()]}
    Authenticator.objects.create(user=city.bob, type="recovery_codes", data=codes)
    settings.FIELD_KEYS = [NEWEST, FORMER]
    return city


def reseal() -> str:
    said = io.StringIO()
    call_command("reseal", stdout=said)
    return said.getvalue()


def test_everything_goes_to_the_newest_key_and_opens_without_the_former_one(held: City, settings):
    said = reseal()

    settings.FIELD_KEYS = [NEWEST]
    assert ChannelAccount.objects.get(kind="x").as_account().secrets == {"access_token": "t"}
    assert all(unseal(token.sealed) for token in EnquiryToken.objects.all())
    totp, codes = (Authenticator.objects.get(type=kind).data for kind in ("totp", "recovery_codes"))
    assert [unseal(one.encode()) for one in (totp["secret"], codes["seed"], *codes["migrated_codes"])] == [*"SR1"]
    assert codes["used_mask"] == 0
    assert "enquiries: 3 sealed anew, 0 were already, 0 that no key opens" in said
    assert "second factors: 3 sealed anew" in said and "the former keys may go" in said


def test_second_time_changes_nothing(held: City):
    reseal()
    before = list(EnquiryToken.objects.order_by("pk").values_list("sealed", flat=True))

    said = reseal()

    assert "enquiries: 0 sealed anew, 3 were already" in said
    assert [bytes(one) for one in EnquiryToken.objects.order_by("pk").values_list("sealed", flat=True)] == [
        bytes(one) for one in before
    ]


def test_rows_are_taken_in_batches(held: City, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(resealing, "AT_ONCE", 2)

    assert resealing.secrets_of_enquiries() == resealing.Counts(resealed=3)


def test_what_no_key_opens_is_left_alone_counted_and_keeps_the_former_keys(held: City, settings):
    account = ChannelAccount.objects.get(kind="facebook")
    account.sealed_secrets = Fernet(Fernet.generate_key()).encrypt(b"{}")
    account.save(update_fields=["sealed_secrets"])

    with pytest.raises(CommandError, match="keep the former keys"):
        reseal()

    account.refresh_from_db()
    assert condition_of(bytes(account.sealed_secrets or b"")) is Condition.CLOSED
    assert condition_of(bytes(ChannelAccount.objects.get(kind="x").sealed_secrets or b"")) is Condition.NEWEST
