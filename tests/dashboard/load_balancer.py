"""A load balancer that signs readers in: its tokens, and the server of its public key."""

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HEADER = "X-Amzn-Oidc-Data"

ARN = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/PlotlyDash/50dc6c495c0c9188"
KEY_ID = "12345678-1234-1234-1234-123456789012"
CLIENT_ID = "dashboard-client"
ISSUER = "https://identity.example.org"
CLAIMS = {"sub": "1234567890", "name": "Ada Lovelace", "email": "ada@example.org"}


def encode(content: bytes) -> str:
    """Base64 for addresses with its padding, which other issuers leave out."""
    return base64.urlsafe_b64encode(content).decode()


def pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public key of a pair, as AWS serves it."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def unsigned(header: Mapping[str, object], claims: object) -> str:
    """The two parts of a token that are signed."""
    return f"{encode(json.dumps(header).encode())}.{encode(json.dumps(claims).encode())}"


def signature(text: str, key: ec.EllipticCurvePrivateKey) -> str:
    """ES256: https://datatracker.ietf.org/doc/html/rfc7518#section-3.4"""
    numbers = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(SHA256())))
    return encode(b"".join(number.to_bytes(32, "big") for number in numbers))


@dataclass
class LoadBalancer:
    """Signs as an Application Load Balancer does."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=new_key)

    def header(self, **changed: object) -> dict[str, Any]:
        """A token's header; a value of None leaves a field out."""
        fields = {
            "alg": "ES256",
            "kid": KEY_ID,
            "signer": ARN,
            "iss": ISSUER,
            "client": CLIENT_ID,
            "exp": int(time.time()) + 120,
        } | changed
        return {name: value for name, value in fields.items() if value is not None}

    def token(self, claims: object = CLAIMS, **changed: object) -> str:
        """A token about a reader."""
        text = unsigned(self.header(**changed), claims)
        return f"{text}.{signature(text, self.key)}"
