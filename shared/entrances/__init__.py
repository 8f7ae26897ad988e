"""The entrances of a worker: nameko extensions through which events, questions and timers come in.

This package is the only place of the kit that knows nameko. It expects a
process that `shared.worker` has made cooperative.
"""

from shared.entrances.dead_letters import DeadLetters
from shared.entrances.questions import CallerProvider, answers
from shared.entrances.relay import Relay
from shared.entrances.store import RpcProvider, StoreProvider
from shared.entrances.subscribe import subscribe
from shared.entrances.timers import Timers

__all__ = ["CallerProvider", "DeadLetters", "Relay", "RpcProvider", "StoreProvider", "Timers", "answers", "subscribe"]
