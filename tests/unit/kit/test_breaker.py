"""A silent service is not waited for by every page anew."""

import time

from shared.messaging.rpc import Breaker


def test_after_three_silences_questions_are_refused_at_once_until_one_may_try() -> None:
    breaker = Breaker()
    breaker.PAUSE = 0.05  # type: ignore[misc]
    for _ in range(3):
        assert breaker.admits("sla")
        breaker.silent("sla")
    assert not breaker.admits("sla")
    assert breaker.admits("routing")

    time.sleep(0.06)
    assert breaker.admits("sla")
    assert not breaker.admits("sla")
    breaker.answered("sla")
    assert breaker.admits("sla")
    assert breaker.admits("sla")


def test_an_answer_in_between_starts_the_count_anew() -> None:
    breaker = Breaker()
    for _ in range(5):
        breaker.silent("sla")
        breaker.silent("sla")
        breaker.answered("sla")
        assert breaker.admits("sla")
