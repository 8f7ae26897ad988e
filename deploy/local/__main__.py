"""The commands behind the Makefile: `python3 -m deploy.local up` and its siblings."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts us with an older one gets a sentence
    sys.exit("Aduan needs Python 3.11: install it with sudo apt-get install python3.11")

import argparse
import errno
import os
from collections.abc import Sequence
from pathlib import Path

from deploy.local import commands
from deploy.local.place import Place
from deploy.local.supervisor import StopAsked
from deploy.local.terminal import Refusal, tell


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; every way it can fail ends in one clear sentence."""
    options = _parser().parse_args(arguments)
    root = Path(__file__).resolve().parents[2]
    try:
        return int(options.run(root, options))
    except Refusal as refusal:
        tell(str(refusal))
    except StopAsked:
        return 130
    except KeyboardInterrupt:
        tell("stopped")
        return 130
    except OSError as error:
        tell(_sentence(error))
    return 1


def _sentence(error: OSError) -> str:
    where = error.filename or "this directory"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full: {where} could not be written; free some space and start again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{where} could not be used ({os.strerror(error.errno)}); start as the user who owns the checkout."
    return f"{where}: {error.strerror or error}."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make", description=__doc__)
    actions = parser.add_subparsers(required=True)

    up = actions.add_parser("up")
    up.add_argument("--port", default="")
    up.set_defaults(run=lambda root, options: commands.up(Place.sandbox(root), options.port))

    simple = {
        "down": lambda root, options: commands.down(Place.sandbox(root)),
        "status": lambda root, options: commands.status([Place.sandbox(root), Place.test(root)]),
        "restart": lambda root, options: commands.restart(Place.sandbox(root)),
        "logs": lambda root, options: commands.logs(Place.sandbox(root)),
        "clean": lambda root, options: commands.clean(Place.sandbox(root), Place.test(root)),
        "demo": lambda root, options: commands.demo(Place.sandbox(root)),
        "lint": lambda root, options: commands.lint(Place.sandbox(root)),
        "test-env": lambda root, options: commands.test_env(Place.test(root)),
    }
    for name, run in simple.items():
        actions.add_parser(name).set_defaults(run=run)

    test = actions.add_parser("test")
    test.add_argument("--keep", action="store_true")
    test.add_argument("arguments", nargs="*")
    test.set_defaults(run=lambda root, options: commands.test(Place.test(root), options.arguments, options.keep))

    test4 = actions.add_parser("test-rabbitmq4")
    test4.add_argument("--keep", action="store_true")
    test4.add_argument("arguments", nargs="*")
    test4.set_defaults(
        run=lambda root, options: commands.test_rabbitmq4(Place.rabbitmq4(root), options.arguments, options.keep)
    )

    bench = actions.add_parser("bench")
    bench.add_argument("arguments", nargs="*")
    bench.set_defaults(run=lambda root, options: commands.bench(Place.test(root), options.arguments))

    chaos = actions.add_parser("chaos")
    chaos.add_argument("--rabbitmq4", action="store_true")
    chaos.add_argument("arguments", nargs="*")
    chaos.set_defaults(
        run=lambda root, options: commands.chaos(
            Place.rabbitmq4(root) if options.rabbitmq4 else Place.test(root),
            options.arguments,
            rabbitmq4=options.rabbitmq4,
        )
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
