"""A plain nameko service that hears of every complaint: `nameko run --config newsroom.yaml newsroom`."""

import json

from nameko.events import event_handler


class Newsroom:
    name = "newsroom"

    @event_handler("intake", "complaint.registered")
    def hear(self, complaint):
        print("heard", json.dumps(complaint), flush=True)
