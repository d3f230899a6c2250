"""Pictures lose what a camera wrote beside them and nothing else; what is no picture is not taken for one."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiries.rules.pictures import (
    GIF,
    JPEG,
    MOST_PIXELS,
    OTHER,
    PDF,
    PNG,
    WEBP,
    NotAPicture,
    bare,
    kind_of,
    told_kind,
)
from tests.files.drawn import SECRET, chatty_png, chunk, exif, gif, jpeg, png, segment, webp

CHATTY = [
    pytest.param(chatty_png(), PNG, (2, 2), id="png"),
    pytest.param(jpeg(), JPEG, (3, 5), id="jpeg"),
    pytest.param(gif(), GIF, (4, 6), id="gif"),
    pytest.param(webp(), WEBP, (8, 10), id="webp"),
]


@pytest.mark.parametrize(("content", "kind", "size"), CHATTY)
def test_picture_tells_nothing_beside_what_is_drawn(content: bytes, kind: str, size: tuple[int, int]):
    picture = bare(content)

    assert SECRET not in picture.content
    assert SECRET[:12] not in picture.content
    assert (picture.media_type, picture.width, picture.height) == (kind, *size)
    assert kind_of(picture.content) == kind


@pytest.mark.parametrize(("content", "kind", "size"), CHATTY)
def test_bare_picture_stays_as_it_is(content: bytes, kind: str, size: tuple[int, int]):
    once = bare(content).content

    assert bare(once).content == once


def test_drawing_of_a_png_stays_to_the_byte():
    assert bare(chatty_png()).content == png()


def test_colours_and_playing_stay():
    assert b"ICC_PROFILE" in bare(jpeg()).content
    assert b"NETSCAPE2.0" in bare(gif()).content


@pytest.mark.parametrize("turned", range(2, 9))
def test_photo_of_a_telephone_is_still_turned_the_right_way(turned: int):
    kept = bare(jpeg(orientation=turned)).content

    assert kept.count(b"Exif\0\0") == 1
    assert bare(kept).content == kept
    assert bytes([turned]) in kept[kept.index(b"Exif\0\0") : kept.index(b"Exif\0\0") + 40]
    assert b"\x88\x25" not in kept
    assert b"\x25\x88" not in kept


@pytest.mark.parametrize("turned", [0, 1, 9, 255])
def test_senseless_orientation_is_left_out(turned: int):
    assert b"Exif" not in bare(jpeg(orientation=turned)).content


def test_flags_of_a_webp_announce_nothing_that_is_gone():
    kept = bare(webp()).content

    assert kept[20] == 0x10
    assert int.from_bytes(kept[4:8], "little") == len(kept) - 8


BROKEN = [
    b"",
    b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    b"GIF89a" + b"<script>alert(1)</script>",
    b"%PDF-1.7",
    b"\xff\xd8\xff",
    png()[:-5],
    png().replace(b"IDAT", b"IDAX"),
    jpeg()[:200],
    gif()[:40],
    png(0, 0),
    png(extra=chunk(b"eXIf", SECRET))[:-30],
    b"\xff\xd8" + segment(0xE1, exif(6)) + b"\xff\xd9",
]


@pytest.mark.parametrize("content", BROKEN)
def test_what_is_no_whole_picture_is_refused(content: bytes):
    with pytest.raises(NotAPicture):
        bare(content)


def test_picture_that_unfolds_to_gigabytes_is_refused():
    head = chunk(b"IHDR", MOST_PIXELS.to_bytes(4, "big") + (2).to_bytes(4, "big") + b"\x08\x02\0\0\0")

    with pytest.raises(NotAPicture):
        bare(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IEND", b""))


@given(st.binary(max_size=200), st.sampled_from([chatty_png(), jpeg(), gif(), webp()]), st.integers(0, 400))
def test_no_bytes_whatsoever_make_it_fail_otherwise(noise: bytes, picture: bytes, place: int):
    with contextlib.suppress(NotAPicture):
        bare(picture[:place] + noise + picture[place:])


@pytest.mark.parametrize(
    ("content", "claimed", "kind"),
    [
        (png(), "text/html", PNG),
        (b"%PDF-1.7", "image/png", PDF),
        (b"<script>", "image/png", OTHER),
        (b"<script>", "image/PNG; charset=x", OTHER),
        (b"hello", "text/plain", "text/plain"),
        (b"hello", "", OTHER),
    ],
)
def test_bytes_say_what_a_file_is_and_not_its_sender(content: bytes, claimed: str, kind: str):
    assert told_kind(content, claimed) == kind
