"""Debian's Kannel with its fake SMS centre, for tests: both directions and delivery reports, on free ports.

    with running_kannel(folder, mo_url="http://127.0.0.1:8000/sms/kannel?secret=…") as kannel:
        kannel.phone_sends("+6281200000001", "KOLUT jalan rusak")      # → HTTP GET to mo_url
        requests.post(kannel.sendsms_url, …)                           # as user kannel.user
        kannel.received("+6281200000001")                              # what that telephone got

Needs the packages `kannel` and `kannel-extras`.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

import pytest

from services.notify.gateways.segments import is_gsm

FAKESMSC = Path("/usr/lib/kannel/test/fakesmsc")
SBIN = "/usr/sbin:/usr/bin:/sbin:/bin"

_GOT = re.compile(rb"Got message \d+: <(\S+) (\S+) (?:udh (\S+) )?(text|data|ucs-2) (.*)>$", re.M)

CONFIGURATION = """
group = core
admin-port = {admin_port}
admin-password = none
smsbox-port = {box_port}
box-allow-ip = 127.0.0.1
admin-allow-ip = 127.0.0.1
log-file = "{folder}/bearerbox.log"
log-level = 0
dlr-storage = internal
sms-resend-freq = 1

group = smsc
smsc = fake
smsc-id = fake
port = {smsc_port}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms_port}
log-file = "{folder}/smsbox.log"
log-level = 0
mo-recode = true
http-request-retry = 5
http-queue-delay = 1

group = sendsms-user
username = {user}
password = {password}
max-messages = 10
concatenation = true
user-allow-ip = 127.0.0.1

