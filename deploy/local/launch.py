"""Start a program so that it can neither be hit by our Ctrl-C nor outlive us."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
from pathlib import Path
from typing import IO, Any

from deploy.local.program import Program

PR_SET_PDEATHSIG = 1

#: A log larger than this is set aside when its program starts.
LARGE_LOG = 20 * 1024 * 1024

_libc = ctypes.CDLL(None, use_errno=True)


def launch(
    program: Program, directory: Path, log: Path, listener: socket.socket | None = None
) -> subprocess.Popen[bytes]:
    """Start in a session of its own, with output in the log file and the listening socket it is given."""
    _set_aside(log)
    with log.open("ab") as output:
        if program.output is None:
            return _start(program, directory, output, output, listener=listener)
        with os.fdopen(os.open(draft(program.output), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            return _start(program, directory, file, output)


def launch_in_front(program: Program, directory: Path) -> subprocess.Popen[bytes]:
    """Start with our terminal and in our process group: the terminal's Ctrl-C reaches it directly."""
    return _start(program, directory, None, None, in_front=True)


def draft(output: Path) -> Path:
    """Where the output of a step grows until the step has ended well."""
    return output.with_name(output.name + ".new")


def _start(
    program: Program,
    directory: Path,
    output: IO[Any] | None,
    errors: IO[Any] | None,
    *,
    in_front: bool = False,
    listener: socket.socket | None = None,
) -> subprocess.Popen[bytes]:
    parent = os.getpid()
    environment = dict(program.environment)
    if program.listens and listener:
        environment[program.listens.setting] = f"fd://{listener.fileno()}"

    def die_with_parent() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, program.when_orphaned, 0, 0, 0)
        if os.getppid() != parent:  # it died before the kernel knew of our wish
            os._exit(1)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())

    return subprocess.Popen(
        program.command,
        cwd=directory,
        env=environment,
        pass_fds=[listener.fileno()] if listener else (),
        stdin=None if in_front else subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        start_new_session=not in_front,
        preexec_fn=die_with_parent,
    )


def _set_aside(log: Path) -> None:
    if log.exists() and log.stat().st_size > LARGE_LOG:
        log.replace(log.with_suffix(".log.1"))
