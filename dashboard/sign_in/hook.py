"""The check before every request: whose it is."""

from flask import Flask, request
from werkzeug.exceptions import ServiceUnavailable, Unauthorized

from dashboard.sign_in.config import SignInConfig
from dashboard.sign_in.public_keys import KeysUnavailableError, PublicKeys
from dashboard.sign_in.sign_out import add_sign_out
from dashboard.sign_in.token_verifier import TokenError, TokenVerifier
from dashboard.sign_in.user import set_current_user

# Not x-amzn-oidc-identity, which says the same unsigned.
_HEADER = "X-Amzn-Oidc-Data"
# The load balancer's and the container's health checks have no reader.
_OPEN_PATH = "/health"


def add_sign_in(server: Flask, config: SignInConfig) -> None:
    """Refuse every request without a valid token: 401, or 503 while that cannot be found out; and offer to sign out.

    To be called before whatever answers or judges requests.
    """
    verifier = TokenVerifier(config, PublicKeys(config.public_keys_url))

    @server.before_request
    def identify() -> None:
        if request.path == _OPEN_PATH:
            return
        token = request.headers.get(_HEADER)
        if not token:
            raise Unauthorized("You are not signed in: the load balancer's token is missing")
        try:
            set_current_user(verifier.verify(token))
        except TokenError as error:
            raise Unauthorized(f"You are not signed in: the load balancer's token is not valid, {error}") from error
        except KeysUnavailableError as error:
            raise ServiceUnavailable("Who is signed in cannot be checked now: try again in a few seconds") from error

    add_sign_out(server, config.sign_out_url)
