"""Speaking with the broker: wiring, relay, batches of events, questions. Knows kombu; knows no nameko."""

from shared.messaging.unreadable import keep_what_cannot_be_read

keep_what_cannot_be_read()
