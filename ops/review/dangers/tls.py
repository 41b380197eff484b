"""Listeners that take plain HTTP, older TLS, or weaker ciphers."""

import re
from collections.abc import Iterator

from ops.review.dangers.danger import Found
from ops.review.dangers.listener_actions import actions_of, is_open
from ops.review.dangers.rule import Rule
from ops.review.dangers.transition import Transition, Transitions

_CLEAR = "Everyone on the way reads and changes what readers see: keep HTTPS, and redirect plain HTTP to it."
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
_RESTRICTED, _EXTENDED = re.compile(r"-Res-"), re.compile(r"-Ext\d-")
_VERSION = re.compile(r"-(?:TLS13|TLS|FS)-1-(\d)-")


def _encrypted(transition: Transition, transitions: Transitions) -> Iterator[Found]:
    before, after = transition.before, transition.after
    if after is None:
        return
    protocol = after.get("protocol")
    if before and before.value("protocol") == "HTTPS" and protocol == "HTTP":
        yield Found("danger", "the listener goes from HTTPS to plain HTTP", _CLEAR)
    served = [other.before.value("protocol") for other in transitions.of_type(transition.type) if other.before]
    if before is None and "HTTPS" in served and protocol == "HTTP" and is_open(actions_of(after)):
        yield Found("danger", "a new listener answers plain HTTP", _CLEAR)
    if before and protocol == "HTTPS" and before.value("ssl_policy") and after.get("ssl_policy"):
        yield from _tls(before.value("ssl_policy"), after.get("ssl_policy"))


def _tls(before: str, after: str) -> Iterator[Found]:
    if _version(after) < _version(before):
        yield Found(
            "danger", f"older TLS is taken: {before} -> {after}", "Its connections can be broken: keep the newer one."
        )
    elif _version(after) == _version(before) and _ciphers(after) < _ciphers(before):
        yield Found("notice", f"weaker ciphers are taken: {before} -> {after}", "See that a reader needs them.")


def _version(policy: str) -> int:
    found = _VERSION.search(policy)
    return int(found[1]) if found else 0


def _ciphers(policy: str) -> int:
    return 2 if _RESTRICTED.search(policy) else 0 if _EXTENDED.search(policy) else 1


RULES = (Rule(("aws_lb_listener",), _encrypted),)
