"""All time comes from here.

In a sandbox the clock can be shifted for all services at once: they share a
small file (`ADUAN_CLOCK_FILE`) that holds the offset. What guards security or
paces technical retries (`real_now`) does not follow the shift.
"""

from __future__ import annotations

import json
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shared.settings import env, sandbox

_offset = timedelta(0)
_seen: tuple[str, int] = ("", -1)


def real_now() -> datetime:
    """The true time, UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """The time the system lives in, UTC: the true time, plus the shift in a sandbox."""
    return datetime.now(UTC) + offset()


def offset() -> timedelta:
    """The shift in force. Zero outside a sandbox."""
    global _offset, _seen
    path = os.environ.get("ADUAN_CLOCK_FILE")  # asked for every now(), so it has to be cheap
    if not path or not sandbox():
        return timedelta(0)
    try:
        version = os.stat(path).st_mtime_ns  # noqa: PTH116 - as above
    except FileNotFoundError:
        return timedelta(0)
    if (path, version) != _seen:
        _offset = timedelta(seconds=json.loads(Path(path).read_text())["offset_seconds"])
        _seen = (path, version)
    return _offset


def shift(by: timedelta) -> datetime:
    """Move the sandbox clock and return the new time. Time only moves forward; RuntimeError outside a sandbox."""
    if by < timedelta(0):
        raise ValueError("the clock only moves forward; reset it instead")
    return _write(offset() + by)


def reset() -> datetime:
    """Back to the true time. For a sandbox whose data will be thrown away."""
    return _write(timedelta(0))


def _write(total: timedelta) -> datetime:
    path = env.str("ADUAN_CLOCK_FILE")
    if not sandbox() or not path:
        raise RuntimeError("the clock can be shifted in a sandbox only")
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=target.parent, delete=False) as draft:
        json.dump({"offset_seconds": total.total_seconds()}, draft)
    Path(draft.name).chmod(0o644)
    Path(draft.name).replace(target)
    return now()
