"""Question and answer on py-amqp alone: no framework, no threads, nothing checked; the answer by direct reply-to."""

import json
import sys
from typing import Any
from uuid import uuid4

import amqp
from kombu import Connection

from bench.programs.asking import ask_often
from bench.programs.samples import status
from bench.stopwatch import stand_by
from shared.ids import new_id
from shared.settings import amqp_url

QUEUE = "bench.bare"
DIRECT_REPLY = "amq.rabbitmq.reply-to"


def serve() -> None:
    with Connection(amqp_url()) as connection:
        channel = connection.default_channel

        def answer(message: Any) -> None:
            answered = status(json.loads(message.body)["complaint_id"])
            properties = {"correlation_id": message.properties["correlation_id"]}
            channel.basic_publish(amqp.Message(json.dumps(answered), **properties), "", message.properties["reply_to"])
            channel.basic_ack(message.delivery_tag)

        channel.queue_declare(QUEUE, durable=True, auto_delete=False)
        channel.basic_consume(QUEUE, callback=answer)
        stand_by()
        while True:
            connection.drain_events()


def ask(count: int) -> None:
    with Connection(amqp_url()) as connection:
        channel = connection.default_channel
        answers: dict[str, Any] = {}
        channel.basic_consume(
            DIRECT_REPLY,
            no_ack=True,
            callback=lambda message: answers.update({message.properties["correlation_id"]: json.loads(message.body)}),
        )

        def question() -> None:
            correlation = uuid4().hex
            body = json.dumps({"complaint_id": str(new_id())})
            channel.basic_publish(
                amqp.Message(body, reply_to=DIRECT_REPLY, correlation_id=correlation, delivery_mode=1), "", QUEUE
            )
            while correlation not in answers:
                connection.drain_events()
            answers.clear()

        ask_often(count, question)


if __name__ == "__main__":
    serve() if sys.argv[1] == "serve" else ask(int(sys.argv[2]))
