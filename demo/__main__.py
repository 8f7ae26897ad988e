"""`python -m demo`: tell the four stories, then who got which message. Exit status 0 when all of it happened."""

from __future__ import annotations

import sys
import time

import requests

from demo import screen, stories
from demo.world import Failed, World


def main() -> int:
    began = time.monotonic()
    try:
        world = World.from_environment()
        world.until_work()
        teller = stories.Teller(world)
        for story in (
            stories.a_broken_road,
            stories.a_village_without_internet,
            stories.an_anonymous_letter,
            stories.nobody_answers,
        ):
            story(world, teller)
            teller.show_until_quiet(2.0)
    except (Failed, requests.RequestException) as error:
        print(f"\nThe demo stopped: {error}", file=sys.stderr)
        return 1
    screen.table(teller.rows)
    print(f"\nAll four stories in {time.monotonic() - began:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
