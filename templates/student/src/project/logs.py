"""What the service says while it runs: a JSON object a line, on the standard output.

LOG_LEVEL (INFO without it) is how much. No row and no token is ever logged.
"""

import json
import logging
import os
import sys
from typing import Any

from loguru import logger

SERVERS = ("uvicorn", "uvicorn.access", "uvicorn.error")


def write_line(message: Any) -> None:
    record = message.record
    error = record["exception"]
    line = {
        "time": record["time"].isoformat(),
        "level": record["level"].name,
        "message": record["message"],
        **record["extra"],
        **({"error": f"{error.type.__name__}: {error.value}"} if error else {}),
    }
    print(json.dumps(line, default=str), file=sys.stdout, flush=True)


class Forward(logging.Handler):
    """Passes on what the server says, so that every line has one form."""

    def emit(self, record: logging.LogRecord) -> None:
        about = logger.opt(exception=record.exc_info).bind(logger=record.name)
        # As an argument: braces in a message of others are no placeholders.
        about.log(record.levelname, "{}", record.getMessage())


def start_logs() -> None:
    level = os.environ.get("LOG_LEVEL", "INFO").upper()
    logger.remove()
    logger.add(write_line, level=level)
    for name in SERVERS:
        server = logging.getLogger(name)
        server.handlers = [Forward()]
        server.propagate = False
    # Each answer is logged once, by the service itself, with more than the server knows.
    logging.getLogger("uvicorn.access").disabled = True
