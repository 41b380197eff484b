"""Documents that resources hold as text, such as policies and container definitions."""

from collections.abc import Iterator
from contextlib import contextmanager


class UnreadableError(Exception):
    """A document cannot be judged: it is not in the form that AWS gives such documents, or says more than is read."""


@contextmanager
def reading(document: str) -> Iterator[None]:
    """Raise UnreadableError where what is read in this block has another form than AWS's.

    Put nothing into it but what reads: a fault of our own has to be seen as one.
    """
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError):
        raise UnreadableError(f"{document} is not in AWS's form") from None
