import hashlib
import hmac
import json
import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.sign_in.config import SignInConfig
from dashboard.sign_in.public_keys import KeysUnavailableError, PublicKeys
from dashboard.sign_in.token_verifier import MAX_CHARACTERS, TokenError, TokenVerifier
from tests.dashboard.json_values import JSON_VALUES
from tests.dashboard.load_balancer import ARN, CLAIMS, LoadBalancer, encode, new_key, pem, signature, unsigned
from tests.dashboard.raw_s3 import RawS3, raw_s3, status

pytestmark = pytest.mark.unit

Header = dict[str, object]


@pytest.fixture
def verifier(config: SignInConfig) -> TokenVerifier:
    return TokenVerifier(config, PublicKeys(config.public_keys_url))


def refuse(verifier: TokenVerifier, token: str, match: str) -> None:
    with pytest.raises(TokenError, match=match) as told:
        verifier.verify(token)
    assert "\n" not in str(told.value)


def test_a_token_names_its_reader(verifier: TokenVerifier, load_balancer: LoadBalancer) -> None:
    user = verifier.verify(load_balancer.token())
    assert (user.subject, user.label) == ("1234567890", "ada@example.org")
    assert user.claims == CLAIMS


@pytest.mark.parametrize("length", range(4))
def test_padding_of_any_length_is_taken(verifier: TokenVerifier, load_balancer: LoadBalancer, length: int) -> None:
    name = "n" * length
    token = load_balancer.token(CLAIMS | {"name": name}, pad="p" * length)
    assert verifier.verify(token).claims["name"] == name


def test_a_token_without_padding_is_taken(verifier: TokenVerifier, load_balancer: LoadBalancer) -> None:
    header, claims = json.dumps(load_balancer.header()).encode(), json.dumps(CLAIMS).encode()
    text = f"{encode(header).rstrip('=')}.{encode(claims).rstrip('=')}"
    assert verifier.verify(f"{text}.{signature(text, load_balancer.key).rstrip('=')}").subject == "1234567890"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", None])
def test_a_token_without_a_signature_is_refused(
    verifier: TokenVerifier, load_balancer: LoadBalancer, algorithm: str | None
) -> None:
    text = unsigned(load_balancer.header(alg=algorithm), CLAIMS)
    for end in ("", ".", f".{signature(text, load_balancer.key)}"):
        refuse(verifier, f"{text}{end}", "algorithm is not ES256|damaged")


def test_the_public_key_is_no_shared_secret(verifier: TokenVerifier, load_balancer: LoadBalancer) -> None:
    text = unsigned(load_balancer.header(alg="HS256"), CLAIMS)
    for secret in (pem(load_balancer.key), pem(load_balancer.key).strip()):
        made = hmac.digest(secret, text.encode(), hashlib.sha256)
        refuse(verifier, f"{text}.{encode(made)}", "algorithm is not ES256")


@pytest.mark.parametrize("algorithm", ["ES384", "ES256K", "RS256", "EdDSA", "es256", ["ES256"], {"a": 1}, 1])
def test_no_other_algorithm_is_taken(verifier: TokenVerifier, load_balancer: LoadBalancer, algorithm: object) -> None:
    refuse(verifier, load_balancer.token(alg=algorithm), "algorithm is not ES256")


def test_another_key_is_refused(verifier: TokenVerifier) -> None:
    refuse(verifier, LoadBalancer(new_key()).token(), "signature is wrong")


def test_a_key_in_the_token_is_not_used(verifier: TokenVerifier, key_server: RawS3) -> None:
    attacker = LoadBalancer(new_key())
    numbers = attacker.key.public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-256", "x": encode(numbers.x.to_bytes(32)), "y": encode(numbers.y.to_bytes(32))}
    for extra in ({"jwk": jwk}, {"jku": "http://127.0.0.1:9/keys"}, {"x5u": "http://127.0.0.1:9/"}):
        refuse(verifier, attacker.token(**extra), "signature is wrong")


@pytest.mark.parametrize("part", [0, 1])
def test_a_changed_token_is_refused(verifier: TokenVerifier, load_balancer: LoadBalancer, part: int) -> None:
    parts = load_balancer.token().split(".")
    later = load_balancer.header(exp=int(time.time()) + 9999)
    parts[part] = encode(json.dumps([later, CLAIMS | {"sub": "root"}][part]).encode())
    refuse(verifier, ".".join(parts), "signature is wrong")


def test_a_signature_of_zeros_is_refused(verifier: TokenVerifier, load_balancer: LoadBalancer) -> None:
    text = unsigned(load_balancer.header(), CLAIMS)
    for content in (bytes(64), bytes(63), bytes(65), b"", b"\xff" * 64):
        refuse(verifier, f"{text}.{encode(content)}", "signature is wrong")


