"""Speaking with the broker: wiring, relay, batches of events, questions. Knows kombu; knows no nameko."""
