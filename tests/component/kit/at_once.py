"""Doing things at the same moment, as two replicas do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


def at_once(*deeds: Callable[[], Any]) -> None:
    """Do all of it at the same time; the first error of any is raised."""
    errors: list[BaseException] = []

    def run(deed: Callable[[], Any]) -> None:
        try:
            deed()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
