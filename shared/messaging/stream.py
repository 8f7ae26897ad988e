"""Letting all events flow into the stream `complaints.log`, once the broker is up."""

from __future__ import annotations

from kombu import Connection

from shared.messaging import topology


def bind_stream(url: str, *, patience: int = 60) -> None:
    """Bind the stream to every service's exchange; what is bound stays so. The user at `url` is an administrator.

    Waits for the broker up to `patience` seconds. Raises OperationalError when
    it does not come, AMQPError when it refuses.
    """
    with Connection(url, connect_timeout=5) as connection:
        connection.ensure_connection(timeout=patience)
        channel = connection.channel()
        for binding in topology.stream_bindings():
            channel.queue_bind(binding["destination"], binding["source"], binding["routing_key"])
