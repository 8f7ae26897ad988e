"""Listening sockets that outlive the programs they are for."""

from __future__ import annotations

import errno
import socket

from deploy.local.holder import holder
from deploy.local.program import Program
from deploy.local.terminal import Refusal

#: How many connections wait while a program is started anew.
WAITING = 512


class Listeners:
    """One socket a port, opened when it is first asked for and kept until it is closed here.

    A web process that is started anew would otherwise close its port for a
    moment: whoever connects then is refused, and whoever had connected but was
    not yet taken is cut off.
    """

    def __init__(self) -> None:
        self._open: dict[int, socket.socket] = {}

    def of(self, program: Program) -> socket.socket | None:
        """The socket to hand to the program; None when it opens its ports itself."""
        if program.listens is None:
            return None
        port = program.listens.port
        if port not in self._open:
            self._open[port] = _listen(port)
        return self._open[port]

    def close(self, program: Program) -> None:
        """Turn away who connects from now on."""
        if program.listens and (listener := self._open.pop(program.listens.port, None)):
            listener.close()


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise Refusal(f"Port {port} is in use by {holder(port)}.") from None
        raise
    listener.listen(WAITING)
    return listener
