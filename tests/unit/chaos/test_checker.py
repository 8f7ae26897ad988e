"""The checker finds nothing in a flawless history, and names each kind of fault."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace as Row
from uuid import UUID

import pytest

from chaos.checker import check
from chaos.history import Before, History, Said
from chaos.ledger import Ledger, Promise
from chaos.left import Left
from shared.messaging.topology import SUBSCRIPTIONS

SUBJECT, OTHER = UUID(int=1), UUID(int=2)
RECEIPT, ANSWER, REFERRAL = UUID(int=11), UUID(int=12), UUID(int=13)
OTHER_RECEIPT = UUID(int=21)
CODE = "ABCD-EFGH-JK0"
THEN = datetime(2026, 11, 23, tzinfo=UTC)

SAID = [
    Said("intake", SUBJECT, 1, "e1", "complaint.registered"),
    Said("routing", SUBJECT, 1, "e2", "case.opened"),
    Said("routing", SUBJECT, 2, "e3", "case.verified"),
    Said("routing", SUBJECT, 3, "e4", "case.dispatched"),
    Said("intake", OTHER, 1, "e5", "complaint.registered"),
]


def ledger() -> Ledger:
    """One by text message whom nobody answers, one by API who left no address and whose case is still new."""
    told = Promise("ujicoba00000000n00000", "sms", "dispatch", "+6281", 1, 1, deeds={"verification": 1})
    quiet = Promise("ujicoba00000000n00001", "api", "answer", "", 2, 2, codes=[CODE, CODE])
    return Ledger([told, quiet])


def history() -> History:
    """Everything as it should be."""
    both = (SUBJECT, OTHER)
    lasts = {"intake": {SUBJECT: 1, OTHER: 1}, "routing": {SUBJECT: 3}, "sla": {}, "notify": {}, "ombudsman": {}}
    return History(
        complaints=[
            Row(complaint_id=SUBJECT, mark="ujicoba00000000n00000", state="dispatched"),
            Row(complaint_id=OTHER, mark="ujicoba00000000n00001", state="unverified"),
        ],
        sms=[Row(gateway_id="ujicoba00000000n00000", outcome="registered")],
        cases=[Row(complaint_id=SUBJECT, state="dispatched"), Row(complaint_id=OTHER, state="unverified")],
        items=[Row(complaint_id=c, what="registered") for c in both],
        sla_cases=[Row(complaint_id=SUBJECT, state="dispatched"), Row(complaint_id=OTHER, state="unverified")],
        facts=[Row(complaint_id=c, what="registered") for c in both],
        clocks=[Row(complaint_id=c, clock=k, generation=1) for c in both for k in ("verification", "receipt")],
        notifications=[
            notification(RECEIPT, SUBJECT, "e1", "reporter.receipt", "sms", 1),
            notification(ANSWER, SUBJECT, "e4", "reporter.dispatched", "sms", 4),
            notification(OTHER_RECEIPT, OTHER, "e5", "reporter.receipt", "page", 5),
        ],
        referrals=[Row(referral_id=REFERRAL, complaint_id=SUBJECT, state="forwarded")],
        ombudsman=[Row(complaint_id=c) for c in both],
        sequences={s: [Row(subject=c, last=n) for c, n in known.items()] for s, known in lasts.items()},
        positions={
            listener: [Row(source=s, subject=c, last=n) for s in sources for c, n in lasts[s].items()]
            for listener, sources in SUBSCRIPTIONS.items()
        },
        stream=list(SAID),
        left=[
            Left("sms", "r", RECEIPT, "+6281", f"Laporan Anda diterima. Kode: {CODE}"),
            Left("sms", "d", ANSWER, "+6281", "Laporan Anda diteruskan."),
            Left("referral", str(REFERRAL), REFERRAL, "KOLUT-1", "{}"),
        ],
        held={s: [] for s in SUBSCRIPTIONS},
        unsaid=dict.fromkeys(SUBSCRIPTIONS, 0),
        undone={s: [] for s in SUBSCRIPTIONS},
    )


def notification(id: UUID, complaint_id: UUID, event: str, template: str, channel: str, minute: int) -> Row:
    return Row(
        notification_id=id,
        event_id=event,
        complaint_id=complaint_id,
        template=template,
        audience="reporter",
        state="sent",
        channel=channel,
        reason=None,
        planned_at=THEN + timedelta(minutes=minute),
    )


def held(state: str, reason: str | None) -> Row:
    return Row(id=7, state=state, source="intake", subject=SUBJECT, sequence=2, name="complaint.rated", reason=reason)


def test_a_flawless_history_has_no_differences() -> None:
    assert check(ledger(), history()).differences == []


def test_what_was_never_accepted_need_not_be_there() -> None:
    never = Ledger([*ledger().promises.values(), Promise("ujicoba00000000n00002", "smtp", "leave", "a@b", 3)])
    assert check(never, history()).differences == []


def test_repeats_under_the_same_id_are_counted_and_no_fault() -> None:
    h = history()
    h.left += [h.left[0], h.left[2]]
    h.stream += SAID[1:3]
    verdict = check(ledger(), h)
    assert verdict.differences == []
    assert verdict.counts["left again under the same id: sms"] == 1
    assert verdict.counts["left again under the same id: referral"] == 1
    assert verdict.counts["events said again under the same id"] == 2


def test_what_was_there_before_the_storm_is_not_judged() -> None:
    h = history()
    stranger = UUID(int=99)
    h.stream.append(Said("intake", stranger, 5, "e99", "complaint.rated"))
    h.sequences["intake"].append(Row(subject=stranger, last=9))
    h.held["sla"].append(held("parked", "undecodable: it is no event"))
    assert check(ledger(), h, Before(frozenset({stranger}), frozenset({("sla", 7)}))).differences == []
    assert check(ledger(), h).differences


FAULTS: dict[str, tuple[Callable[[History], object], str]] = {
    "lost": (lambda h: h.complaints.pop(0), "lost: accepted by sms, but intake does not have it"),
    "doubled": (lambda h: h.complaints.append(copy.copy(h.complaints[0])), "doubled: intake has it 2 times"),
    "text message twice": (lambda h: h.sms.append(h.sms[0]), "the text message is there 2 times"),
    "text message never read": (lambda h: setattr(h.sms[0], "outcome", None), "never read"),
    "no case": (lambda h: h.cases.pop(0), "0 × case instead of one"),
    "two cases": (lambda h: h.cases.append(h.cases[0]), "2 × case instead of one"),
    "no clock": (lambda h: h.clocks.pop(0), "0 × verification clock instead of one"),
    "two sets of clocks": (lambda h: h.clocks.append(h.clocks[1]), "2 × receipt clock instead of one"),
    "the same clock twice": (
        lambda h: h.clocks.extend([Row(complaint_id=SUBJECT, clock="follow_up", generation=1)] * 2),
        "clock follow_up of generation 1 runs 2 times",
    ),
    "the Ombudsman does not know": (lambda h: h.ombudsman.pop(0), "0 × note at the Ombudsman's"),
    "states differ": (lambda h: setattr(h.sla_cases[0], "state", "closed"), "its state is not the same everywhere"),
    "deed undone": (
        lambda h: h.stream.__delitem__(2),
        "case.verified was said 0 times, verification told done 1 times",
    ),
    "deed twice": (
        lambda h: h.stream.append(Said("routing", SUBJECT, 4, "e9", "case.dispatched")),
        "case.dispatched was said 2 times",
    ),
    "no receipt": (lambda h: h.notifications.pop(0), "0 receipts instead of one"),
    "second receipt planned": (
        lambda h: h.notifications.append(notification(UUID(int=31), SUBJECT, "e1", "reporter.receipt", "sms", 9)),
        "2 receipts instead of one",
    ),
    "second receipt under another id": (
        lambda h: (
            h.notifications.append(notification(UUID(int=31), SUBJECT, "e1", "reporter.welcome", "sms", 1)),
            h.left.append(Left("sms", "x", UUID(int=31), h.left[0].to, h.left[0].text)),
        ),
        "the same message left under 2 ids: r, x",
    ),
    "message nobody knows of": (
        lambda h: h.left.append(Left("email", "<x>", None, "a@b", "Halo")),
        "email <x> left, but nothing is known of it",
    ),
    "receipt never left": (lambda h: h.left.pop(0), "her receipt never left"),
    "said to be sent, never left": (lambda h: h.left.pop(1), "(reporter.dispatched) is sent but never left"),
    "receipt to somebody else": (
        lambda h: h.left.append(Left("sms", "r", RECEIPT, "+6282", h.left[0].text)),
        "went to somebody else",
    ),
    "receipt although she left no address": (
        lambda h: h.left.append(Left("email", "o", OTHER_RECEIPT, "a@b", CODE)),
        "left no address, but her receipt left",
    ),
    "message given up": (lambda h: setattr(h.notifications[1], "state", "failed"), "is failed, without a reason"),
    "no referral": (lambda h: h.referrals.pop(), "(dispatch): 0 referrals instead of 1"),
    "two referrals": (lambda h: h.referrals.append(h.referrals[0]), "(dispatch): 2 referrals instead of 1"),
    "referral of an answered one": (
        lambda h: h.referrals.append(Row(referral_id=UUID(int=14), complaint_id=OTHER, state="forwarded")),
        "(answer): 1 referrals instead of 0",
    ),
    "referral never left": (lambda h: h.left.pop(2), "its referral never left (forwarded)"),
    "second referral under another id": (
        lambda h: h.left.append(Left("referral", "y", UUID(int=15), "KOLUT-2", "{}")),
        "referral y left, but nothing is known of it",
    ),
    "event missing in the stream": (lambda h: h.stream.pop(), "stream: has 0 of 1 events of intake"),
    "stream out of order": (
        lambda h: h.stream.insert(1, h.stream.pop(2)),
        f"stream: number 2 of routing about {SUBJECT} came out of order, after 0",
    ),
    "one number, two events": (
        lambda h: h.stream.append(Said("routing", SUBJECT, 3, "e9", "case.returned")),
        f"stream: number 3 of routing about {SUBJECT} is two events",
    ),
    "not heard": (
        lambda h: setattr(h.positions["sla"][0], "last", 0),
        f"sla has heard 0 of 1 of intake about {SUBJECT}",
    ),
    "acted out of order": (
        lambda h: (
            h.notifications.append(notification(UUID(int=32), SUBJECT, "e3", "reporter.interim", "page", 5)),
            setattr(h.notifications[1], "planned_at", THEN),
        ),
        "notify acted out of order: on number 3 of routing",
    ),
    "parked": (lambda h: h.held["notify"].append(held("parked", "failed: KeyError")), "failed: KeyError"),
    "parked without a reason": (lambda h: h.held["notify"].append(held("parked", None)), "without a reason"),
    "waiting for ever": (lambda h: h.held["sla"].append(held("waiting", "an earlier one is missing")), "sla: waiting"),
    "unsaid": (lambda h: h.unsaid.update(routing=2), "routing has 2 events in its outbox"),
    "given up": (
        lambda h: h.undone["notify"].append(Row(kind="officers.find", key="k", error="Unavailable")),
        "notify gave up officers.find k: Unavailable",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_named(fault: str) -> None:
    break_it, sentence = FAULTS[fault]
    h = history()
    break_it(h)
    found = check(ledger(), h).differences
    assert any(sentence in difference for difference in found), found


def test_a_second_code_and_a_wrong_code_in_the_receipt_are_named() -> None:
    told = ledger()
    promise = told.promises["ujicoba00000000n00000"]
    promise.codes = ["ZZZZ-ZZZZ-ZZ0"]
    assert any("another code than she was told" in d for d in check(told, history()).differences)
    promise.codes = [CODE, "ZZZZ-ZZZZ-ZZ0"]
    assert any("was told 2 tracking codes" in d for d in check(told, history()).differences)


def test_a_refusal_nobody_deserved_is_named() -> None:
    told = ledger()
    told.promises["ujicoba00000000n00001"].refused = "422 empty"
    assert check(told, history()).differences == ["ujicoba00000000n00001: was refused: 422 empty"]
