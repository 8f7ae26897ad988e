"""JSON lines on standard output. Never a name, a number, an address or anybody's words.

What slips in all the same is masked by lokal-id's filter before it is written.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from lokal.samaran import Samaran

from shared.settings import env

log = structlog.get_logger("aduan")

_samaran = Samaran(mode="partial", types=("NIK", "PHONE", "EMAIL", "NPWP"))
_FREE_TEXT = ("event", "exception", "error", "reason", "detail")
"""The keys of a log line that can hold words we did not choose."""

_TELLING = re.compile("[0-9@]")
"""Whatever is masked has a digit or an at sign in it; looking closer costs more than all else in a log line."""


def _mask(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in _FREE_TEXT:
        if isinstance(value := event.get(key), str) and _TELLING.search(value):
            event[key] = _samaran.mask(value).text
    return event


def set_up(role: str) -> None:
    """Log this process as JSON lines. `role` is web, worker, smtp or cli."""
    origin = {"service": env.str("ADUAN_SERVICE", "aduan"), "role": role}
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        lambda _logger, _name, event: {**event, **origin},  # context variables do not reach every thread
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _mask,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(env.str("ADUAN_LOG_LEVEL", "INFO"))
    for noisy in ("amqp", "kombu", "nameko", "alembic", "fontTools", "werkzeug", "mail.log"):
        logging.getLogger(noisy).setLevel("WARNING")
    # nameko logs every refusal of a question as an error with its traceback; we count them, and log what is unexpected.
    logging.getLogger("nameko.containers").setLevel("CRITICAL")
