"""Download a file from an http or https address."""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

import httpx
from tqdm import tqdm

from codeedu.cms.reader import LARGEST
from codeedu.cms.release import ReleaseError
from codeedu.codes.wording import shorten

PATIENCE = 30  # seconds to wait for the next bytes
HEADERS = {"User-Agent": "codeedu", "Accept-Encoding": "identity"}  # the file as it is


def download(url: str) -> tuple[bytes, str]:
    """Return the bytes at an http or https address, and the file's name.

    Shows a progress bar in a terminal. Raises ReleaseError when the address cannot be reached,
    does not return a file, stops early, or sends more than any release has.
    """
    shown = shorten(url, 80)
    try:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ReleaseError(
                f"codeedu downloads from http and https addresses only, not {shown}."
            )
        with (
            httpx.Client(
                headers=HEADERS,
                timeout=PATIENCE,
                follow_redirects=True,
                event_hooks={"response": [_check_redirect]},
                verify=ssl.create_default_context(),  # by the certificates of this computer
            ) as client,
            client.stream("GET", url) as response,
        ):
            if not response.is_success:
                code = response.status_code
                status = f"{code} {httpx.codes.get_reason_phrase(code)}".strip()
                raise ReleaseError(f"{shown} answered {status}; no file came.")
            return _body(response, shown), response.url.path.rpartition("/")[2] or "download"
    except ReleaseError:
        raise
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, ImportError) as error:
        reason = shorten(str(error) or type(error).__name__, 120).rstrip(".")
        raise ReleaseError(f"{shown} could not be downloaded: {reason}.") from error


def _check_redirect(response: httpx.Response) -> None:
    """Refuse a redirect from https to http, or to anything else."""
    if response.has_redirect_location:
        target = response.headers["Location"]
        if response.url.join(target).scheme not in ("https", response.url.scheme):
            raise httpx.UnsupportedProtocol(
                f"it points to {shorten(target, 60)}, which is not a safe address"
            )


def _body(response: httpx.Response, shown: str) -> bytes:
    """Return the body of a response, whole."""
    length = int(response.headers.get("Content-Length", 0)) or None
    if (length or 0) > LARGEST:
        raise ReleaseError(f"{shown} has {length:,} bytes, far more than a CMS HCPCS file.")
    body = bytearray()
    # disable=None: no bar outside a terminal
    with tqdm(total=length, unit="B", unit_scale=True, leave=False, disable=None) as bar:
        try:
            for chunk in response.iter_raw():
                body += chunk
                bar.update(len(chunk))
                if len(body) > LARGEST:
                    raise ReleaseError(f"{shown} sends far more than a CMS HCPCS file has.")
        except httpx.RemoteProtocolError as error:
            of = f" of {length:,}" if length else ""
            raise ReleaseError(
                f"The download broke off after {len(body):,}{of} bytes. Try again; nothing was "
                "kept."
            ) from error
    return bytes(body)
