"""How a worker process waits for its database."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.harness import Databases

PROGRAM = """
import shared.cooperative
import sys, eventlet, psycopg
turns = 0
def others():
    global turns
    while True:
        turns += 1
        eventlet.sleep(0.001)
connection = psycopg.connect(sys.argv[1].replace("+psycopg", ""))
eventlet.spawn(others)
eventlet.sleep(0)
turns = 0
for _ in range(int(sys.argv[3])):
    connection.execute(sys.argv[2])
print(turns)
"""


@pytest.mark.parametrize(
    ("statement", "times", "turns"), [("select pg_sleep(0.3)", 1, 5), ("select 1", 400, 5)], ids=["slow", "quick"]
)
def test_while_statements_are_waited_for_the_other_green_threads_get_their_turn(
    databases: Databases, statement: str, times: int, turns: int
) -> None:
    """Given a worker's way of waiting
    When one statement takes long, or many quick ones follow each other
    Then another green thread goes on meanwhile."""
    url = databases.empty("cooperative")
    command = (sys.executable, "-c", PROGRAM, url, statement, str(times))
    output = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    assert int(output) >= turns


def test_a_statement_that_fails_and_a_connection_that_is_cut_are_told_as_by_psycopg_itself(
    databases: Databases,
) -> None:
    """Given a worker's way of waiting
    When a statement is wrong, and when the server ends the connection
    Then each is told by its own error."""
    program = """
import shared.cooperative
import sys, psycopg
url = sys.argv[1].replace("+psycopg", "")
connection = psycopg.connect(url, autocommit=True)
try:
    connection.execute("select 1/0")
except psycopg.errors.DivisionByZero:
    print("wrong")
try:
    connection.execute("select pg_terminate_backend(pg_backend_pid())")
except psycopg.OperationalError:
    print("cut")
"""
    url = databases.empty("cooperative_failing")
    output = subprocess.run(
        (sys.executable, "-c", program, url), check=True, capture_output=True, text=True, timeout=60
    ).stdout
    assert output.split() == ["wrong", "cut"]


def test_a_green_thread_that_waited_for_many_statements_in_one_go_is_not_woken_a_second_time(
    databases: Databases,
) -> None:
    """Given a worker's way of waiting
    When a green thread has had many rows written in one pipeline and then waits for something else
    Then what wakes it is that."""
    program = """
import shared.cooperative
import sys, time, eventlet, psycopg
from eventlet.event import Event
def others():
    while True:
        until = time.monotonic() + 0.002
        while time.monotonic() < until:
            pass
        eventlet.sleep(0)
eventlet.spawn(others)
connection = psycopg.connect(sys.argv[1].replace("+psycopg", ""))
for _ in range(30):
    connection.cursor().executemany("select %s::int", [(n,) for n in range(60)])
    something_else = Event()
    eventlet.spawn_after(0.001, something_else.send, "mine")
    assert something_else.wait() == "mine"
"""
    subprocess.run((sys.executable, "-c", program, databases.empty("cooperative_pipeline")), check=True, timeout=60)
