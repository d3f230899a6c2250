"""Files are taken by what they are, within limits that are told; a refused file never costs the citizen's words."""

import pytest

from citizens import files
from enquiries.models import Attachment, Enquiry, Payload
from tests.citizens.documents import GOOD, PNG, WRONG_KIND
from tests.citizens.site import Visitor, enquiry_of
from tests.people import City

MB = 1024 * 1024
WORDS = "My bin was not emptied for the third week running."


@pytest.mark.parametrize("name", GOOD)
def test_kinds_that_are_promised_are_known_by_their_bytes(name: str):
    kind = files.kind_of(GOOD[name])

    assert kind is not None
    assert name.endswith(files.ENDINGS[kind])


@pytest.mark.parametrize("name", WRONG_KIND)
def test_everything_else_is_no_kind_of_ours(name: str):
    assert files.kind_of(WRONG_KIND[name]) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("photo.PNG", "photo.PNG"),
        ("a.html", "a.html.png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\Users\\dana\\bin.png", "bin.png"),
        ("bin\u202egnp.exe", "bingnp.exe.png"),
        ('a"b<c>.png', "abc.png"),
        ("line\nbreak.png", "line break.png"),
        ("", "file.png"),
        ("...", "file.png"),
        ("x" * 300, "x" * 110 + ".png"),
    ],
)
def test_name_is_kept_without_its_tricks(given: str, kept: str):
    assert files.true_name(given, kind=files.PNG) == kept


@pytest.mark.django_db
@pytest.mark.parametrize("name", WRONG_KIND)
def test_file_of_the_wrong_kind_is_told_and_the_words_are_kept(city: City, name: str):
    response = Visitor().ask(text=WORDS, name="Dana", files=[(name, WRONG_KIND[name])])

    page = response.content.decode()
    assert response.status_code == 422
    assert f"We cannot take “{name}”" in page
    assert WORDS in page
    assert 'value="Dana"' in page
    assert "choose your files again" in page
    assert not Payload.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ([("a.png", PNG)] * 6, "You chose 6 files. Choose at most 5."),
        ([("a.png", PNG + b"\0" * 10 * MB)], "“a.png” is larger than 10 MB."),
        ([("a.png", PNG), ("big.png", PNG + b"\0" * 45 * MB)], "“big.png” is "),
        ([(f"{n}.png", PNG + b"\0" * 9 * MB) for n in range(3)], "“2.png” is too much"),
        ([("empty.png", b"")], "“empty.png” is empty."),
    ],
    ids=["too many", "too large", "far too large", "too much together", "empty"],
)
def test_file_over_a_limit_is_told_and_the_words_are_kept(city: City, sent: list[tuple[str, bytes]], told: str):
    response = Visitor().ask(text=WORDS, files=sent)

    page = response.content.decode()
    assert response.status_code == 422
    assert told in page
    assert WORDS in page
    assert not Enquiry.objects.exists()


@pytest.mark.django_db
def test_as_much_as_is_promised_is_taken(city: City):
    sent = [(f"{n}.png", PNG + bytes([n]) * (4 * MB - len(PNG))) for n in range(5)]

    secret = Visitor().asked(files=sent)

    kept = Attachment.objects.filter(message__enquiry=enquiry_of(secret)).order_by("pk")
    assert [file.size for file in kept] == [4 * MB] * 5


@pytest.mark.django_db
def test_files_can_be_added_on_the_private_page(city: City):
    visitor = Visitor()
    secret = visitor.asked()

    visitor.client.post(f"/follow/{secret}/", visitor.form(text="Here", files=[as_upload("bin.png", PNG)]))
    refused = visitor.client.post(
        f"/follow/{secret}/", visitor.form(text="Here", files=[as_upload("bin.exe", b"MZ\0")])
    )

    assert "bin.png" in visitor.page(secret)
    assert refused.status_code == 422
    assert "We cannot take “bin.exe”" in refused.content.decode()


def as_upload(name: str, content: bytes):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content)
