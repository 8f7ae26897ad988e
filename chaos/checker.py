"""Compares what senders and officials were told with what is written down. Pure: it decides, it reads nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from uuid import UUID

from chaos.effects import Effects
from chaos.history import Before, History
from chaos.ledger import Ledger, Promise
from chaos.order import check_leftovers, check_listeners, check_stream
from chaos.verdict import Verdict

NOTHING = Before()


def check(ledger: Ledger, history: History, before: Before = NOTHING) -> Verdict:
    """Hold the history against the promises."""
    verdict = Verdict()
    ids: dict[str, list[UUID]] = defaultdict(list)
    for row in history.complaints:
        ids[row.mark].append(row.complaint_id)
    effects = Effects(history)
    for promise in ledger.promises.values():
        _check_promise(verdict, promise, ids[promise.mark])
        for complaint_id in ids[promise.mark]:
            effects.check(verdict, promise, complaint_id)
    effects.check_messages(verdict, before)
    _check_entrances(verdict, ledger, history, before)
    check_stream(verdict, history, before)
    check_listeners(verdict, history, before)
    check_leftovers(verdict, history, before)
    return verdict


def _check_promise(verdict: Verdict, promise: Promise, ids: list[UUID]) -> None:
    """Accepted means kept, once, under the code that was told."""
    mark = promise.mark
    verdict.counts["complaints sent"] += 1
    verdict.counts["complaints sent, tries"] += promise.tries
    verdict.counts["complaints accepted" if promise.accepted else "complaints never answered"] += 1
    verdict.counts["complaints kept"] += len(ids)
    verdict.expect(not promise.refused, f"{mark}: was refused: {promise.refused}")
    verdict.expect(len(set(promise.codes)) <= 1, f"{mark}: was told {len(set(promise.codes))} tracking codes")
    if promise.accepted:
        verdict.expect(bool(ids), f"{mark}: lost: accepted by {promise.entrance}, but intake does not have it")
    verdict.expect(len(ids) <= 1, f"{mark}: doubled: intake has it {len(ids)} times")


def _check_entrances(verdict: Verdict, ledger: Ledger, history: History, before: Before) -> None:
    """What came in raw is there once (text messages) and was read."""
    sms = Counter(row.gateway_id for row in history.sms)
    for promise in ledger.promises.values():
        if promise.entrance == "sms":
            wanted = sms[promise.mark] == 1 if promise.accepted else sms[promise.mark] <= 1
            verdict.expect(wanted, f"{promise.mark}: the text message is there {sms[promise.mark]} times")
    mails = [row for row in history.mails if row.mail_id not in before.mails]
    for row in [*(row for row in history.sms if row.gateway_id in ledger.promises), *mails]:
        verdict.expect(row.outcome is not None, "something that came in was never read")
    verdict.counts["mails that came again and changed nothing"] = sum(row.outcome == "duplicate" for row in mails)
