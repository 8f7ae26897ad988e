"""`python -m chaos.lines 18100 amqp=18101:5672 postgres=18102:5432`: proxies that can be cut and slowed.

The services reach each store through one of them. The first port takes
commands, one a line: `cut amqp 0.5` resets half of the open connections,
`slow postgres 0.05` delays every piece of data by so many seconds from now on
(0: no more). Each is answered with the number of connections it met.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from collections import deque
from typing import cast

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: the connection ends with a reset, as when a router forgot it."""


class Line:
    """All connections to one store."""

    def __init__(self, name: str, port: int) -> None:
        self.name = name
        self.port = port
        self.delay = 0.0
        self.ends: list[End] = []

    def cut(self, share: float) -> int:
        """Reset this share of the connections, the oldest first."""
        met = [end for end in self.ends if end.near][: round(share * sum(end.near for end in self.ends))]
        for end in met:
            end.reset()
        return len(met)

    def slow(self, seconds: float) -> int:
        """Delay what comes from now on."""
        self.delay = seconds
        return len(self.ends) // 2


class End(asyncio.Protocol):
    """One end of a connection: passes what it gets to the other end, in order, after the line's delay."""

    def __init__(self, line: Line, other: End | None = None) -> None:
        self._line = line
        self.near = other is None
        self._other = other
        self._transport: asyncio.Transport | None = None
        self._late: deque[bytes] = deque()
        self._over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._line.ends.append(self)
        if self._other is None:
            self._transport.pause_reading()
            self._connecting = asyncio.ensure_future(self._connect())
        else:
            self._other.joined(self)

    async def _connect(self) -> None:
        try:
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda: End(self._line, self), "127.0.0.1", self._line.port)
        except OSError:
            self.reset()

    def joined(self, other: End) -> None:
        """The store answered: data may flow."""
        self._other = other
        if self._transport and not self._over:
            self._transport.resume_reading()
        else:
            other.reset()

    def data_received(self, data: bytes) -> None:
        if self._line.delay or self._late:
            self._late.append(data)
            asyncio.get_running_loop().call_later(self._line.delay, self._pass_late)
        elif self._other:
            self._other.write(data)

    def _pass_late(self) -> None:
        if self._late and self._other:
            self._other.write(self._late.popleft())

    def write(self, data: bytes) -> None:
        if self._transport and not self._over:
            self._transport.write(data)

    # A reader that cannot follow slows the writer.

    def pause_writing(self) -> None:
        if self._other and self._other._transport:
            self._other._transport.pause_reading()

    def resume_writing(self) -> None:
        if self._other and self._other._transport and not self._other._over:
            self._other._transport.resume_reading()

    def connection_lost(self, error: Exception | None) -> None:
        self._over = True
        self._line.ends.remove(self)
        if self._other:
            while self._late:
                self._pass_late()
            self._other.close()

    def close(self) -> None:
        if self._transport and not self._over:
            self._transport.close()

    def reset(self) -> None:
        """End it without a word, whatever is on its way."""
        if self._transport and not self._over:
            plug: socket.socket = self._transport.get_extra_info("socket")
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self._transport.abort()


async def serve(control: int, lines: dict[str, Line], ports: dict[str, int]) -> None:
    """Listen for connections and for commands."""
    loop = asyncio.get_running_loop()
    for line in lines.values():
        await loop.create_server(lambda line=line: End(line), "127.0.0.1", ports[line.name])  # type: ignore[misc]

    async def obey(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while words := (await reader.readline()).decode().split():
            what, name, amount = words
            line = lines[name]
            met = line.cut(float(amount)) if what == "cut" else line.slow(float(amount))
            writer.write(f"{met}\n".encode())
        writer.close()

    await (await asyncio.start_server(obey, "127.0.0.1", control)).serve_forever()


def main() -> None:
    lines, ports = {}, {}
    for pair in sys.argv[2:]:
        name, _, addresses = pair.partition("=")
        port, _, store = addresses.partition(":")
        lines[name], ports[name] = Line(name, int(store)), int(port)
    asyncio.run(serve(int(sys.argv[1]), lines, ports))


if __name__ == "__main__":
    main()
