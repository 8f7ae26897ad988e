"""All events since the beginning, and the next time those since the last: `BROKER=amqp://… python archive.py FILE`.

Appends a line of JSON for each event and ends when nothing has come for two seconds.
"""

import json
import os
import sys
from pathlib import Path

import pika

file = Path(sys.argv[1])
lines = file.read_text().splitlines() if file.exists() else []
start = json.loads(lines[-1])["offset"] + 1 if lines else "first"

connection = pika.BlockingConnection(pika.URLParameters(os.environ["BROKER"]))
channel = connection.channel()
channel.basic_qos(prefetch_count=500)  # a stream wants one, and acknowledgements
from_there = {"x-stream-offset": start}
with file.open("a") as archive:
    for method, properties, body in channel.consume("complaints.log", arguments=from_there, inactivity_timeout=2):
        if method is None:
            break
        headers = dict(properties.headers)
        offset = headers.pop("x-stream-offset")
        # The broker begins with the batch that holds the offset: what is before it we have.
        if start == "first" or offset >= start:
            said = {"offset": offset, "exchange": method.exchange, **headers, "body": body.decode(errors="replace")}
            archive.write(json.dumps(said) + "\n")
        channel.basic_ack(method.delivery_tag)
channel.cancel()
connection.close()
