"""The proxy passes everything on in order, and can be cut and slowed."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.harness import ROOT, eventually, free_port


@dataclass
class Echo:
    """A store that says back what it hears, behind a proxy."""

    port: int
    control: int

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=5)

    def tell(self, command: str) -> int:
        with socket.create_connection(("127.0.0.1", self.control), timeout=5) as line, line.makefile("rw") as talk:
            talk.write(command + "\n")
            talk.flush()
            return int(talk.readline())


def said_back(line: socket.socket, words: bytes) -> bytes:
    threading.Thread(target=line.sendall, args=(words,)).start()
    heard = b""
    while len(heard) < len(words):
        piece = line.recv(1 << 16)
        assert piece, "the connection ended"
        heard += piece
    return heard


@pytest.fixture
def echo() -> Iterator[Echo]:
    store = socket.create_server(("127.0.0.1", 0))

    def answer(line: socket.socket) -> None:
        with line:
            try:
                while heard := line.recv(1 << 16):
                    line.sendall(heard)
            except OSError:
                return

    def serve() -> None:
        while True:
            try:
                line, _ = store.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(line,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    made = Echo(free_port(), free_port())
    pair = f"echo={made.port}:{store.getsockname()[1]}"
    process = subprocess.Popen([sys.executable, "-m", "chaos.lines", str(made.control), pair], cwd=ROOT)

    def listens() -> bool:
        try:
            socket.create_connection(("127.0.0.1", made.control), timeout=1).close()
        except OSError:
            return False
        return True

    eventually(listens, what="the proxy does not listen")
    yield made
    process.kill()
    process.wait()
    store.close()


def test_everything_passes_in_order(echo: Echo) -> None:
    words = bytes(range(256)) * 20_000
    with echo.connect() as line:
        assert said_back(line, words) == words


def test_a_cut_resets_the_share_that_was_asked_for_and_new_ones_can_come(echo: Echo) -> None:
    with echo.connect() as first, echo.connect() as second:
        assert said_back(first, b"one") == b"one"
        assert said_back(second, b"two") == b"two"
        assert echo.tell("cut echo 0.5") == 1
        with pytest.raises(ConnectionResetError):
            first.recv(1)
        assert said_back(second, b"still there") == b"still there"
        assert echo.tell("cut echo 1.0") == 1
        with pytest.raises(ConnectionResetError):
            second.recv(1)
    with echo.connect() as third:
        assert said_back(third, b"three") == b"three"


def test_a_slow_line_is_slow_both_ways_keeps_the_order_and_recovers(echo: Echo) -> None:
    with echo.connect() as line:
        assert said_back(line, b"quick") == b"quick"
        echo.tell("slow echo 0.2")
        began = time.monotonic()
        assert said_back(line, b"slow") == b"slow"
        assert time.monotonic() - began >= 0.4
        line.sendall(b"first")
        time.sleep(0.05)
        echo.tell("slow echo 0")
        assert said_back(line, b"second")[:5] == b"first"
