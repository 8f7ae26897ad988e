"""Accepting complaints in this process, one after the other, to see where its processor time goes."""

import sys

from bench.programs.post import PATH, complaint
from bench.stopwatch import Stopwatch, hand_over
from services.intake.web import create_app

WARMING = 20


def main(count: int) -> None:
    client = create_app().test_client()

    def hand_in(number: int) -> None:
        answer = client.post(PATH, json=complaint(number), headers={"X-Forwarded-For": f"10.0.{number % 250}.1"})
        assert answer.status_code == 201, answer.text

    for number in range(WARMING):
        hand_in(number)
    watch = Stopwatch()
    watch.start()
    for number in range(count):
        hand_in(number)
    hand_over(count, watch.stop())


if __name__ == "__main__":
    main(int(sys.argv[1]))
