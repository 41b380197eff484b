"""What the task definition tells the container, and what the dashboard in it reads, are the same variables."""

from typing import ClassVar

import pytest

from dashboard.config import Config
from dashboard.sign_in.config import SignInConfig
from tests.settings import settings_of

pytestmark = pytest.mark.unit

PROD = {"DASH_ENV": "prod", "DASH__AWS__ACCOUNT_ID": "123456789012"}
VERSION = {"DASHBOARD_VERSION": "1.0.0"}


def config_of(**overrides: str) -> Config:
    """What the dashboard makes of prod's settings, with single keys set."""
    variables = {f"DASH__{key.upper()}": value for key, value in overrides.items()}
    return Config.from_environment(settings_of(PROD | variables).container_environment | VERSION)


def test_every_setting_arrives() -> None:
    config = config_of(
        project__name_suffix="-x",
        bucket__name="some-data",
        bucket__object_key="a.parquet",
        dashboard__metrics_namespace="A/B",
        dashboard__poll_seconds="7",
        dashboard__workers="3",
        task__memory="3072",
        task__port="8051",
        timeouts__idle="20",
        timeouts__pre_stop="4",
    )
    assert config.bucket_name == "some-data"
    assert config.object_key == "a.parquet"
    assert config.metrics_namespace == "A/B"
    assert config.poll_seconds == 7
    assert config.workers == 3
    assert config.memory_mib == 3072
    assert config.port == 8051
    assert config.keep_alive_seconds == 25
    assert config.pre_stop_seconds == 4
    assert config.shutdown_seconds == 20
    assert config.service_name == "PlotlyDashService-x"
    assert config.dashboard_version == "1.0.0"


class TestSignIn:
    """The service's stack tells the settings' values, beside the ARN of the load balancer, by these names."""

    OIDC: ClassVar[dict[str, str]] = {
        "https__domain": "dashboard.example.com",
        "https__certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/a",
        "sign_in__method": "oidc",
        "sign_in__authorization_endpoint": "https://a.example/authorize",
        "sign_in__token_endpoint": "https://a.example/token",
        "sign_in__user_info_endpoint": "https://a.example/user",
        "sign_in__client_secret_arn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:client-AbCdEf",
    }
    ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/plotly-dash/50dc6c495c0c9188"
    LONGEST: ClassVar[dict[str, str]] = {
        "sign_in__client_id": "a~ " * 341 + "b",
        "sign_in__issuer": f"https://a.example/{'b' * 2030}",
        "sign_in__sign_out_url": f"https://a.example:8443/?to=https%3A%2F%2Fb&c=%20#{'d' * 1990}",
    }
    SHORTEST: ClassVar[dict[str, str]] = {"sign_in__client_id": "a", "sign_in__issuer": "https://a"}

    @pytest.mark.parametrize("overrides", [LONGEST, SHORTEST])
    def test_what_the_settings_allow_is_accepted(self, overrides: dict[str, str]) -> None:
        variables = {f"DASH__{key.upper()}": value for key, value in (self.OIDC | overrides).items()}
        settings = settings_of(PROD | variables)
        told = {
            "LOAD_BALANCER_ARN": self.ARN,
            "SIGN_IN_CLIENT_ID": settings.sign_in.client_id or "",
            "SIGN_IN_ISSUER": settings.sign_in.issuer or "",
            "SIGN_OUT_URL": settings.sign_in.sign_out_url or "",
        }
        config = Config.from_environment(settings.container_environment | VERSION | told)
        assert config.sign_in == SignInConfig(
            load_balancer_arn=self.ARN,
            public_keys_url="https://public-keys.auth.elb.us-east-1.amazonaws.com",
            client_id=told["SIGN_IN_CLIENT_ID"],
            issuer=told["SIGN_IN_ISSUER"],
            sign_out_url=told["SIGN_OUT_URL"],
        )


class TestBounds:
    """What the settings allow, the dashboard does not refuse: else every task would end at its start."""

    LARGEST: ClassVar[dict[str, str]] = {
        "dashboard__metrics_namespace": "a./#:_- " * 31,
        "dashboard__poll_seconds": "3600",
        "dashboard__workers": "64",
        "task__cpu": "16384",
        "task__memory": "122880",
        "task__port": "65535",
        "timeouts__idle": "4000",
        "timeouts__pre_stop": "85",
    }
    SMALLEST: ClassVar[dict[str, str]] = {
        "dashboard__metrics_namespace": "a",
        "dashboard__poll_seconds": "1",
        "dashboard__workers": "1",
        "task__cpu": "256",
        "task__memory": "512",
        "task__port": "1",
        "timeouts__idle": "1",
        "timeouts__pre_stop": "0",
        "timeouts__deregistration_delay": "0",
        "timeouts__shutdown": "1",
    }

    @pytest.mark.parametrize("overrides", [LARGEST, SMALLEST])
    def test_are_accepted(self, overrides: dict[str, str]) -> None:
        assert config_of(**overrides).poll_seconds == int(overrides["dashboard__poll_seconds"])
