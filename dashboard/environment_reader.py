"""Values of the environment, checked one by one."""

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET_NAME = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
_OBJECT_KEY_BYTES = 1024
# What leaves the machine is encrypted.
_URL = re.compile(r"https://[^\s/?#]+\S*|http://(127\.0\.0\.1|localhost)(:\d+)?([/?]\S*)?")


class EnvironmentReader:
    """Reads single values and collects what is wrong with them in ``faults``, so that one error can list it all."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.faults: list[str] = []

    def text(self, name: str) -> str:
        """The value without the space around it; empty if there is none."""
        return self._environment.get(name, "").strip()

    def bucket_name(self, name: str) -> str:
        text = self.text(name)
        if not text:
            self.faults.append(f"{name} is not set: give the name of the S3 bucket that holds the data")
        elif not _BUCKET_NAME.fullmatch(text):
            self.faults.append(f"{name}={text!r} is not a bucket name: 3 to 63 of a-z, 0-9, '.' and '-'")
        return text

    def object_key(self, name: str, default: str) -> str:
        text = self.text(name) or default
        if len(text.encode()) > _OBJECT_KEY_BYTES:
            self.faults.append(f"{name} is longer than the {_OBJECT_KEY_BYTES} bytes that S3 allows")
        return text

    def matching(self, name: str, default: str, pattern: re.Pattern[str], what: str) -> str:
        text = self.text(name) or default
        if not pattern.fullmatch(text):
            self.faults.append(f"{name}={text!r} is not {what}: it must match {pattern.pattern}")
        return text

    def address(self, name: str, default: str) -> str:
        text = self.text(name) or default
        try:
            ipaddress.ip_address(text)
        except ValueError:
            self.faults.append(f"{name}={text!r} is not an IP address such as 0.0.0.0 or 127.0.0.1")
        return text

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        text = self.text(name) or str(default)
        if text.isascii() and text.isdigit() and low <= int(text) <= high:
            return int(text)
        self.faults.append(f"{name}={text!r} is not a whole number from {low} to {high}")
        return default

    def seconds(self, name: str, default: float, low: float, high: float) -> float:
        text = self.text(name) or str(default)
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if low <= value <= high:
            return value
        self.faults.append(f"{name}={text!r} is not a number of seconds from {low:g} to {high:g}")
        return default

    def url(self, name: str, default: str) -> str:
        text = self.text(name) or default
        if text and not _is_url(text):
            self.faults.append(f"{name}={text!r} is not an address such as https://example.org/path")
        return text


def _is_url(text: str) -> bool:
    try:
        port = urlsplit(text).port
    except ValueError:
        return False
    return port != 0 and _URL.fullmatch(text) is not None
