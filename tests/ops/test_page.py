"""What readers get at the dashboard's address, told in words; the addresses are on loopback."""

import datetime
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from config import Settings
from ops.errors import OpsError
from ops.page import look_at_page
from tests.settings import settings_of

pytestmark = pytest.mark.unit

Answer = tuple[int, bytes, dict[str, str]]
PAGE: Answer = (200, b"<html><script id='_dash-config'>{}</script></html>", {})


def ready(version: str = "1.4.0", *, status: int = 200, problem: str | None = None) -> Answer:
    return status, json.dumps({"image": {"version": version}, "problem": problem}).encode(), {}


class Site(ThreadingHTTPServer):
    """Answers each path with its answers, one after another, the last one for ever."""

    daemon_threads = True

    def __init__(self, answers: dict[str, list[Answer]]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.hosts: list[str] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.hosts.append(self.headers["Host"])
        answers = self.server.answers[self.path]
        status, body, headers = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


Serve = Callable[..., Site]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that serves answers by path, over TLS with a context."""
    sites: list[Site] = []

    def start(answers: dict[str, list[Answer]], context: ssl.SSLContext | None = None) -> Site:
        site = Site(answers)
        if context:
            site.socket = context.wrap_socket(site.socket, server_side=True)
        threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        sites.append(site)
        return site

    yield start
    for site in sites:
        site.shutdown()
        site.server_close()


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.page._PAUSE_SECONDS", 0.01)
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


def dev(**keys: str) -> Settings:
    variables = {f"DASH__{key.upper()}": value for key, value in keys.items()}
    return settings_of({"DASH_ENV": "dev", "DASH__AWS__ACCOUNT_ID": "123456789012"} | variables)


DEV = dev()
HTTPS = {"https__domain": "dashboard.example.com", "https__zone_id": "Z0123456789"}
COGNITO = dev(**HTTPS, sign_in__method="cognito")
OIDC = dev(
    **HTTPS,
    sign_in__method="oidc",
    sign_in__issuer="https://login.example.com",
    sign_in__authorization_endpoint="https://login.example.com/authorize",
    sign_in__token_endpoint="https://login.example.com/token",
    sign_in__user_info_endpoint="https://login.example.com/userinfo",
    sign_in__client_id="dashboard",
    sign_in__client_secret_arn="arn:aws:secretsmanager:us-east-1:123456789012:secret:oidc-AbCdEf",
)


def look(site: Site, settings: Settings = DEV, **options: Any) -> str:  # noqa: ANN401 - of look_at_page
    return look_at_page(settings, f"http://127.0.0.1:{site.port}/", **{"retry_seconds": 0.0, **options})


def test_the_dashboard_is_told_with_its_version(serve: Serve) -> None:
    site = serve({"/": [PAGE], "/ready": [ready()]})
    assert look(site, version="1.4.0") == "version 1.4.0 answers, with data"
    assert look(site) == "version 1.4.0 answers, with data"


def test_what_may_pass_is_waited_for(serve: Serve) -> None:
    site = serve(
        {
            "/": [(502, b"Bad Gateway", {}), (503, b"", {}), (200, b"<html>another page</html>", {}), PAGE],
            "/ready": [ready("1.3.0"), ready(status=503), ready()],
        }
    )
    assert look(site, version="1.4.0", retry_seconds=5) == "version 1.4.0 answers, with data"


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"/": [(502, b"Bad Gateway", {})]}, "are healthy, but .* does not show the dashboard: it answers 502"),
        ({"/": [(500, PAGE[1], {})]}, "it answers 500 .*_dash-config"),
        ({"/": [(200, b"<html></html>", {})]}, "it answers 200 b'<html></html>'"),
        ({"/": [(403, b"Forbidden", {})]}, r"answers 403: the firewall refuses .*aws-waf-logs-plotly-dash-dev"),
        ({"/": [PAGE], "/ready": [ready("1.3.0")]}, r"it is version 1\.3\.0 that answers, not 1\.4\.0"),
        ({"/": [PAGE], "/ready": [(200, b"no JSON", {})]}, "/ready answers 200 b'no JSON'"),
        ({"/": [(302, b"", {"Location": "https://other.example/"})]}, "sends its readers to other.example, which"),
        ({"/": [(302, b"", {"Location": "/"})]}, "it answers 302"),
    ],
)  # fmt: skip
def test_what_is_not_the_dashboard_is_told(serve: Serve, answers: dict[str, list[Answer]], told: str) -> None:
    with pytest.raises(OpsError, match=told):
        look(serve(answers), version="1.4.0")


def test_a_dashboard_without_data_says_so(serve: Serve) -> None:
    site = serve({"/": [PAGE], "/ready": [ready(status=503, problem="there is no object"), ready()]})
    assert look(site, retry_seconds=5).startswith("version 1.4.0 answers, without data (there is no object): ")
    assert "(they are still being read)" in look(serve({"/": [PAGE], "/ready": [ready(status=503)]}))


@pytest.mark.parametrize(
    ("settings", "target"),
    [
        (COGNITO, "https://plotly-dash-dev.auth.us-east-1.amazoncognito.com/oauth2/authorize?client_id=a"),
        (OIDC, "https://login.example.com/authorize?client_id=dashboard"),
    ],
)
def test_a_page_to_sign_in_is_what_readers_get(serve: Serve, settings: Settings, target: str) -> None:
    site = serve({"/": [(302, b"", {"Location": target})]})
    assert look(site, settings) == f"asks to sign in, at {target.split('/')[2]}"
    with pytest.raises(OpsError, match="not where they are to sign in"):
        look(serve({"/": [(302, b"", {"Location": "https://evil.example/?amazoncognito.com"})]}), settings)


def test_a_dashboard_that_asks_nobody_to_sign_in_is_a_fault(serve: Serve) -> None:
    with pytest.raises(OpsError, match="shows the dashboard to anybody, without asking to sign in"):
        look(serve({"/": [PAGE], "/ready": [ready()]}), COGNITO)


def test_what_cannot_be_reached_is_told(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    with pytest.raises(OpsError, match="Connection refused"):
        look_at_page(DEV, f"http://127.0.0.1:{port}/", retry_seconds=0)
    with pytest.raises(OpsError, match=r"the name no-such-name\.invalid does not resolve yet"):
        look_at_page(DEV, "http://no-such-name.invalid/", retry_seconds=0)
    monkeypatch.setattr("ops.page._ANSWER_SECONDS", 0.1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        with pytest.raises(OpsError, match=r"does not answer this machine within 0\.1 s: .*alb\.allowed_cidrs"):
            look_at_page(DEV, f"http://127.0.0.1:{silent.getsockname()[1]}/", retry_seconds=0)


def test_the_local_name_need_not_resolve(serve: Serve) -> None:
    site = serve({"/": [PAGE], "/ready": [ready()]})
    url = f"http://albplotlydash.alb.localhost:{site.port}/"
    assert look_at_page(settings_of({"DASH_ENV": "local"}), url, retry_seconds=0) == "version 1.4.0 answers, with data"
    assert site.hosts == [f"albplotlydash.alb.localhost:{site.port}"] * 2


def certificate(folder: Path, *names: x509.GeneralName) -> tuple[ssl.SSLContext, Path]:
    """Return a server's TLS with a certificate for these names, and the file that has it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = folder / "key.pem"
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, private)
    return context, file


def test_plain_http_leads_to_https_whose_certificate_is_verified(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, file = certificate(tmp_path, x509.IPAddress(ip_address("127.0.0.1")))
    secure = serve({"/": [PAGE], "/ready": [ready()]}, context)
    plain = serve({"/": [(301, b"", {"Location": f"https://127.0.0.1:{secure.port}/"})]})
    with pytest.raises(OpsError, match="is not to be trusted: self-signed certificate"):
        look(plain)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    assert look(plain) == "version 1.4.0 answers, with data"


def test_a_certificate_of_another_name_is_told(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, file = certificate(tmp_path, x509.DNSName("other.example.com"))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    site = serve({"/": [PAGE]}, context)
    with pytest.raises(OpsError, match=r"is not to be trusted: .*127\.0\.0\.1.*https\.domain"):
        look_at_page(DEV, f"https://127.0.0.1:{site.port}/", retry_seconds=0)
