"""One complaint has one case, one set of clocks, one receipt, and at most one referral."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from chaos.history import Before, History
from chaos.ledger import Promise
from chaos.left import Left
from chaos.verdict import Verdict

SAID = {
    "verification": ("case.verified", "case.dispatched"),
    "answers": ("case.answered",),
    "archiving": ("case.archived",),
}
"""What each deed of the desk makes routing say, each once."""

REFERRED = ("leave", "dispatch")
"""Fates that nobody answers: they reach the Ombudsman."""


class Effects:
    """The history, counted by complaint."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._once: dict[str, Counter[Any]] = {
            "case": _count(history.cases),
            "entry of its opening": _count(r for r in history.items if r.what == "registered"),
            "history of its limits": _count(history.sla_cases),
            "fact of its registration": _count(r for r in history.facts if r.what == "registered"),
            "verification clock": _count(r for r in history.clocks if r.clock == "verification"),
            "receipt clock": _count(r for r in history.clocks if r.clock == "receipt"),
            "note at the Ombudsman's": _count(history.ombudsman),
        }
        self._clocks: dict[UUID, Counter[Any]] = defaultdict(Counter)
        for row in history.clocks:
            self._clocks[row.complaint_id][row.clock, row.generation] += 1
        self._states = {
            "intake": {r.complaint_id: r.state for r in history.complaints},
            "routing": {r.complaint_id: r.state for r in history.cases},
            "sla": {r.complaint_id: r.state for r in history.sla_cases},
        }
        self._receipts = _grouped(
            r for r in history.notifications if r.audience == "reporter" and r.template.startswith("reporter.receipt")
        )
        self._referrals = _grouped(history.referrals)
        self._left: dict[UUID | None, list[Left]] = defaultdict(list)
        for left in history.left:
            self._left[left.of].append(left)
        once_each = {said.event_id: said for said in history.stream}
        self._said = Counter((said.subject, said.name) for said in once_each.values())

    def check(self, verdict: Verdict, promise: Promise, complaint_id: UUID) -> None:
        """All effects of one complaint."""
        mark = promise.mark
        for what, numbers in self._once.items():
            number = numbers[complaint_id]
            verdict.expect(number == 1, f"{mark}: {number} × {what} instead of one ({complaint_id})")
        for (clock, generation), number in self._clocks[complaint_id].items():
            verdict.expect(number == 1, f"{mark}: clock {clock} of generation {generation} runs {number} times")
        states = {service: known.get(complaint_id) for service, known in self._states.items()}
        verdict.expect(len(set(states.values())) == 1, f"{mark}: its state is not the same everywhere: {states}")
        self._check_deeds(verdict, promise, complaint_id)
        self._check_receipt(verdict, promise, complaint_id)
        self._check_referral(verdict, promise, complaint_id)

    def _check_deeds(self, verdict: Verdict, promise: Promise, complaint_id: UUID) -> None:
        for deed, events in SAID.items():
            told = promise.deeds.get(deed, 0)
            verdict.counts["deeds of the desk told done"] += told
            for event in events:
                number = self._said[complaint_id, event]
                right = number == 1 if told else number <= 1
                verdict.expect(right, f"{promise.mark}: {event} was said {number} times, {deed} told done {told} times")

    def _check_receipt(self, verdict: Verdict, promise: Promise, complaint_id: UUID) -> None:
        """One receipt, which left for her address with her code; a repeat of it has the same id and is counted."""
        receipts = self._receipts[complaint_id]
        verdict.expect(len(receipts) == 1, f"{promise.mark}: {len(receipts)} receipts instead of one ({complaint_id})")
        verdict.counts["receipts"] += len(receipts)
        for row in receipts:
            left = self._left[row.notification_id]
            if promise.address:
                verdict.expect(bool(left), f"{promise.mark}: her receipt never left")
            else:
                verdict.expect(not left, f"{promise.mark}: left no address, but her receipt left for {len(left)}")
            for each in left:
                verdict.expect(each.to == promise.address, f"{promise.mark}: the receipt went to somebody else")
                right = all(code in each.text for code in promise.codes)
                verdict.expect(right, f"{promise.mark}: the receipt has another code than she was told")

    def _check_referral(self, verdict: Verdict, promise: Promise, complaint_id: UUID) -> None:
        rows = self._referrals[complaint_id]
        wanted = 1 if promise.fate in REFERRED else 0
        verdict.counts["referrals"] += len(rows)
        verdict.expect(
            len(rows) == wanted, f"{promise.mark} ({promise.fate}): {len(rows)} referrals instead of {wanted}"
        )
        for row in rows:
            verdict.expect(bool(self._left[row.referral_id]), f"{promise.mark}: its referral never left ({row.state})")

    def check_messages(self, verdict: Verdict, before: Before) -> None:
        """Every message that is said to be sent left, and everything that left is known; none under two ids."""
        known = {r.notification_id: r for r in self._history.notifications}
        # What answers a question is about no complaint, and nobody asks in a storm.
        ours = {id: row for id, row in known.items() if row.complaint_id and row.complaint_id not in before.subjects}
        for id, row in ours.items():
            verdict.counts[f"messages {row.state}"] += 1
            finished = row.state in ("sent", "delivered", "held")
            verdict.expect(
                finished, f"message {id} ({row.template}) is {row.state}, {row.reason or 'without a reason'}"
            )
            if row.state in ("sent", "delivered") and row.channel in ("sms", "email"):
                verdict.expect(bool(self._left[id]), f"message {id} ({row.template}) is {row.state} but never left")
        referrals = {r.referral_id for r in self._history.referrals}
        for of, left in self._left.items():
            if not left:
                continue
            way = left[0].way
            verdict.counts[f"left: {way}"] += 1
            verdict.counts[f"left again under the same id: {way}"] += len(left) - 1
            right = of in (referrals if way == "referral" else known)
            verdict.expect(right, f"{way} {left[0].id} left, but nothing is known of it")
        self._check_repeats(verdict, ours)

    def _check_repeats(self, verdict: Verdict, ours: Mapping[UUID, Any]) -> None:
        """The same words about the same event to the same person under two ids: nobody outside can tell them apart."""
        ids: dict[tuple[str, str, Any], set[str]] = defaultdict(set)
        for left in self._history.left:
            if left.of is not None and left.of in ours:
                ids[left.to, left.text, ours[left.of].event_id].add(left.id)
        for found in ids.values():
            verdict.expect(len(found) == 1, f"the same message left under {len(found)} ids: {', '.join(sorted(found))}")


def _count(rows: Iterable[Any]) -> Counter[UUID]:
    return Counter(row.complaint_id for row in rows)


def _grouped(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    groups: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.complaint_id].append(row)
    return groups
