"""Everything said is in the stream and was heard by everyone who listens, in its order; nothing is left over."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from chaos.history import Before, History, Said
from chaos.verdict import Verdict
from shared.messaging.topology import SUBSCRIPTIONS


def check_stream(verdict: Verdict, history: History, before: Before) -> None:
    """The stream has every number of every subject, each one event, each for the first time after the one before it.

    A repeat, from a kill between the broker's yes and the relay's commit, has the same id and is counted.
    """
    fresh = [said for said in history.stream if said.subject not in before.subjects]
    first: dict[tuple[str, UUID], dict[int, str]] = defaultdict(dict)
    for said in fresh:
        numbers, what = first[said.source, said.subject], f"{said.source} about {said.subject}"
        if (known := numbers.get(said.sequence)) is not None:
            verdict.counts["events said again under the same id"] += 1
            verdict.expect(known == said.event_id, f"stream: number {said.sequence} of {what} is two events")
            continue
        right = said.sequence == len(numbers) + 1
        verdict.expect(right, f"stream: number {said.sequence} of {what} came out of order, after {len(numbers)}")
        numbers[said.sequence] = said.event_id
    verdict.counts["events"] = sum(map(len, first.values()))
    for source, rows in history.sequences.items():
        for row in (row for row in rows if row.subject not in before.subjects):
            number = len(first[source, row.subject])
            verdict.expect(
                number == row.last, f"stream: has {number} of {row.last} events of {source} about {row.subject}"
            )


def check_listeners(verdict: Verdict, history: History, before: Before) -> None:
    """Every listener has reached the last number; notify, which notes when it acted, acted in the stream's order."""
    for listener, sources in SUBSCRIPTIONS.items():
        reached = {(row.source, row.subject): row.last for row in history.positions[listener]}
        for source in sources:
            for row in (row for row in history.sequences[source] if row.subject not in before.subjects):
                last = reached.get((source, row.subject), 0)
                verdict.counts["positions compared"] += 1
                verdict.expect(
                    last == row.last, f"{listener} has heard {last} of {row.last} of {source} about {row.subject}"
                )
    acted: dict[str, datetime] = {
        str(row.event_id): row.planned_at for row in history.notifications if row.audience == "reporter"
    }
    latest: dict[tuple[str, UUID], tuple[int, datetime]] = {}
    for said in _by_number(history.stream, before):
        if (at := acted.get(said.event_id)) is None:
            continue
        sequence, then = latest.get((said.source, said.subject), (0, at))
        verdict.counts["order of acting compared"] += 1
        verdict.expect(
            then <= at,
            f"notify acted out of order: on number {said.sequence} of {said.source} about {said.subject} "
            f"before number {sequence}",
        )
        latest[said.source, said.subject] = said.sequence, at


def _by_number(stream: list[Said], before: Before) -> list[Said]:
    once = {said.event_id: said for said in stream if said.subject not in before.subjects}
    return sorted(once.values(), key=lambda said: said.sequence)


def check_leftovers(verdict: Verdict, history: History, before: Before) -> None:
    """Nothing is set aside, unsaid or given up."""
    for service, rows in history.held.items():
        for row in (row for row in rows if (service, row.id) not in before.held):
            verdict.expect(
                False,
                f"{service}: {row.state}: {row.name} of {row.source} about {row.subject} number {row.sequence}, "
                f"{row.reason or 'without a reason'}",
            )
    for service, number in history.unsaid.items():
        verdict.expect(number == 0, f"{service} has {number} events in its outbox")
    for service, rows in history.undone.items():
        for row in (row for row in rows if (service, row.kind, row.key) not in before.given_up):
            verdict.expect(False, f"{service} gave up {row.kind} {row.key}: {row.error}")
