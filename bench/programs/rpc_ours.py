"""Our question and answer: deadline, caller and both contracts checked. `serve` is a worker, `ask` a plain process."""

import sys


def serve() -> None:
    import shared.cooperative  # noqa: F401, I001 - first
    from datetime import UTC, datetime
    from typing import Any
    from uuid import UUID

    from bench.programs.containers import container
    from bench.stopwatch import stand_by
    from shared.entrances import answers
    from shared.settings import amqp_url

    class Worker:
        name = "intake"

        @answers
        def status(self, complaint_id: UUID) -> dict[str, Any]:
            return {
                "complaint_id": complaint_id,
                "channel": "sms",
                "received_at": datetime.now(UTC),
                "anonymous": False,
                "confidential": False,
                "ombudsman_consent": True,
                "withdrawn": False,
            }

    worker = container(Worker, amqp_url())
    worker.start()
    stand_by()
    worker.wait()


def ask(count: int) -> None:
    from bench.programs.asking import ask_often
    from shared.ids import new_id
    from shared.messaging.rpc import RpcClient
    from shared.settings import amqp_url

    client = RpcClient(amqp_url(), size=1)
    ask_often(count, lambda: client.ask("intake", "status", complaint_id=new_id()))


if __name__ == "__main__":
    serve() if sys.argv[1] == "serve" else ask(int(sys.argv[2]))
