"""Refuse uploads that are too large while they arrive, before they fill the disk."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from conjure.conf import settings

MULTIPART = "multipart/form-data"
_MESSAGE = "The files of the request are larger than MAX_UPLOAD_SIZE."


class UploadLimit(FileUploadHandler):
    """Stores nothing itself, and stops the handlers after it once the files of a request are ``MAX_UPLOAD_SIZE``."""

    request: HttpRequest
    received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the chunk on. Raise RequestDataTooBig where it makes the files too large."""
        self.received += len(raw_data)
        if self.received > settings.MAX_UPLOAD_SIZE:
            # Django's parser closes the files that are complete, not the one that is being written.
            for handler in self.request.upload_handlers:
                handler.upload_interrupted()
            raise RequestDataTooBig(_MESSAGE)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers after this one."""


def limit_uploads(request: HttpRequest) -> None:
    """Limit the files of a request whose body has not been parsed yet."""
    if request.content_type == MULTIPART and not hasattr(request, "_files"):
        request.upload_handlers.insert(0, UploadLimit(request))


def refuse_large_files(request: HttpRequest) -> None:
    """Raise RequestDataTooBig for files that are too large together, which a middleware may have read before us."""
    sizes = [file.size or 0 for _, files in request.FILES.lists() for file in files]
    if sum(sizes) > settings.MAX_UPLOAD_SIZE:
        raise RequestDataTooBig(_MESSAGE)
