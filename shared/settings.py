"""Settings come from the environment; a missing one stops the start with a sentence that says what to set."""

from __future__ import annotations

import builtins
import importlib
import random
import sys
from typing import NoReturn

from environs import Env, EnvError

_reader = Env()


class MissingSetting(SystemExit):
    """Raised at start; prints one sentence and ends the process with status 78 (EX_CONFIG)."""

    def __init__(self, sentence: str) -> None:
        sys.stderr.write(sentence + "\n")
        super().__init__(78)
        self.sentence = sentence


class Settings:
    """Typed reads of the environment."""

    def required(self, name: builtins.str, what: builtins.str) -> builtins.str:
        """A setting without which the process must not start; `what` says what it is, with an example."""
        value = _reader.str(name, default="")
        if not value:
            self.missing(name, what)
        return builtins.str(value)

    def missing(self, name: builtins.str, what: builtins.str) -> NoReturn:
        raise MissingSetting(f"{name} is not set: set it to {what}.")

    def str(self, name: builtins.str, default: builtins.str = "") -> builtins.str:
        return builtins.str(_reader.str(name, default=default))

    def int(
        self,
        name: builtins.str,
        default: builtins.int,
        *,
        least: builtins.int | None = None,
        most: builtins.int | None = None,
    ) -> builtins.int:
        try:
            number = builtins.int(_reader.int(name, default=default))
        except EnvError:
            self.missing(name, f"a whole number such as {default}")
        if (least is not None and number < least) or (most is not None and number > most):
            self.missing(name, f"a whole number from {least} to {most}")
        return number

    def float(self, name: builtins.str, default: builtins.float) -> builtins.float:
        try:
            return builtins.float(_reader.float(name, default=default))
        except EnvError:
            self.missing(name, f"a number such as {default}")

    def bool(self, name: builtins.str, default: builtins.bool = False) -> builtins.bool:
        try:
            return builtins.bool(_reader.bool(name, default=default))
        except EnvError:
            self.missing(name, "1 or 0")


env = Settings()


def check_needs(service: str) -> None:
    """Stop the start when a setting in `services/<service>/needs.py` is missing, naming it."""
    needs = importlib.import_module(f"services.{service}.needs").NEEDS
    for name, what in needs.items():
        env.required(name, what)


def database_url() -> str:
    return env.required(
        "ADUAN_DATABASE_URL",
        "the service's own database, e.g. postgresql+psycopg://aduan_intake:…@host:5432/aduan_intake",
    )


def amqp_url() -> str:
    """The broker's address, or with `;` between them those of all nodes of a cluster, each time in an order of chance.

    So the processes spread over the nodes, and none insists on one that is away.
    """
    url = env.required("ADUAN_AMQP_URL", "the service's own broker user, e.g. amqp://intake:…@host:5672/aduan")
    nodes = url.split(";")
    return ";".join(random.sample(nodes, len(nodes)))


def sandbox() -> bool:
    """Whether this is a sandbox: shiftable clock, known accounts, outgoing messages shown instead of sent."""
    return env.bool("ADUAN_SANDBOX")
