"""A worker's line to the other services: what many of its threads ask in the same moment is asked once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import eventlet
from eventlet.event import Event as Signal

from shared.contracts import method
from shared.messaging.rpc import RpcClient

MOMENT = 0.003
"""Seconds others have to join a question."""

MOST = 100
"""Keys in one question; the contract allows 200."""


class Line(RpcClient):
    """Like any other line, and with questions that are shared between green threads."""

    def __init__(self, url: str, *, size: int = 8) -> None:
        super().__init__(url, size=size)
        self._open: dict[Hashable, _Shared] = {}

    def ask_about(self, service: str, name: str, key: Any) -> list[dict[str, Any]]:
        """What a question about many things (`keyed` in the contract) tells about one of them.

        Empty when it tells nothing. Raises like `ask`.
        """
        keyed = method(service, name).keyed
        if keyed is None:
            raise ValueError(f"{service}.{name} is not a question about many things")

        def put(keys: list[Any]) -> Mapping[Any, list[dict[str, Any]]]:
            told: dict[Any, list[dict[str, Any]]] = defaultdict(list)
            for one in self.ask(service, name, deadline=None, **{keyed.asked: keys})[keyed.told]:
                told[one[keyed.key]].append(one)
            return told

        answer: Mapping[Any, list[dict[str, Any]]] = self._join((service, name), key, put)
        return answer.get(key, [])

    def ask_alike(self, service: str, name: str, **request: Any) -> dict[str, Any]:
        """Like `ask`, for a question others put in the same words at the same time: they get the same answer."""
        same = (service, name, repr(sorted(request.items())))
        answer: dict[str, Any] = self._join(same, None, lambda _keys: self.ask(service, name, **request))
        return answer

    def _join(self, what: Hashable, key: Any, put: Callable[[list[Any]], Any]) -> Any:
        shared = self._open.get(what)
        if shared is None or len(shared.keys) >= MOST:
            shared = self._open[what] = _Shared()
            eventlet.spawn_after(MOMENT, self._close, what, shared, put)
        shared.keys[key] = None
        return shared.answer.wait()

    def _close(self, what: Hashable, shared: _Shared, put: Callable[[list[Any]], Any]) -> None:
        """Nobody joins any more: put the question, and give everybody the answer or the error."""
        if self._open.get(what) is shared:
            del self._open[what]
        try:
            shared.answer.send(put(list(shared.keys)))
        except Exception as error:
            shared.answer.send_exception(error)


class _Shared:
    """A question that is about to be put."""

    def __init__(self) -> None:
        self.keys: dict[Any, None] = {}
        self.answer: Any = Signal()