group = sms-service
keyword = default
get-url = "{mo_url}"
max-messages = 0
catch-all = true
concatenation = true
"""
"""As Kannel wants it: groups apart by empty lines, none within. `max-messages = 0`: the answer to a message from a
telephone is not sent back as one; `http-request-retry`: a receiver that is away gets it again."""


@dataclass(frozen=True)
class Sms:
    """One text message as a telephone got it, its parts joined. Of several lines fakesmsc keeps only the first."""

    sender: str
    to: str
    text: str
    parts: int


@dataclass
class Kannel:
    """A running bearerbox and smsbox with a fake SMS centre behind them."""

    folder: Path
    ports: dict[str, int]
    short_number: str = "1708"
    user: str = "aduan"
    password: str = "kannel-for-tests"
    _centre: subprocess.Popen[bytes] | None = None
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def sendsms_url(self) -> str:
        """Where text messages to telephones are handed in."""
        return f"http://127.0.0.1:{self.ports['sendsms_port']}/cgi-bin/sendsms"

    def phone_sends(self, sender: str, text: str) -> None:
        """A telephone sends a text message to the short number; Kannel calls `mo_url` with it."""
        if text.isprintable() and is_gsm(text):
            kind, words = "text", text
        else:
            kind, words = "ucs2", quote_from_bytes(text.encode("utf-16-be"), safe="")
        before = self._log().count(b"fakesmsc: sent message")
        self._connect_centre(f"{sender} {self.short_number} {kind} {words}", 1)
        _wait(lambda: self._log().count(b"fakesmsc: sent message") > before, "the fake SMS centre did not send")

    def received(self, to: str | None = None) -> list[Sms]:
        """What telephones (or one of them) got so far, oldest first."""
        return [sms for sms in _joined(self._log()) if to in (None, sms.to)]

    def wait_for(self, to: str, *, count: int = 1, seconds: float = 15.0) -> list[Sms]:
        """Wait until a telephone has got so many messages."""
        _wait(lambda: len(self.received(to)) >= count, f"{to} got {len(self.received(to))} of {count}", seconds)
        return self.received(to)

    def start(self, mo_url: str) -> None:
        configuration = self.folder / "kannel.conf"
        configuration.write_text(
            CONFIGURATION.format(
                **self.ports, folder=self.folder, user=self.user, password=self.password, mo_url=_mo_url(mo_url)
            ).lstrip()
        )
        self._run("bearerbox", configuration)
        _wait_for_port(self.ports["smsc_port"])
        _wait_for_port(self.ports["box_port"])
        self._run("smsbox", configuration)
        _wait_for_port(self.ports["sendsms_port"])
        self._connect_centre("0 0 text idle", 0)

    def stop(self) -> None:
        """End every process that was started."""
        processes = [*([self._centre] if self._centre else []), *reversed(self._running)]
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _run(self, program: str, configuration: Path) -> None:
        path = shutil.which(program, path=SBIN)
        if path is None:
            pytest.fail(f"{program} is missing: install the packages kannel and kannel-extras")
        output = (self.folder / f"{program}.out").open("ab")
        self._running.append(subprocess.Popen([path, str(configuration)], stdout=output, stderr=output))

    def _connect_centre(self, message: str, count: int) -> None:
        """The fake SMS centre sends `count` messages and then listens. One is connected at a time."""
        previous, output = self._centre, (self.folder / "fakesmsc.out").open("ab")
        self._centre = subprocess.Popen(
            [
                str(FAKESMSC),
                "-H",
                "127.0.0.1",
                "-r",
                str(self.ports["smsc_port"]),
                "-i",
                "0.01",
                "-m",
                str(count),
                message,
            ],
            stdout=output,
            stderr=output,
        )
        if previous is not None:
            previous.terminate()
            previous.wait()

    def _log(self) -> bytes:
        log = self.folder / "fakesmsc.out"
        return log.read_bytes() if log.exists() else b""


@contextlib.contextmanager
def running_kannel(folder: Path, mo_url: str = "http://127.0.0.1:9/") -> Iterator[Kannel]:
    """Kannel on free ports. What telephones send goes to `mo_url` with from, to, text, id, charset and coding."""
    names = ("admin_port", "box_port", "smsc_port", "sendsms_port")
    kannel = Kannel(folder, dict(zip(names, _free_ports(len(names)), strict=True)))
    try:
        kannel.start(mo_url)
        yield kannel
    finally:
        kannel.stop()


@pytest.fixture
def kannel(tmp_path: Path) -> Iterator[Callable[[str], Kannel]]:
    """`kannel(mo_url)`: a running Kannel that hands incoming messages to `mo_url`."""
    with contextlib.ExitStack() as stack:
        yield lambda mo_url="http://127.0.0.1:9/": stack.enter_context(running_kannel(tmp_path, mo_url))


def _mo_url(url: str) -> str:
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}from=%p&to=%P&text=%b&id=%I&charset=%C&coding=%c"


def _joined(log: bytes) -> list[Sms]:
    """The messages of a fakesmsc log, one a line; parts belong together by the reference in their header."""
    got: dict[tuple[bytes, ...], list[tuple[int, bytes]]] = {}
    for number, (sender, to, udh, kind, words) in enumerate(_GOT.findall(log)):
        header = unquote_to_bytes(udh)
        key = (sender, to, header[3:4]) if header else (sender, to, b"alone", str(number).encode())
        raw = words if kind == b"text" else unquote_to_bytes(words.replace(b"+", b" "))
        got.setdefault(key, []).append((header[5] if header else 1, raw))
    return [
        Sms(key[0].decode(), key[1].decode(), _text(b"".join(raw for _, raw in sorted(parts))), len(parts))
        for key, parts in got.items()
    ]


def _text(raw: bytes) -> str:
    """fakesmsc does not say whether a part is UCS-2, but no text in UTF-8 has a zero byte and every UCS-2 one does."""
    return raw.decode("utf-16-be" if b"\0" in raw else "utf-8")


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in sockets:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in sockets]


def _wait(check: Callable[[], bool], what: str, seconds: float = 15.0) -> None:
    until = time.monotonic() + seconds
    while not check():
        if time.monotonic() > until:
            raise AssertionError(what)
        time.sleep(0.05)


def _wait_for_port(port: int) -> None:
    def open_() -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", port)) == 0

    _wait(open_, f"nothing listens on port {port}")
