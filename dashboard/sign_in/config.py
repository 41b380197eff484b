"""The settings of signing in. config.py reads the environment."""

import re
from dataclasses import dataclass

from dashboard.environment_reader import EnvironmentReader

# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
_LOAD_BALANCER_ARN = re.compile(
    r"arn:aws[a-z-]*:elasticloadbalancing:([a-z0-9-]+):\d{12}:loadbalancer/app/[\w-]+/[\w-]+", re.ASCII
)
# Its characters: https://datatracker.ietf.org/doc/html/rfc6749#appendix-A.1
_CLIENT_ID = re.compile(r"[ -~]{0,1024}")
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html#user-claims-encoding
_PUBLIC_KEYS = "https://public-keys.auth.elb.{region}.amazonaws.com"
_PUBLIC_KEYS_OF_GOVCLOUD = "https://s3-{region}.amazonaws.com/aws-elb-public-keys-prod-{region}"

_ONLY_WITH_IT = ("SIGN_IN_CLIENT_ID", "SIGN_IN_ISSUER", "PUBLIC_KEYS_URL", "SIGN_OUT_URL")


@dataclass(frozen=True, kw_only=True)
class SignInConfig:
    """How the load balancer signs readers in.

    Attributes:
        load_balancer_arn: ARN of the load balancer whose tokens are accepted (``LOAD_BALANCER_ARN``).
        public_keys_url: where its public keys are (``PUBLIC_KEYS_URL``); by default where AWS has those of its region.
        client_id: the identity provider's id of this application (``SIGN_IN_CLIENT_ID``); empty to accept any.
        issuer: the identity provider (``SIGN_IN_ISSUER``); empty to accept any.
        sign_out_url: where a reader goes who has signed out (``SIGN_OUT_URL``), best the provider's own page for it;
            empty for a page that says so.
    """

    load_balancer_arn: str
    public_keys_url: str
    client_id: str = ""
    issuer: str = ""
    sign_out_url: str = ""


def read_sign_in(reader: EnvironmentReader) -> SignInConfig | None:
    """Read the settings; None if ``LOAD_BALANCER_ARN`` is not set, for then readers are not signed in."""
    arn = reader.text("LOAD_BALANCER_ARN")
    if not arn:
        # Whoever sets these wants readers to be signed in.
        for name in filter(reader.text, _ONLY_WITH_IT):
            reader.faults.append(f"{name} is set without LOAD_BALANCER_ARN: set it too, or readers are not signed in")
        return None
    reader.matching("LOAD_BALANCER_ARN", "", _LOAD_BALANCER_ARN, "the ARN of an Application Load Balancer")
    return SignInConfig(
        load_balancer_arn=arn,
        public_keys_url=reader.url("PUBLIC_KEYS_URL", _public_keys_url(arn)),
        client_id=reader.matching("SIGN_IN_CLIENT_ID", "", _CLIENT_ID, "a client id"),
        issuer=reader.url("SIGN_IN_ISSUER", ""),
        sign_out_url=reader.url("SIGN_OUT_URL", ""),
    )


def _public_keys_url(arn: str) -> str:
    match = _LOAD_BALANCER_ARN.fullmatch(arn)
    region = match[1] if match else ""
    pattern = _PUBLIC_KEYS_OF_GOVCLOUD if region.startswith("us-gov-") else _PUBLIC_KEYS
    return pattern.format(region=region)
