"""What one seed says: who complains when and where, and which blow falls when. The same seed, the same plan."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass

SERVICES = ("intake", "routing", "sla", "notify", "ombudsman")

HAND = ("worker", "worker", "worker", "web", "web", "smtp", "gateway", "rabbitmq", "postgres")
"""One hand of kills: what dies most often in real life comes most often. Every hand is dealt out before the next."""

BETWEEN = ("freeze", "freeze", "cut", "cut", "slow", "alarm", "full")
"""Blows between the kills, as many for each hand. None of them counts as a kill."""

STORES = ("amqp", "postgres")

MEANS = {"cut": "lines", "slow": "lines", "full": "disk"}
"""What a system must have so that it can be hit like this: proxies before its stores, a disk of its own."""

FATES = {"leave": 1, "dispatch": 1, "answer": 18, "archive": 80}
"""What the desk does with a complaint, of a hundred. The first two reach the sixtieth day."""

SECONDS_A_KILL = 4.0
SECONDS_A_COMPLAINT = 0.12

JUMPS, DAYS_A_JUMP = 8, 9.0
"""After the storm the clock is moved past the sixtieth day, in so many jumps."""

LATE_KILLS = 0.25
"""This part of the kills falls while the days pass."""


@dataclass(frozen=True)
class Complaint:
    """One complaint: its number, its moment, its entrance, and how its sender and the desk behave."""

    number: int
    at: float
    entrance: str  # api, web, sms or smtp
    reachable: bool  # by API and web one may leave no address; then the receipt is for the page alone
    insists: bool  # sends again although she was told yes, as gateways and browsers do
    fate: str  # what the desk does with it: leave, dispatch, answer or archive


@dataclass(frozen=True)
class Blow:
    """What happens to whom, when, and for how long."""

    at: float
    what: str  # kill, freeze, cut, slow, full or alarm
    target: str = ""  # a program as the local runner names it, or a store
    child: int | None = None  # of its children this one (modulo), not itself
    seconds: float = 0.0
    amount: float = 0.0  # of a cut: the share of connections; when slow: the seconds each piece of data waits


@dataclass(frozen=True)
class Jump:
    """The clock of the sandbox moves."""

    at: float
    days: float


@dataclass(frozen=True)
class Plan:
    """A storm while complaints come in, and one while the days pass; moments count from the beginning of each."""

    seed: int
    complaints: tuple[Complaint, ...]
    blows: tuple[Blow, ...]
    jumps: tuple[Jump, ...]
    late_blows: tuple[Blow, ...]


def make_plan(
    seed: int, complaints: int, kills: int, seconds: float | None = None, means: Collection[str] = ()
) -> Plan:
    """The plan of this seed. `seconds`: how long complaints come in, by default as the numbers need.

    `means`: those of MEANS that the system has. Without one its blows are left out, and the rest stays as it is.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    late = int(kills * LATE_KILLS)
    seconds = seconds or max((kills - late) * SECONDS_A_KILL, complaints * SECONDS_A_COMPLAINT, 5.0)
    made = _complaints(chance, complaints, seconds)
    blows = _blows(chance, kills - late, seconds, means)
    days = max(late * SECONDS_A_KILL, float(JUMPS))
    jumps = tuple(Jump(days * n / JUMPS, DAYS_A_JUMP) for n in range(JUMPS))
    return Plan(seed, made, blows, jumps, _blows(chance, late, days, means))


def _complaints(chance: random.Random, count: int, seconds: float) -> tuple[Complaint, ...]:
    made = []
    for number, at in enumerate(sorted(chance.uniform(0, seconds) for _ in range(count))):
        entrance = chance.choices(("api", "web", "sms", "smtp"), (3, 1, 2, 2))[0]
        reachable = entrance in ("sms", "smtp") or chance.random() < 0.8
        insists = chance.random() < 0.15
        fate = chance.choices(list(FATES), list(FATES.values()))[0]
        # However small the storm, one of each reaches the sixtieth day.
        made.append(Complaint(number, at, entrance, reachable, insists, {0: "leave", 1: "dispatch"}.get(number, fate)))
    return tuple(made)


def _blows(chance: random.Random, kills: int, seconds: float, means: Collection[str]) -> tuple[Blow, ...]:
    """Kills evenly spread with some chance in it; the other blows anywhere between."""
    victims: list[str] = []
    while len(victims) < kills:
        hand = list(HAND)
        chance.shuffle(hand)
        victims += hand
    step = seconds / max(kills, 1)
    blows = [_kill(chance, kind, step * (n + chance.uniform(0.1, 0.9))) for n, kind in enumerate(victims[:kills])]
    for _ in range(round(kills / len(HAND))):
        others = [_other(chance, what, chance.uniform(0.05, 0.95) * seconds) for what in BETWEEN]
        blows += [blow for blow in others if MEANS.get(blow.what, "") in ("", *means)]
    return tuple(sorted(blows, key=lambda blow: blow.at))


def _kill(chance: random.Random, kind: str, at: float) -> Blow:
    """Of web servers and of PostgreSQL now and then only a child dies."""
    target = {"smtp": "intake-smtp"}.get(kind, kind)
    if kind in ("web", "worker"):
        target = f"{chance.choice(SERVICES)}-{kind}"
    child = chance.randrange(100) if kind in ("web", "postgres") and chance.random() < 0.4 else None
    return Blow(at, "kill", target, child)


def _other(chance: random.Random, what: str, at: float) -> Blow:
    if what == "freeze":
        anybody = [f"{service}-{role}" for service in SERVICES for role in ("web", "worker")]
        target = chance.choice([*anybody, "intake-smtp", "gateway", "rabbitmq", "postgres"])
        return Blow(at, what, target, seconds=chance.uniform(1, 4))
    if what == "cut":
        return Blow(at, what, chance.choice(STORES), amount=chance.choice((0.3, 1.0)))
    if what == "slow":
        return Blow(at, what, chance.choice(STORES), seconds=chance.uniform(2, 5), amount=chance.uniform(0.01, 0.1))
    return Blow(at, what, "postgres" if what == "full" else "rabbitmq", seconds=chance.uniform(2, 5))
