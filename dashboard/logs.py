"""Logging: one JSON object per line on stdout, for the server, the application and their libraries alike."""

import json
import logging
from datetime import UTC, datetime
from typing import Any


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON: time (UTC), level, logger, message and, for an exception, its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def is_wanted(record: logging.LogRecord) -> bool:
    """Drops granian's advice at each start that many threads are many: __main__.py says why they are wanted."""
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
