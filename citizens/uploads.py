"""Reads a form with files without ever holding more than a form may have: what is too much is counted and let go."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from citizens.files import MOST_BYTES, MOST_BYTES_IN_ALL, MOST_FILES


class BoundedUploads(FileUploadHandler):
    """Keeps files in memory up to the form's limits. Of the rest only name and size are known, enough to say what was wrong.

    The words of the form come before its files, so they are read and kept however much follows.
    """

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.kept_in_all = 0
        self.kept = io.BytesIO()
        self.size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin the next file."""
        super().new_file(*args, **kwargs)
        self.count += 1
        self.kept, self.size = io.BytesIO(), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, or only count it."""
        self.size += len(raw_data)
        fits = self.size <= MOST_BYTES and self.kept_in_all + self.size <= MOST_BYTES_IN_ALL
        if fits and self.count <= MOST_FILES:
            self.kept.write(raw_data)
        else:
            self.kept = io.BytesIO()

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Hand over the file with its true size."""
        self.kept_in_all += len(self.kept.getbuffer())
        self.kept.seek(0)
        return InMemoryUploadedFile(self.kept, self.field_name, self.file_name or "", "", file_size, None)
