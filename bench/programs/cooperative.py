"""Imported first: makes a process cooperative the way users of plain nameko do it."""

# ruff: noqa: E402
import os

os.environ["PSYCOPG_WAIT_FUNC"] = "wait_select"
import eventlet

eventlet.monkey_patch()

import warnings

warnings.filterwarnings("ignore", module="eventlet")
