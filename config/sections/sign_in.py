"""Signing in at the load balancer."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from config.sections.section import CognitoDomainPrefix, HttpsUrl, Section

# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateOidcActionConfig.html
_LONGEST_SESSION_HOURS = 7 * 24
_OIDC = ("issuer", "authorization_endpoint", "token_endpoint", "user_info_endpoint", "client_id", "client_secret_arn")


class SignIn(Section):
    """Who may see the dashboard: everyone, those whom an OpenID Connect provider knows, or a user pool made here."""

    method: Literal["none", "oidc", "cognito"]
    session_hours: Annotated[int, Field(ge=1, le=_LONGEST_SESSION_HOURS)]
    issuer: HttpsUrl | None = None
    authorization_endpoint: HttpsUrl | None = None
    token_endpoint: HttpsUrl | None = None
    user_info_endpoint: HttpsUrl | None = None
    client_id: Annotated[str, Field(pattern=r"^[!-~]([ -~]{0,1022}[!-~])?$")] | None = None
    client_secret_arn: (
        Annotated[str, Field(pattern=r"^arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+$")] | None
    ) = None
    client_secret_key: Annotated[str, Field(pattern=r"^[\w.-]+$")] | None = None
    sign_out_url: HttpsUrl | None = None
    cognito_domain_prefix: CognitoDomainPrefix | None = None

    @property
    def session_seconds(self) -> int:
        """How long a reader stays signed in."""
        return self.session_hours * 3600

    @property
    def enabled(self) -> bool:
        """Whether readers must sign in."""
        return self.method != "none"

    def contradictions(self) -> Iterator[tuple[str, str]]:
        given = [key for key in (*_OIDC, "client_secret_key") if getattr(self, key) is not None]
        if self.method == "oidc":
            for key in _OIDC:
                if key not in given:
                    yield key, 'is required with method = "oidc"'
        else:
            for key in given:
                yield key, f'is for method = "oidc", and method is "{self.method}"'
        if self.method != "cognito" and self.cognito_domain_prefix is not None:
            yield "cognito_domain_prefix", f'is for method = "cognito", and method is "{self.method}"'
        if self.method != "oidc" and self.sign_out_url is not None:
            yield "sign_out_url", 'is for method = "oidc"; Cognito\'s is known'
