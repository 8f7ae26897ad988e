"""Plain nameko's `@rpc` and its standalone proxy: the same question and answer, nothing checked."""

import sys


def serve() -> None:
    import bench.programs.cooperative  # noqa: F401, I001 - first
    from typing import Any

    from nameko.rpc import rpc

    from bench.programs.containers import container
    from bench.programs.samples import status
    from bench.stopwatch import stand_by
    from shared.settings import amqp_url

    class Worker:
        name = "bench"

        @rpc
        def status(self, complaint_id: str) -> dict[str, Any]:
            return status(complaint_id)

    worker = container(Worker, amqp_url())
    worker.start()
    stand_by()
    worker.wait()


def ask(count: int) -> None:
    from nameko.standalone.rpc import ClusterRpcProxy

    from bench.programs.asking import ask_often
    from shared.ids import new_id
    from shared.settings import amqp_url

    with ClusterRpcProxy({"AMQP_URI": amqp_url()}) as services:
        ask_often(count, lambda: services.bench.status(complaint_id=str(new_id())))


if __name__ == "__main__":
    serve() if sys.argv[1] == "serve" else ask(int(sys.argv[2]))
