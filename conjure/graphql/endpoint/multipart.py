"""Uploads, by the GraphQL multipart request specification (https://github.com/jaydenseric/graphql-multipart-request-spec)."""

from __future__ import annotations

import io
import math
from typing import Any

from django.conf import settings as django_settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import HttpRequest

from conjure.conf import settings
from conjure.encoding import parse_json
from conjure.exceptions import InvalidError
from conjure.graphql.endpoint.operations import ClientOperation, parse_operation


def parse_multipart(request: HttpRequest) -> ClientOperation:
    """The operation of a multipart request, its files in their places among the variables.

    Raise InvalidError for a request that does not follow the specification: ``operations`` is one operation in JSON
    with null in place of each file, ``map`` says which part goes where, as ``{"0": ["variables.data.image"]}``. Raise
    RequestDataTooBig where the files would be too many or too large if each were sent as often as it is used.
    """
    payload = _json_part(request, "operations")
    places = _json_part(request, "map")
    operation = parse_operation(payload)
    if not isinstance(places, dict):
        raise InvalidError({"map": ["Must be an object."]})
    payload["variables"] = operation.variables
    _require_few(request, places)
    for part, paths in places.items():
        file = request.FILES.get(part)
        if not isinstance(file, UploadedFile):
            raise InvalidError({"map": [f"There is no file part {part!r}."]})
        if not isinstance(paths, list) or not paths:
            raise InvalidError({"map": [f"{part!r} must have a list of paths."]})
        for number, path in enumerate(paths):
            _put(payload, path, file if number == 0 else _open_again(request, part, file))
    return operation


def _require_few(request: HttpRequest, places: dict[str, Any]) -> None:
    used = [(part, len(paths)) for part, paths in places.items() if isinstance(paths, list)]
    if sum(times for _, times in used) > (django_settings.DATA_UPLOAD_MAX_NUMBER_FILES or math.inf):
        raise RequestDataTooBig("The map has more places than DATA_UPLOAD_MAX_NUMBER_FILES.")
    sizes = {part: file.size or 0 for part, file in request.FILES.items() if isinstance(file, UploadedFile)}
    if sum(times * sizes.get(part, 0) for part, times in used) > settings.MAX_UPLOAD_SIZE:
        raise RequestDataTooBig("The files are larger than MAX_UPLOAD_SIZE, each counted as often as it is used.")


def _open_again(request: HttpRequest, part: str, file: UploadedFile[Any]) -> UploadedFile[Any]:
    """The same upload with a position of its own, since storing a file reads it to its end, closes or moves it."""
    if isinstance(file, TemporaryUploadedFile):
        # An open file outlives its name, which goes where a storage moves it.
        content: Any = open(file.temporary_file_path(), "rb")  # noqa: SIM115 - the request closes its files
    else:
        content = io.BytesIO(file.read())
        file.seek(0)
    again = UploadedFile(content, file.name, file.content_type, file.size, file.charset, file.content_type_extra)
    request.FILES.appendlist(part, again)
    return again


def _json_part(request: HttpRequest, name: str) -> Any:
    text = request.POST.get(name)
    if text is None:
        raise InvalidError({name: ["This part is required."]})
    return parse_json(text)


def _put(payload: dict[str, Any], path: Any, file: Any) -> None:
    """Put the file where the path leads. Only a null may make way for it."""
    if not isinstance(path, str) or not path.startswith("variables."):
        raise InvalidError({"map": ["A path must begin with 'variables.'."]})
    *steps, last = path.split(".")
    place: Any = payload
    for step in steps:
        place = _at(place, step, path)
    if _at(place, last, path) is not None:
        raise InvalidError({"map": [f"There must be null at {path!r}."]})
    place[int(last) if isinstance(place, list) else last] = file


def _at(place: Any, step: str, path: str) -> Any:
    if isinstance(place, dict) and step in place:
        return place[step]
    if isinstance(place, list) and step.isascii() and step.isdigit() and len(step) < 6 and int(step) < len(place):
        return place[int(step)]
    raise InvalidError({"map": [f"There is no {path!r} in the operation."]})
