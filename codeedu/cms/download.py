"""Download a file from an http or https address."""

from __future__ import annotations

import http.client
from typing import Any
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit

from codeedu.cms.reader import LARGEST
from codeedu.cms.release import ReleaseError
from codeedu.codes.wording import shorten

PATIENCE = 30  # seconds to wait for the next bytes
CHUNK = 1 << 16


class _OnlyTheWeb(request.HTTPRedirectHandler):
    """Follows a redirect to http or https, and never from https to http."""

    def redirect_request(
        self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: str
    ) -> Any:
        old, new = urlsplit(req.full_url).scheme, urlsplit(newurl).scheme
        if new != "https" and new != old:
            raise URLError(f"it points to {shorten(newurl, 60)}, which is not a safe address")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def download(url: str) -> tuple[bytes, str]:
    """Return the bytes at an http or https address, and the file's name.

    Shows a progress bar in a terminal. Raises ReleaseError when the address cannot be reached,
    does not return a file, stops early, or sends more than any release has.
    """
    shown = shorten(url, 80)
    if url.partition(":")[0].lower() not in ("http", "https"):
        raise ReleaseError(f"codeedu downloads from http and https addresses only, not {shown}.")
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler,
        request.HTTPHandler,
        request.HTTPSHandler,
        request.HTTPDefaultErrorHandler,
        request.HTTPErrorProcessor,
        _OnlyTheWeb,
    ):
        opener.add_handler(handler())
    try:
        asked = request.Request(url, headers={"User-Agent": "codeedu"})
        with opener.open(asked, timeout=PATIENCE) as answer:
            data = _received(answer, shown)
            return data, unquote(urlsplit(answer.url).path.rpartition("/")[2]) or "download"
    except HTTPError as error:
        says = f"{error.code} {http.client.responses.get(error.code, '')}".strip()
        raise ReleaseError(f"{shown} answered {says}; no file came.") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        if isinstance(error, ReleaseError):
            raise
        reason = shorten(str(getattr(error, "reason", error)) or type(error).__name__, 120)
        raise ReleaseError(f"{shown} could not be downloaded: {reason}.") from error


def _received(answer: Any, shown: str) -> bytes:
    """Return the body of an answer, whole."""
    from tqdm import tqdm

    length = answer.length  # Content-Length, None where the server does not say
    if (length or 0) > LARGEST:
        raise ReleaseError(f"{shown} has {length:,} bytes, far more than a CMS HCPCS file.")
    parts, size = [], 0
    # disable=None: no bar outside a terminal
    with tqdm(total=length, unit="B", unit_scale=True, leave=False, disable=None) as bar:
        try:
            while chunk := answer.read1(CHUNK):
                parts.append(chunk)
                size += len(chunk)
                bar.update(len(chunk))
                if size > LARGEST:
                    raise ReleaseError(f"{shown} sends far more than a CMS HCPCS file has.")
            whole = length is None or size == length
        except http.client.IncompleteRead:  # a chunked response that stopped early
            whole = False
    if not whole:
        of = "" if length is None else f" of {length:,}"
        raise ReleaseError(
            f"The download broke off after {size:,}{of} bytes. Try again; nothing was kept."
        )
    return b"".join(parts)
