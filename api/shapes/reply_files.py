"""Files of replies as programs put them in and see them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.shapes.fields import Body, Number, Text

MOST_ENCODED = 13_400_000
"""Characters of base64 for the largest file that any place takes."""


class NewFile(Body):
    """A file for a reply to a message. It goes with a reply only where a wording names it."""

    answers = Number(help_text="The number of the citizen's message. The file stays with it.")
    name = Text(max_length=150, is_needed=True)
    content = Text(max_length=MOST_ENCODED, is_needed=True, help_text="The bytes, as base64.")
    alt = Text(max_length=1000, help_text="What a picture shows, for people who cannot see it.")


class FileToGo(serializers.Serializer[Any]):
    """A file as it is kept, without what a camera wrote beside the picture: `sha256` is of the bytes that leave."""

    token = serializers.CharField()
    answers = serializers.IntegerField()
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    alt = serializers.CharField(allow_blank=True)


class FilesToGo(serializers.Serializer[Any]):
    """What the caller has put in and no wording names yet."""

    files = FileToGo(many=True)


class TakenOut(serializers.Serializer[Any]):
    """Whether there was such a file of the caller's that no wording names."""

    removed = serializers.BooleanField()
