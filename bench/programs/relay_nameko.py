"""Plain nameko's event dispatcher: the same bodies to the same exchange, one confirm awaited after the other."""

import bench.programs.cooperative  # noqa: F401, I001 - first
import json
import sys

from nameko.standalone.events import event_dispatcher

from bench.programs import samples
from bench.stopwatch import Stopwatch, hand_over
from shared.contracts import event_type
from shared.ids import new_id
from shared.settings import amqp_url


def main(count: int) -> None:
    contract = event_type(samples.SOURCE, samples.NAME)
    bodies = [json.loads(contract.write(samples.registered(new_id()))) for _ in range(count)]
    dispatch = event_dispatcher({"AMQP_URI": amqp_url(), "DECLARE_EVENT_EXCHANGES": False})
    watch = Stopwatch()
    watch.start()
    for body in bodies:
        dispatch(samples.SOURCE, samples.NAME, body)
    hand_over(count, watch.stop())


if __name__ == "__main__":
    main(int(sys.argv[1]))
