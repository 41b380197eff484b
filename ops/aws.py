"""The AWS API of an environment: clients with short time-outs, and its faults as sentences."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ops.errors import OpsError

if TYPE_CHECKING:
    from boto3 import Session
    from botocore.config import Config
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_ec2 import EC2Client
    from types_boto3_ecr import ECRClient
    from types_boto3_ecs import ECSClient
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client
    from types_boto3_kms import KMSClient
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_pricing import PricingClient
    from types_boto3_resourcegroupstaggingapi import ResourceGroupsTaggingAPIClient
    from types_boto3_s3 import S3Client
    from types_boto3_sts import STSClient

    from config import Settings

_CONNECT_SECONDS = 5
_READ_SECONDS = 20

# The prices of every region are told in this one:
# https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
_PRICING_REGION = "us-east-1"

# https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html and
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_UNKNOWN_KEYS = {
    "AuthFailure",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_DENIED = {"403", "AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}


class Aws:
    """The clients of an environment's AWS, made when first used; those of a local environment reach the emulator.

    Every call through them belongs in `with aws.errors():`.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def cloudwatch(self) -> CloudWatchClient:
        return self._client("cloudwatch")  # type: ignore[no-any-return]

    @cached_property
    def cognito(self) -> CognitoIdentityProviderClient:
        return self._client("cognito-idp")  # type: ignore[no-any-return]

    @cached_property
    def ec2(self) -> EC2Client:
        return self._client("ec2")  # type: ignore[no-any-return]

    @cached_property
    def ecr(self) -> ECRClient:
        return self._client("ecr")  # type: ignore[no-any-return]

    @cached_property
    def ecs(self) -> ECSClient:
        return self._client("ecs")  # type: ignore[no-any-return]

    @cached_property
    def elbv2(self) -> ElasticLoadBalancingv2Client:
        return self._client("elbv2")  # type: ignore[no-any-return]

    @cached_property
    def kms(self) -> KMSClient:
        return self._client("kms")  # type: ignore[no-any-return]

    @cached_property
    def logs(self) -> CloudWatchLogsClient:
        return self._client("logs")  # type: ignore[no-any-return]

    @cached_property
    def pricing(self) -> PricingClient:
        return self._client("pricing", region=_PRICING_REGION)  # type: ignore[no-any-return]

    @cached_property
    def s3(self) -> S3Client:
        return self._client("s3")  # type: ignore[no-any-return]

    @cached_property
    def sts(self) -> STSClient:
        return self._client("sts")  # type: ignore[no-any-return]

    @cached_property
    def tagging(self) -> ResourceGroupsTaggingAPIClient:
        return self._client("resourcegroupstaggingapi")  # type: ignore[no-any-return]

    def require_account(self) -> None:
        """Raise OpsError unless there are credentials, of the account that the settings name."""
        with self.errors():
            account = self.sts.get_caller_identity()["Account"]
        wanted = self.settings.aws.account_id
        if account != wanted:
            raise OpsError(
                f"the AWS credentials are of account {account}, environment '{self.settings.environment}' belongs to "
                f"{wanted}: use that account's credentials (AWS_PROFILE), or correct aws.account_id in "
                f"{self.settings.environment}.toml"
            )

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Raise what AWS or the way to it refuses as an OpsError that says what to do."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except ClientError as error:
            raise OpsError(_refusal(error.response, error.operation_name)) from error
        except BotoCoreError as error:
            raise OpsError(self._obstacle(error)) from error

    def _client(self, service: str, region: str | None = None) -> Any:  # noqa: ANN401 - boto3's overloads want a literal; the properties are typed
        from botocore.exceptions import BotoCoreError

        try:
            return self._session().client(  # type: ignore[call-overload]
                service, region_name=region, endpoint_url=self.settings.endpoint_url, config=self._config()
            )
        except BotoCoreError as error:
            raise OpsError(self._obstacle(error)) from error

    def _session(self) -> Session:
        import boto3
        import botocore.session

        region = self.settings.aws.region
        if not self.settings.local:
            return boto3.Session(region_name=region)
        # The person's profile and files are not read: a profile that does not exist is no obstacle to the emulator.
        # Each is (key in a file, variable, default, conversion):
        # https://botocore.amazonaws.com/v1/documentation/api/latest/reference/config.html
        nothing_of_theirs = {
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
        return boto3.Session(
            region_name=region,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the emulator takes any key
            botocore_session=botocore.session.Session(nothing_of_theirs),
        )

    def _config(self) -> Config:
        from botocore.config import Config

        local: dict[str, Any] = {"proxies": {}, "s3": {"addressing_style": "path"}} if self.settings.local else {}
        return Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": 3},
            **local,
        )

    def _obstacle(self, error: Exception) -> str:
        from botocore import exceptions

        if isinstance(error, (exceptions.NoCredentialsError, exceptions.PartialCredentialsError)):
            return (
                "there are no AWS credentials: run `aws configure` or `aws sso login`, or set AWS_PROFILE, "
                "or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            )
        if isinstance(error, exceptions.ProfileNotFound):
            return f"{error}: set AWS_PROFILE to a profile of ~/.aws/config"
        if isinstance(
            error, (exceptions.TokenRetrievalError, exceptions.SSOTokenLoadError, exceptions.UnauthorizedSSOTokenError)
        ):
            return "the AWS sign-in has expired: run `aws sso login`"
        if isinstance(error, exceptions.HTTPClientError | exceptions.ConnectionError):
            if self.settings.endpoint_url:
                return f"the local AWS does not run at {self.settings.endpoint_url}: ./dashctl up starts it"
            return f"AWS cannot be reached: {error}: check the network, HTTPS_PROXY and aws.region"
        return f"AWS: {error}"


def _refusal(response: Any, operation: str) -> str:  # noqa: ANN401 - botocore types it as a TypedDict of its own
    code = response.get("Error", {}).get("Code", "")
    message = response.get("Error", {}).get("Message", "")
    if code in _EXPIRED:
        return "the AWS credentials have expired: sign in again (`aws sso login`, or new keys)"
    if code in _UNKNOWN_KEYS:
        return f"AWS does not accept the credentials ({code}): check AWS_PROFILE or the AWS_… variables"
    if code in _DENIED:
        return f"AWS refuses {operation}: {message or code}: the credentials need the permission for it"
    return f"AWS refuses {operation}: {code}: {message}"
