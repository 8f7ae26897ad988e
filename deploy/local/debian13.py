"""A Debian 13 in a folder of its own, for the RabbitMQ 4 that Debian 12 does not have.

Made with debootstrap and used with chroot, so it needs root. Its mounts exist
only for the processes inside: nothing of it is seen by the machine, and nothing
is left mounted when they end.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from deploy.local.follow import follow
from deploy.local.place import Place, need_space
from deploy.local.terminal import Refusal, say, tail

RELEASE = "trixie"

#: What Debian 13 and RabbitMQ take, with room for the packages themselves.
BYTES = 2_000_000_000

#: Mounts for one process and what it starts: the kernel's files, the tests' files, and this checkout at its own path.
ENTER = """
set -e
mount -t proc proc "$0/proc"
mount --bind /dev "$0/dev"
mount --bind /tmp "$0/tmp"
mkdir -p "$0$1"
mount --bind "$1" "$0$1"
folder=$0; shift
exec chroot "$folder" "$@"
"""


def folder(place: Place) -> Path:
    return place.root / ".run" / "debian13"


def ensure(place: Place) -> None:
    """Make the folder unless it is there and complete."""
    target, log = folder(place), place.log("debian13")
    stamp = target / "complete"
    if stamp.exists():
        return
    if os.geteuid() != 0:
        raise Refusal("RabbitMQ 4 comes from a Debian 13 in a folder of its own, which only root can make and enter.")
    need_space(place.root, BYTES)
    if target.exists():
        say("the Debian 13 in .run/debian13 was left half-made; making it again")
        shutil.rmtree(target)
    say(f"making a Debian 13 in {place.shown(target)} (all output: {place.shown(log)})")
    _run(["debootstrap", "--variant=minbase", RELEASE, str(target), _mirror()], log)
    policy = target / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")  # its packages shall start nothing
    policy.chmod(0o755)
    install = ("apt-get", "install", "-y", "--no-install-recommends", "rabbitmq-server")
    _run([*enter(place), "/usr/bin/env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", *install], log)
    stamp.touch()
    say(f"Debian 13 has {version(place)}")


def enter(place: Place) -> tuple[str, ...]:
    """What stands before a command that is to run inside; the process stays the same, so that signals reach it."""
    return ("unshare", "--mount", "sh", "-c", ENTER, str(folder(place)), str(place.root))


def version(place: Place) -> str:
    """The RabbitMQ inside, e.g. rabbitmq_server-4.0.5."""
    return max(path.name for path in (folder(place) / "usr/lib/rabbitmq/lib").glob("rabbitmq_server-*"))


def _mirror() -> str:
    """Where this machine gets its own Debian from."""
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Component: main"]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    if not (mirrors := [address for address in found if address.rstrip("/").endswith("/debian")]):
        raise Refusal("apt-get knows no Debian mirror on this machine to take Debian 13 from.")
    return mirrors[0]


def _run(command: Sequence[str], log: Path) -> None:
    if follow(command, log, "Debian 13", _doing, to_the_end=True) != 0:
        raise Refusal(f"Debian 13 could not be made; {log} ends with:\n{tail(log)}")


def _doing(line: str) -> str | None:
    """What a line of debootstrap or apt-get tells about the progress."""
    words = line.removeprefix("I: ").split()
    return " ".join(words[:2]).lower() if words and words[0] in ("Retrieving", "Unpacking", "Setting") else None
