"""Every event from now on, once and in order, with pika: `BROKER=amqp://… python observatory.py`."""

import os
from collections import defaultdict

import pika

QUEUE = "observatory.events"
SOURCES = ("intake", "routing", "sla", "notify", "ombudsman")

# How far we are with what a service says about a complaint. A real program keeps it in its database, and moves it in
# the transaction that does the work.
position = defaultdict(int)


def hear(channel, method, properties, body):
    about = {name.removeprefix("cloudEvents:"): value for name, value in (properties.headers or {}).items()}
    # Else it is nonsense, or was put into this queue by its name: only the exchange proves who says it.
    if "sequence" in about and method.exchange == about["source"].removeprefix("/aduan/") + ".events":
        place, sequence = (about["source"], about["subject"]), int(about["sequence"])
        if sequence > position[place]:  # not newer: the same once more, after a broken connection
            position[place] = sequence
            print("heard", about["type"], about["subject"], sequence, body.decode(), flush=True)
    channel.basic_ack(method.delivery_tag)


connection = pika.BlockingConnection(pika.URLParameters(os.environ["BROKER"]))
channel = connection.channel()
channel.queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
for source in SOURCES:
    channel.queue_bind(QUEUE, f"{source}.events", "#")
channel.basic_qos(prefetch_count=100)
channel.basic_consume(QUEUE, hear)
print("listening", flush=True)
channel.start_consuming()
