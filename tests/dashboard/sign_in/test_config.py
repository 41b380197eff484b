import pytest

from dashboard.config import Config, ConfigError
from dashboard.sign_in.config import SignInConfig
from tests.dashboard.load_balancer import ARN

pytestmark = pytest.mark.unit

BUCKET = {"BUCKET_NAME": "plotly-data"}


def read(**variables: str) -> SignInConfig | None:
    return Config.from_environment(BUCKET | variables).sign_in


def test_readers_are_not_signed_in_by_default() -> None:
    assert read() is None
    assert read(LOAD_BALANCER_ARN=" ") is None


def test_every_setting_is_read() -> None:
    assert read(
        LOAD_BALANCER_ARN=ARN,
        PUBLIC_KEYS_URL="http://127.0.0.1:8080/keys",
        SIGN_IN_CLIENT_ID="7abc.apps~x",
        SIGN_IN_ISSUER="https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf",
        SIGN_OUT_URL="https://a.example/logout?client_id=7&logout_uri=https%3A%2F%2Fb.example%2F",
    ) == SignInConfig(
        load_balancer_arn=ARN,
        public_keys_url="http://127.0.0.1:8080/keys",
        client_id="7abc.apps~x",
        issuer="https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf",
        sign_out_url="https://a.example/logout?client_id=7&logout_uri=https%3A%2F%2Fb.example%2F",
    )


@pytest.mark.parametrize(
    ("partition", "region", "url"),
    [
        ("aws", "eu-central-1", "https://public-keys.auth.elb.eu-central-1.amazonaws.com"),
        ("aws", "ap-southeast-2", "https://public-keys.auth.elb.ap-southeast-2.amazonaws.com"),
        (
            "aws-us-gov",
            "us-gov-east-1",
            "https://s3-us-gov-east-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-east-1",
        ),
    ],
)
def test_the_keys_are_those_of_the_load_balancers_region(partition: str, region: str, url: str) -> None:
    arn = ARN.replace("arn:aws:", f"arn:{partition}:").replace("eu-central-1", region)
    config = read(LOAD_BALANCER_ARN=arn, AWS_REGION="us-east-1")
    assert config == SignInConfig(load_balancer_arn=arn, public_keys_url=url)


@pytest.mark.parametrize(
    "arn",
    [
        "PlotlyDash",
        ARN.replace("/app/", "/net/"),
        ARN.replace("elasticloadbalancing", "elasticloadbalancingv2"),
        ARN.replace("123456789012", "1234"),
        ARN.replace("eu-central-1", "evil.example/"),
        f"{ARN} {ARN}",
    ],
)
def test_what_is_no_load_balancer_is_refused(arn: str) -> None:
    with pytest.raises(ConfigError, match="LOAD_BALANCER_ARN"):
        read(LOAD_BALANCER_ARN=arn)


@pytest.mark.parametrize("name", ["PUBLIC_KEYS_URL", "SIGN_IN_ISSUER", "SIGN_OUT_URL"])
@pytest.mark.parametrize(
    "url",
    [
        *("example.org", "//example.org", "/path", "javascript:alert(1)", "ftp://example.org", "https://"),
        *("http://example.org/", "http://127.0.0.1.example.org/", "http://127.0.0.1@example.org/", "https:///path"),
        *("https://example.org/a b", "https://example.org/a\nb", "https://example.org:99999/", "https://example.org:0"),
        *("https://example.org:port/", "https://[::1/"),
    ],
)
def test_what_is_no_safe_address_is_refused_in_one_line(name: str, url: str) -> None:
    with pytest.raises(ConfigError, match=name) as refused:
        read(**{"LOAD_BALANCER_ARN": ARN, name: url})
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("client_id", ["two\nlines", "a" * 1025, "é"])
def test_what_is_no_client_id_is_refused(client_id: str) -> None:
    with pytest.raises(ConfigError, match="SIGN_IN_CLIENT_ID"):
        read(LOAD_BALANCER_ARN=ARN, SIGN_IN_CLIENT_ID=client_id)


@pytest.mark.parametrize("name", ["SIGN_IN_CLIENT_ID", "SIGN_IN_ISSUER", "PUBLIC_KEYS_URL", "SIGN_OUT_URL"])
def test_half_a_sign_in_is_refused_and_not_left_open(name: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} is set without LOAD_BALANCER_ARN"):
        read(**{name: "https://example.org/"})
