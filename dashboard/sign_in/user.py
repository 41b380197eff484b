"""The reader who is signed in, for layouts and callbacks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import g


@dataclass(frozen=True, kw_only=True)
class User:
    """What the identity provider says about a reader, as the load balancer has signed it.

    Only the subject is in the text that logs and tracebacks show.

    Attributes:
        subject: the provider's lasting id of this reader (``sub``): what decisions should rest on. E-mail addresses and
            names change hands, and some providers let readers write them.
        claims: all that the provider says, by its own names; never to be changed.
    """

    subject: str
    claims: Mapping[str, object] = field(repr=False)

    @property
    def label(self) -> str:
        """What the reader is called on the page: the e-mail address, else the name, else the subject."""
        texts = (self.claims.get(claim) for claim in ("email", "name"))
        return next((text for text in texts if isinstance(text, str) and text), self.subject)


def is_personal() -> bool:
    """Whether anything that the answer to this request is made of has asked who is signed in."""
    return "is_personal" in g


def set_current_user(user: User) -> None:
    """Let the request under way be this reader's. Only hook.py may say so, which has checked it."""
    g.signed_in_user = user


def current_user() -> User | None:
    """The reader whose request is being answered; None where readers are not signed in.

    The answer is taken to be for this reader alone: response_cache.py does not keep it.
    """
    g.is_personal = True
    user: User | None = g.get("signed_in_user")
    return user
