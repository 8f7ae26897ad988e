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
    # Letters of other scripts in the Ombudsman's PDF; without them it prints question marks and counts them.
    Package("fonts-dejavu-core", Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf").exists),
    Package("fonts-noto-core", Path("/usr/share/fonts/truetype/noto/NotoSansJavanese-Regular.ttf").exists),
    Package("fonts-droid-fallback", Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf").exists),
    Package("kannel", _program("bearerbox"), ("kannel",)),
    Package("kannel-extras", Path("/usr/lib/kannel/test/fakesmsc").exists),
    Package("prometheus", _program("promtool"), ("prometheus",)),
    Package("chromium", _program("chromium")),
    Package("poppler-utils", _program("pdftotext")),
)

TO_TEST_RABBITMQ4 = (Package("debootstrap", _program("debootstrap")),)

TO_BENCH = (Package("wrk", _program("wrk")),)


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
    with _alone(), _nothing_started(), _nothing_at_boot(missing), _no_main_cluster():
        _install(names.split(), log)
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
    options = ("-o", "DPkg::Lock::Timeout=600", "-o", "Dpkg::Use-Pty=0")
    install = ("apt-get", "install", "-y", "--no-install-recommends", *options, *names)
    update = ("apt-get", "update", *options)
    repair = ("dpkg", "--configure", "-a")

    def run(command: Sequence[str]) -> bool:
        return follow(command, log, "Debian packages", _doing, quiet, to_the_end=True) == 0

    if any(Path("/var/lib/dpkg/updates").glob("[0-9]*")):
        say("Debian packages: finishing an installation that was broken off earlier")
        run(repair)
    has_lists = any(Path("/var/lib/apt/lists").glob("*_Packages*"))
    if has_lists and run(install):
        return
    say("Debian packages: fetching the lists of packages")
    if not run(update):
        raise Refusal(f"apt-get update failed; is there a network? {log} ends with:\n{tail(log)}")
    if not run(install):
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


@contextmanager
def _nothing_at_boot(packages: Sequence[Package]) -> Iterator[None]:
    """Services that come only with our packages must not appear at the next boot and take their usual ports."""
    services = {service for package in packages for service in package.services}
    strangers = {service for service in services if not _units(service)}
    try:
        yield
    finally:
        for service in sorted(strangers):
            for unit in _units(service):
                command = (
                    ("update-rc.d", service, "disable")
                    if unit.parent.name == "init.d"
                    else ("systemctl", "disable", unit.name)
                )
                if shutil.which(command[0]):  # without systemctl nothing reads units
                    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def _units(service: str) -> list[Path]:
    """The files through which the machine knows a service."""
    units = Path("/lib/systemd/system")
    files = (units / f"{service}.socket", units / f"{service}.service", Path("/etc/init.d") / service)
    return [file for file in files if file.exists()]
