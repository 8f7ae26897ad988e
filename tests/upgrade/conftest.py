"""The running system as the end-to-end tests know it."""

from tests.e2e.conftest import books, processes, world

__all__ = ["books", "processes", "world"]
