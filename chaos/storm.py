"""Carries a plan out on the running system and holds what is left against what was told."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import Path

from chaos.blows import Blows
from chaos.checker import check
from chaos.databases import Databases
from chaos.desk import Desk
from chaos.entrances import Doors
from chaos.history import Before, read_history
from chaos.ledger import Ledger
from chaos.plan import Blow, Complaint, Jump, Plan
from chaos.quiet import pass_the_night, wait_for_quiet
from chaos.senders import Senders
from chaos.verdict import Verdict
from deploy.local.place import Place
from shared import clock

LEDGER = "chaos.json"
"""Where the run directory keeps what senders and officials were told."""


def means() -> Collection[str]:
    """What this system has of `plan.MEANS`."""
    known = {"lines": "ADUAN_CHAOS_LINES", "disk": "ADUAN_CHAOS_DISK"}
    return [name for name, variable in known.items() if variable in os.environ]


class Storm:
    """One storm over the system that the environment names."""

    def __init__(self, plan: Plan, patience: float) -> None:
        self._plan = plan
        self._patience = patience
        self._began = time.monotonic()
        self._run = Path(os.environ["ADUAN_RUN_DIR"])
        self._databases = Databases.from_environment()
        self._ledger = Ledger.of(plan.complaints)
        self._promises = list(self._ledger.promises.values())
        doors = Doors(os.environ["ADUAN_ADDRESS"], os.environ["ADUAN_SMTP_ADDRESS"], os.environ["INTAKE_SMS_SECRET"])
        self._senders = Senders(doors, self._ledger)
        self._desk = Desk(doors.http, self._databases, self._ledger)
        disk = os.environ.get("ADUAN_CHAOS_DISK")
        self._blows = Blows(
            Place(Path.cwd(), self._run),
            os.environ["ADUAN_TEST_RABBITMQCTL"],
            self._say,
            os.environ.get("ADUAN_CHAOS_LINES", ""),
            Path(disk) if disk else None,
        )

    def rage(self) -> Verdict:
        """All of it: complaints under blows, then days under blows, then quiet and the comparison."""
        plan = self._plan
        before = Before.of(self._databases)
        self._say(
            f"seed {plan.seed}: {len(plan.complaints)} complaints, {len(plan.blows)} blows, "
            f"then {sum(jump.days for jump in plan.jumps):.0f} days with {len(plan.late_blows)} more"
        )
        self._desk.open()
        self._play([*plan.complaints, *plan.blows])
        unfinished = []
        if left := self._senders.wait(self._patience):
            unfinished.append(f"{left} senders were not answered")
        self._say("all senders were answered" if not left else unfinished[-1])
        if left := self._desk.close(self._patience):
            unfinished.append(f"the desk could not finish {left} cases")
        self._say("the desk has done its work" if not left else unfinished[-1])
        self._blows.calm()
        self._ledger.write(self._run / LEDGER)
        self._play([*plan.jumps, *plan.late_blows])
        self._blows.calm()
        self._say(f"the storm is over, the runner has started {self._blows.restarts()} programs again")
        unfinished += wait_for_quiet(self._databases, self._patience, self._say)
        if pass_the_night():
            unfinished += wait_for_quiet(self._databases, self._patience, self._say)
        self._say("quiet" if not unfinished else f"no quiet: {'; '.join(unfinished)}")
        return self._judge(before, [*unfinished, *self._blows.failed])

    def _judge(self, before: Before, unfinished: Sequence[str]) -> Verdict:
        verdict = check(self._ledger, read_history(self._databases), before)
        verdict.counts.update({f"blows: {what}": number for what, number in self._blows.dealt.items()})
        verdict.counts["seconds"] = round(time.monotonic() - self._began)
        for sentence in unfinished:
            verdict.expect(False, f"not finished: {sentence}")
        self._databases.close()
        return verdict

    def _play(self, acts: Sequence[Complaint | Blow | Jump]) -> None:
        """Each at its moment, counted from now."""
        began = time.monotonic()
        for act in sorted(acts, key=lambda act: act.at):
            time.sleep(max(0.0, began + act.at - time.monotonic()))
            match act:
                case Complaint():
                    self._senders.send(act, self._promises[act.number])
                case Blow():
                    self._blows.deal(act)
                case Jump():
                    clock.shift(timedelta(days=act.days))
                    self._say(f"{act.days:.0f} days pass")

    def _say(self, line: str) -> None:
        print(f"{time.monotonic() - self._began:6.1f} s  {line}", flush=True)