@pytest.mark.parametrize(
    ("field", "value", "match"),
    [
        ("signer", f"{ARN}0", "another load balancer"),
        ("signer", ARN.replace("123456789012", "999999999999"), "another load balancer"),
        ("signer", None, "another load balancer"),
        ("signer", [ARN], "another load balancer"),
        ("client", "another-client", "another application"),
        ("client", None, "another application"),
        ("iss", "https://elsewhere.example.org", "another identity provider"),
        ("iss", None, "another identity provider"),
        ("exp", None, "does not say when it expires"),
        ("exp", "4000000000", "does not say when it expires"),
        ("exp", True, "does not say when it expires"),
        ("exp", 4e9, "does not say when it expires"),
        ("kid", None, "key is unknown"),
        ("kid", "../../secret", "damaged|key is unknown"),
        ("kid", 7, "damaged"),
        ("b64", False, "damaged"),
        ("crit", ["x"], "damaged"),
    ],
)
def test_a_header_that_does_not_fit_is_refused(
    verifier: TokenVerifier, load_balancer: LoadBalancer, key_server: RawS3, field: str, value: object, match: str
) -> None:
    refuse(verifier, load_balancer.token(**{field: value}), match)
    # Its key was not asked for.
    if field != "crit":
        assert key_server.requests == []


@pytest.mark.parametrize("seconds", [0, 1, 1000])
def test_a_token_that_has_expired_is_refused(
    verifier: TokenVerifier, load_balancer: LoadBalancer, key_server: RawS3, seconds: int
) -> None:
    refuse(verifier, load_balancer.token(exp=int(time.time()) - seconds), "has expired")
    assert key_server.requests == []


def test_claims_that_have_expired_are_refused(verifier: TokenVerifier, load_balancer: LoadBalancer) -> None:
    refuse(verifier, load_balancer.token(CLAIMS | {"exp": int(time.time()) - 1}), "has expired")


@pytest.mark.parametrize("subject", [None, "", 7, ["1"], {"a": 1}])
def test_a_token_without_a_subject_is_refused(
    verifier: TokenVerifier, load_balancer: LoadBalancer, subject: object
) -> None:
    refuse(verifier, load_balancer.token(CLAIMS | {"sub": subject}), "no subject|damaged")
    refuse(verifier, load_balancer.token({"email": "ada@example.org"}), "no subject")


def test_what_the_provider_says_of_its_audience_does_not_count(
    verifier: TokenVerifier, load_balancer: LoadBalancer
) -> None:
    assert verifier.verify(load_balancer.token(CLAIMS | {"aud": "someone"})).subject == "1234567890"


def test_client_and_issuer_count_only_where_they_are_set(config: SignInConfig, load_balancer: LoadBalancer) -> None:
    verifier = TokenVerifier(replace(config, client_id="", issuer=""), PublicKeys(config.public_keys_url))
    assert verifier.verify(load_balancer.token(client="any", iss=None)).subject == "1234567890"


def test_the_longest_token_is_taken_and_a_longer_one_is_not(
    verifier: TokenVerifier, load_balancer: LoadBalancer
) -> None:
    long = load_balancer.token(CLAIMS | {"text": "x" * 11_000})
    assert 14_000 < len(long) <= MAX_CHARACTERS
    assert verifier.verify(long).subject == "1234567890"
    refuse(verifier, load_balancer.token(CLAIMS | {"text": "x" * 12_000}), "too long")


def test_without_the_key_nobody_is_let_in(config: SignInConfig, load_balancer: LoadBalancer) -> None:
    with raw_s3(status("503 Service Unavailable")) as server:
        verifier = TokenVerifier(config, PublicKeys(server.url))
        with pytest.raises(KeysUnavailableError):
            verifier.verify(load_balancer.token())


def test_the_claims_of_a_reader_cannot_be_changed(verifier: TokenVerifier, load_balancer: LoadBalancer) -> None:
    user = verifier.verify(load_balancer.token())
    with pytest.raises(TypeError):
        user.claims["sub"] = "root"  # type: ignore[index]


# https://datatracker.ietf.org/doc/html/rfc7519#section-4.1
NAMES = ("exp", "iat", "nbf", "jti", "iss", "aud")
REGISTERED = st.fixed_dictionaries({"sub": st.text() | JSON_VALUES}, optional=dict.fromkeys(NAMES, JSON_VALUES))
SEGMENTS = st.one_of(st.text(), JSON_VALUES.map(lambda value: encode(json.dumps(value).encode())))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(token=st.one_of(st.text(), st.lists(SEGMENTS, max_size=5).map(".".join)))
def test_any_text_is_refused_in_order(verifier: TokenVerifier, token: str) -> None:
    with pytest.raises(TokenError):
        verifier.verify(token)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(claims=JSON_VALUES | REGISTERED, header=st.dictionaries(st.text(), JSON_VALUES))
def test_any_signed_token_is_judged_in_order(
    verifier: TokenVerifier, load_balancer: LoadBalancer, claims: object, header: Header
) -> None:
    text = unsigned(header | load_balancer.header(), claims)
    try:
        user = verifier.verify(f"{text}.{signature(text, load_balancer.key)}")
    except TokenError:
        return
    assert isinstance(claims, dict)
    assert user.subject == claims["sub"]
