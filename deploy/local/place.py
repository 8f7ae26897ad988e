"""Where one running system keeps its files. Everything is below its run directory."""

from __future__ import annotations

import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from deploy.local.terminal import Refusal

SERVICES = ("intake", "routing", "sla", "notify", "ombudsman")

#: Below this the databases and the broker soon refuse to write.
LEAST_FREE_BYTES = 700 * 1024 * 1024


#: Characters in a path that RabbitMQ hands to a shell, or that nginx reads as its own.
UNUSABLE = "'\"$\\#;{}\n"

#: The file in the run directory whose lock proves that a system runs there, and which holds its pid.
LOCK = "pid"


@dataclass(frozen=True)
class Place:
    """One checkout and one run directory in it."""

    root: Path
    run: Path

    @classmethod
    def sandbox(cls, root: Path) -> Place:
        """What `make up` runs."""
        return cls(root, root / ".run")

    @classmethod
    def test(cls, root: Path) -> Place:
        """What `make test` runs; it can run beside the sandbox."""
        return cls(root, root / ".run" / "test")

    @classmethod
    def rabbitmq4(cls, root: Path) -> Place:
        """What `make test-rabbitmq4` runs."""
        return cls(root, root / ".run" / "test-rabbitmq4")

    @property
    def python(self) -> Path:
        return self.root / ".venv" / "bin" / "python"

    @property
    def logs(self) -> Path:
        return self.run / "log"

    @property
    def clock(self) -> Path:
        return self.run / "clock.json"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def shown(self, path: Path) -> str:
        """A path as it is typed from the checkout."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)

    def make(self) -> None:
        """Create the run directory, readable by its owner only: it will hold passwords and complaints."""
        odd = sorted(set(str(self.root)) & set(UNUSABLE))
        if odd:
            raise Refusal(
                f"The name of {self.root} contains {' '.join(odd)}, "
                "which RabbitMQ or nginx cannot handle: move the checkout."
            )
        outer = self.root / ".run"
        _refuse_foreign(outer)
        outer.mkdir(mode=0o700, exist_ok=True)
        outer.chmod(0o700)
        self.logs.mkdir(parents=True, exist_ok=True)

    def wipe(self) -> None:
        """Remove everything in the run directory but the lock, which whoever wipes is holding."""
        for entry in self.run.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != LOCK:
                entry.unlink()


def need_space(path: Path, bytes_needed: int = LEAST_FREE_BYTES) -> None:
    """Refuse when the disk that holds `path` has too little room left."""
    free = shutil.disk_usage(path).free
    if free < bytes_needed:
        raise Refusal(
            f"The disk that holds {path} has {free / 1e9:.1f} GB free and {bytes_needed / 1e9:.1f} GB are needed: "
            "free some space and start again."
        )


def _refuse_foreign(path: Path) -> None:
    """PostgreSQL refuses files of another user, and mixing users breaks in ways nobody understands."""
    try:
        owner = path.stat().st_uid
    except FileNotFoundError:
        return
    if owner != os.geteuid():
        try:
            name = pwd.getpwuid(owner).pw_name
        except KeyError:
            name = str(owner)
        raise Refusal(f"{path} was made by the user {name}: go on as that user, or remove it and start again.")
