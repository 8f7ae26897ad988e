"""A loop of a worker outlives what goes wrong in it, however long."""

import eventlet
from structlog.testing import capture_logs

from shared.entrances.loop import Loop


def test_a_loop_outlives_an_outage_of_hours() -> None:
    """At ten seconds a pause, 1,100 failures are three hours."""
    rounds = []

    def round_() -> float:
        rounds.append(1)
        if len(rounds) <= 1100:
            loop.wake()  # nobody here waits for the pauses
            raise ConnectionError("away")
        return 60.0

    loop = Loop("test", round_)
    running = eventlet.spawn(loop.run)
    with capture_logs(), eventlet.Timeout(30):
        while len(rounds) <= 1100:
            eventlet.sleep(0)
            assert not running.dead, "it ended"
    loop.stop()
