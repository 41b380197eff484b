"""Looks at the dashboard as its readers do: calls its address, and tells whether it is the dashboard that answers."""

from __future__ import annotations

import json
import socket
import ssl
import time
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from ops.errors import OpsError

if TYPE_CHECKING:
    from config import Settings

_RETRY_SECONDS = 30.0
_PAUSE_SECONDS = 0.5
_ANSWER_SECONDS = 10.0
_REDIRECTS = 5
_OK, _FORBIDDEN, _SERVER_ERROR = 200, 403, 500
# Every page of a Dash application holds its configuration; an error page or the emulator's own answers do not.
_PAGE_MARK = b"_dash-config"
# Where a user pool signs readers in: https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
_COGNITO = ".amazoncognito.com"
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class _Answer:
    """What an address answered; `location` is where it sends its readers, empty where it does not."""

    status: int
    body: bytes
    location: str


class _NotYetError(Exception):
    """What an address does not do, and may do in some seconds."""


class _NoRedirect(HTTPRedirectHandler):
    """Leaves it to the caller where to go on."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def look_at_page(
    settings: Settings, url: str, *, version: str | None = None, retry_seconds: float = _RETRY_SECONDS
) -> str:
    """Return in words what readers get at the dashboard's address, which is the dashboard or a page to sign in.

    With `version`, /ready must tell that one. Raises OpsError with what they get instead, or why they get nothing;
    what may pass, such as a new name that does not resolve yet, only after `retry_seconds`.
    """
    deadline = time.monotonic() + retry_seconds
    while True:
        late = time.monotonic() > deadline
        try:
            return _look(settings, url, version, late=late)
        except _NotYetError as error:
            if late:
                raise OpsError(f"the tasks are healthy, but {url} does not show the dashboard: {error}") from None
        time.sleep(_PAUSE_SECONDS)


def _look(settings: Settings, url: str, version: str | None, *, late: bool) -> str:
    opener = build_opener(_NoRedirect, *([ProxyHandler({})] if settings.local else []))
    address, answer = url, _ask(settings, opener, url)
    for _ in range(_REDIRECTS):
        if not answer.location:
            break
        target = urljoin(address, answer.location)
        if urlsplit(target).hostname != urlsplit(address).hostname:
            return _elsewhere(settings, url, target)
        address, answer = target, _ask(settings, opener, target)
    if answer.status != _OK or _PAGE_MARK not in answer.body:
        raise _NotYetError(f"it answers {answer.status} {answer.body[:200]!r}")
    if settings.sign_in.enabled:
        raise OpsError(f"{address} shows the dashboard to anybody, without asking to sign in: ./dashctl deploy service")
    return _with_version(_ask(settings, opener, urljoin(address, "ready")), version, late=late)


def _elsewhere(settings: Settings, url: str, target: str) -> str:
    host = urlsplit(target).hostname or ""
    own = urlsplit(settings.sign_in.authorization_endpoint or "").hostname
    method = settings.sign_in.method
    if (method == "oidc" and host == own) or (method == "cognito" and host.endswith(_COGNITO)):
        return f"asks to sign in, at {host}"
    raise OpsError(f"{url} sends its readers to {host}, which is not where they are to sign in: look at its listener")


def _with_version(ready: _Answer, version: str | None, *, late: bool) -> str:
    """Return what /ready tells, which answers 503 as long as there are no data."""
    try:
        told = json.loads(ready.body)
        running, problem = str(told["image"]["version"]), told["problem"]
    except (ValueError, KeyError, TypeError):
        raise _NotYetError(f"/ready answers {ready.status} {ready.body[:200]!r}") from None
    if version is not None and running != version:
        raise _NotYetError(f"it is version {running} that answers, not {version}")
    if ready.status == _OK:
        return f"version {running} answers, with data"
    if problem is None and not late:
        raise _NotYetError("its data are being read")
    return f"version {running} answers, without data ({problem or 'they are still being read'}): ./dashctl data list"


def _ask(settings: Settings, opener: OpenerDirector, url: str) -> _Answer:
    """Ask an address once. Raises _NotYetError for what may pass, OpsError for what does not."""
    address = urlsplit(url)
    if settings.local:
        # The name under .localhost need not resolve everywhere (browsers resolve it themselves), so it is only named.
        request = Request(f"http://{_LOOPBACK}:{address.port}{address.path}", headers={"Host": address.netloc})
    else:
        request = Request(url)  # noqa: S310 - http or https: Terraform's output, or where that redirects to
    try:
        with opener.open(request, timeout=_ANSWER_SECONDS) as response:
            return _Answer(response.status, response.read(), "")
    except HTTPError as error:
        with error:
            answer = _Answer(error.code, error.read(), error.headers.get("Location", "") or "")
    except (OSError, HTTPException) as error:
        raise _obstacle(error, url) from error
    if answer.status == _FORBIDDEN:
        raise OpsError(
            f"{url} answers 403: the firewall refuses this machine (waf.managed_rule_groups, waf.rate_limit); its log, "
            f"{settings.waf_log_group_name}, names the rule"
        )
    return answer


def _obstacle(error: Exception, url: str) -> Exception:
    """Return why an address cannot be asked, as what may pass or as what does not."""
    host = urlsplit(url).hostname
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return OpsError(
            f"the certificate at {url} is not to be trusted: {reason.verify_message}: https.certificate_arn or "
            "https.zone_id must be for https.domain"
        )
    if isinstance(reason, socket.gaierror):
        return _NotYetError(f"the name {host} does not resolve yet: new names take minutes, else look at its DNS zone")
    if isinstance(reason, TimeoutError):
        return _NotYetError(
            f"{host} does not answer this machine within {_ANSWER_SECONDS:g} s: look whether alb.allowed_cidrs has its "
            "address"
        )
    return _NotYetError(str(reason))
