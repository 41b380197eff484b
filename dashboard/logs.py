"""Logging: one JSON object per line on stdout, for the server, the application and their libraries alike."""

import json
import logging
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import orjson

# What every line written during a request tells about it. request_id.py sets and clears it.
request_fields: ContextVar[Mapping[str, Any]] = ContextVar("request_fields", default=MappingProxyType({}))


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON.

    Its members are time (UTC), level, logger and message; then those of the request under way, and those given with
    ``extra={"fields": {...}}``; and for an exception its traceback.
    """

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **request_fields.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        try:
            return orjson.dumps(entry, default=str).decode()
        except TypeError:
            # Half a surrogate pair, or a number beyond 64 bits: the standard library is slower and takes both.
            return json.dumps(entry, default=str)


def is_wanted(record: logging.LogRecord) -> bool:
    """Drops granian's advice at each start that many threads are many: server.py says why they are wanted."""
    return not record.getMessage().startswith("Configuration allows spawning up to")


# For logging.config.dictConfig. granian applies it in its main process and in every worker.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JsonFormatter}},
    "filters": {"wanted": {"()": lambda: is_wanted}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
    "root": {"handlers": ["stdout"], "level": "INFO"},
    "loggers": {
        "_granian": {"handlers": [], "propagate": True, "filters": ["wanted"]},
        "botocore": {"level": "WARNING"},
        "urllib3": {"level": "ERROR"},
    },
}
