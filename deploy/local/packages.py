"""Debian packages: installed when missing and we are root, else named exactly.

Installing them must not start, enable or configure anything on the machine:
our instances are private. What Debian would do on its own is held back while
apt-get runs and undone after it.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local import postgres, rabbitmq
from deploy.local.follow import follow
from deploy.local.place import need_space
from deploy.local.terminal import Refusal, say, tail

#: Found even when the PATH of an ordinary user leaves out the places of daemons.
SEARCH_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin:/sbin"

POLICY = Path("/usr/sbin/policy-rc.d")
CLUSTERS = Path("/etc/postgresql-common/createcluster.d")
OURS = "written by the local runner of Aduan for the time of one installation; may be removed"


@dataclass(frozen=True)
class Package:
    """A Debian package, how to see that it is there, and the system services it brings."""

    name: str
    is_there: Callable[[], bool]
    services: tuple[str, ...] = ()


def _program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name, path=SEARCH_PATH) is not None


TO_RUN = (
    Package("rabbitmq-server", lambda: rabbitmq.home() is not None, ("rabbitmq-server", "epmd")),
    Package("postgresql-15", lambda: postgres.newest() is not None, ("postgresql",)),
    Package("nginx-light", _program("nginx"), ("nginx",)),
    Package("python3-venv", lambda: importlib.util.find_spec("ensurepip") is not None),
)

TO_TEST = (
    Package("kannel", _program("bearerbox"), ("kannel",)),
    Package("kannel-extras", Path("/usr/lib/kannel/test/fakesmsc").exists),
    Package("prometheus", _program("promtool"), ("prometheus",)),
    Package("chromium", _program("chromium")),
    Package("poppler-utils", _program("pdftotext")),
)


def ensure(packages: Sequence[Package], log: Path) -> None:
    """Install what is missing, or say exactly what to install."""
    missing = [package for package in packages if not package.is_there()]
    if not missing:
        return
    names = " ".join(package.name for package in missing)
    if os.geteuid() != 0:
        raise Refusal(
            f"Missing on this machine: {names}. Install with: sudo apt-get install --no-install-recommends {names}"
        )
    if shutil.which("apt-get") is None:
        raise Refusal(
            f"Missing on this machine, which has no apt-get to install it with: {names} (names of Debian 12)."
        )
    need_space(Path("/usr"), 1_500_000_000)
    say(f"installing Debian packages: {names} (all output: {log})")
    before = {service: _known_to_system(service) for package in missing for service in package.services}
    with _alone(), _nothing_started(), _no_main_cluster():
        _install(names.split(), log)
    for service, known in before.items():
        if not known and _known_to_system(service):
            _not_at_boot(service)
    still = [package.name for package in packages if not package.is_there()]
    if still:
        raise Refusal(f"Installed, but not found where Debian 12 puts it: {', '.join(still)}; see {log}.")
    say(f"Debian packages installed: {names}")


def _install(names: Sequence[str], log: Path) -> None:
    quiet = {
        "DEBIAN_FRONTEND": "noninteractive",
        "NEEDRESTART_SUSPEND": "1",  # else it restarts services of the machine after an installation
        "LC_ALL": "C.UTF-8",
    }
    options = ["-o", "DPkg::Lock::Timeout=600", "-o", "Dpkg::Use-Pty=0"]
    install = ["apt-get", "install", "-y", "--no-install-recommends", *options, *names]
    update = ["apt-get", "update", *options]

    lists = Path("/var/lib/apt/lists")
    fresh = any(lists.glob("*_Packages*"))
    if fresh and follow(install, log, "Debian packages", _doing, quiet) == 0:
        return
    say("Debian packages: fetching the lists of packages")
    if follow(update, log, "lists of packages", _doing, quiet) != 0:
        raise Refusal(f"apt-get update failed; is there a network? {log} ends with:\n{tail(log)}")
    if follow(install, log, "Debian packages", _doing, quiet) != 0:
        raise Refusal(f"apt-get could not install {' '.join(names)}; {log} ends with:\n{tail(log)}")


def _doing(line: str) -> str | None:
    """What a line of apt-get tells about its progress."""
    word, _, rest = line.partition(" ")
    if word.startswith("Get:"):
        return "fetching " + (rest.split()[3] if len(rest.split()) > 3 else "lists")
    if word in ("Unpacking", "Setting"):
        return f"{word.lower()} {rest.removeprefix('up ').split(' ')[0]}"
    return None


@contextmanager
def _alone() -> Iterator[None]:
    """One installation at a time, so that two checkouts do not undo each other's precautions."""
    handle = os.open("/etc/apt", os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def _nothing_started() -> Iterator[None]:
    """Forbid package scripts to start services. The file itself ends to forbid when this process is gone."""
    if POLICY.exists() and OURS not in POLICY.read_text(errors="replace"):
        yield  # the machine has a policy of its own; it stays
        return
    POLICY.write_text(f"#!/bin/sh\n# {OURS}\nkill -0 {os.getpid()} 2>/dev/null && exit 101\nexit 0\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)


@contextmanager
def _no_main_cluster() -> Iterator[None]:
    """Keep postgresql-common from creating a cluster that nobody asked for."""
    made = [folder for folder in (CLUSTERS, CLUSTERS.parent) if not folder.exists()]
    CLUSTERS.mkdir(parents=True, exist_ok=True)
    setting = CLUSTERS / "aduan-installing.conf"
    setting.write_text(f"# {OURS}\ncreate_main_cluster = false\n")
    try:
        yield
    finally:
        setting.unlink(missing_ok=True)
        for folder in made:
            if not any(folder.iterdir()):
                folder.rmdir()


def _known_to_system(service: str) -> bool:
    places = ("/etc/init.d/{}", "/lib/systemd/system/{}.service", "/lib/systemd/system/{}.socket")
    return any(Path(place.format(service)).exists() for place in places)


def _not_at_boot(service: str) -> None:
    """A service that came only with our packages must not appear at the next boot and take its usual port."""
    commands = [["update-rc.d", service, "disable"]] if Path("/etc/init.d", service).exists() else []
    if shutil.which("systemctl"):
        units = [
            unit for unit in (f"{service}.socket", f"{service}.service") if Path("/lib/systemd/system", unit).exists()
        ]
        commands.append(["systemctl", "disable", *units])
    for command in commands:
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
