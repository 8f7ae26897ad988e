"""A TCP line between a program and its store or broker that can be cut at a chosen step.

What is on the line is never understood or changed: the programs at both ends are the real ones.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any
from urllib.parse import urlsplit, urlunsplit


class Line:
    """Carries any number of connections from `url` to the end it was made for.

    `chunk` is the most octets that count as one step: a whole statement for a
    database, a part of a frame for a broker.
    """

    def __init__(self, url: str, *, chunk: int) -> None:
        end = urlsplit(url)
        assert end.hostname and end.port
        self._end = (end.hostname, end.port)
        self._chunk = chunk
        self._lock = threading.Lock()
        self._ends: set[socket.socket] = set()
        self._steps_left: int | None = None
        self._answer_lost = False
        self._deaf = False
        self._shut = False
        self._flowing = threading.Event()
        self._flowing.set()
        self._door = socket.create_server(("127.0.0.1", 0))
        user, _, _ = end.netloc.rpartition("@")
        self.url = urlunsplit(end._replace(netloc=f"{user}@127.0.0.1:{self._door.getsockname()[1]}"))
        threading.Thread(target=self._admit, daemon=True).start()

    def cut_at(self, step: int, *, answer_lost: bool) -> None:
        """Cut every connection at the step-th thing said from now on.

        It does not arrive; or, with `answer_lost`, it arrives, and the line is
        cut when the other end answers.
        """
        with self._lock:
            self._steps_left, self._answer_lost, self._deaf = step, answer_lost, False

    def mend(self) -> None:
        """No cut is to come any more."""
        with self._lock:
            self._steps_left, self._deaf = None, False

    def open(self) -> None:
        """Let whoever connects through again."""
        self._shut = False

    def shut(self) -> None:
        """Cut every connection and let none through until it is opened."""
        self._shut = True
        self.cut()

    def freeze(self) -> None:
        """Carry nothing more and cut nothing, as when the other end hangs."""
        self._flowing.clear()

    def thaw(self) -> None:
        """Carry everything again."""
        self._flowing.set()

    def cut(self) -> None:
        """Cut every connection now."""
        with self._lock:
            self._steps_left, self._deaf = None, False
            ends, self._ends = self._ends, set()
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        self._door.close()
        self.thaw()
        self.cut()

    def _admit(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            if self._shut:
                near.close()
                continue
            try:
                far = socket.create_connection(self._end, timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._ends |= {near, far}
            for carry in ((near, far, self._on_word), (far, near, self._on_answer)):
                threading.Thread(target=self._carry, args=carry, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, passes: Any) -> None:
        try:
            while data := source.recv(self._chunk):
                self._flowing.wait()
                if not passes():
                    self.cut()
                    break
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            with self._lock:
                self._ends.discard(end)
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _on_word(self) -> bool:
        """Whether something said by the near end goes through."""
        with self._lock:
            if self._steps_left is None:
                return True
            self._steps_left -= 1
            if self._steps_left > 0:
                return True
            self._steps_left, self._deaf = None, self._answer_lost
            return self._answer_lost

    def _on_answer(self) -> bool:
        with self._lock:
            return not self._deaf
