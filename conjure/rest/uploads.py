"""Refuses files that are too large while they arrive, before they fill the disk."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from conjure.conf import settings


class UploadLimit(FileUploadHandler):
    """Stores nothing itself, and stops the handlers after it at ``MAX_UPLOAD_SIZE`` bytes of one file."""

    request: HttpRequest

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the chunk on. Raise RequestDataTooBig where it makes the file too large."""
        if start + len(raw_data) > settings.MAX_UPLOAD_SIZE:
            # Django's parser closes the files that are complete, not the one that is being written.
            for handler in self.request.upload_handlers:
                handler.upload_interrupted()
            raise RequestDataTooBig("A file is larger than MAX_UPLOAD_SIZE.")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers after this one."""


def limit_uploads(request: HttpRequest) -> None:
    """Limit the files of a request whose body has not been parsed yet."""
    if request.content_type == "multipart/form-data" and not hasattr(request, "_files"):
        request.upload_handlers.insert(0, UploadLimit(request))
