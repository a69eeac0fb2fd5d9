"""Structured logs: one JSON object a line on standard error (readable lines on a terminal).

Nothing personal: no query, body, header, cookie or address of a person; a path is the route's template. An
exception is its type, its frames and its message without long numbers; what PostgreSQL says about a row
("Failing row contains …") is left out, for it repeats the row.
"""

import logging
import re
import sys
import traceback
from typing import Any

import structlog

_NUMBER = re.compile(r"\d{6,}[\dXx]?")


def configure() -> None:
    """Send this process's logs to standard error: ours from info up, the libraries' from warning up."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_details,
    ]
    ends: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer()]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=ends))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for ours in ("backend", "workers"):
        logging.getLogger(ours).setLevel(logging.INFO)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )


def _renderer() -> Any:
    if sys.stderr.isatty():
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _without_details(logger: Any, name: str, event: Any) -> Any:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"] = told(error)
    return event


def told(error: BaseException) -> str:
    """An exception for the log: types, frames and scrubbed messages, the cause first."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    message = _NUMBER.sub("…", str(error).split("\nDETAIL:")[0])
    return "\n".join(
        filter(None, [told(cause) if cause else "", frames, f"{type(error).__name__}: {message}"])
    )
