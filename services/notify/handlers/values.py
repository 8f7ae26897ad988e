"""What stands in the placeholders: from the event, or asked of the service that knows."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from services.notify.domain.channels import Person
from services.notify.domain.templates import Template, needed, render
from services.notify.gateways import Attachment
from services.notify.handlers.people import Asks, case_of
from services.notify.store.queries import Planned
from shared.errors import Unavailable
from shared.ids import spaced
from shared.settings import env
from shared.texts import catalogue_of, day, speaking

TEXTS = catalogue_of(Path(__file__).parent.parent / "web" / "texts")

CLOCK_OF_STATE = {
    "unverified": "verification",
    "awaiting_completion": "completeness",
    "dispatched": "follow_up",
    "in_progress": "settlement",
    "answered": "objection",
}
"""Which limit matters to the reporter while her case is in a state."""


PATIENT_TRIES = 3
"""How often a letter waits for the date it should name, before it goes without."""


class ClockUnknown(Exception):
    """The limit this letter speaks of is not known yet."""


class Values:
    """The values of placeholders for one message. Each is asked for when a text first needs it.

    A limit that is not known yet is waited for (ClockUnknown) through the
    first tries, one that is over through the very first: it may be another
    round of the same clock. Then the letter is written without its date.
    """

    def __init__(
        self,
        asks: Asks,
        planned: Planned,
        person: Person,
        template: Template,
        phrases: Mapping[str, str],
        *,
        attempt: int,
    ) -> None:
        self._asks = asks
        self._complaint_id = planned.complaint_id
        self._facts = planned.facts
        self._person = person
        self._clock = template.clock
        self._phrases = phrases
        self._attempt = attempt

    def fill(self, text: str, **given: str) -> str:
        """The text with every placeholder filled; `given` ones as given."""
        values = {name: getattr(self, name) for name in sorted(needed(text) - given.keys())}
        return render(text, {**values, **given})

    def phrase(self, name: str, **given: str) -> str:
        """A phrase of the recipient's language, filled."""
        return self.fill(self._phrases[name], **given)

    @cached_property
    def code(self) -> str:
        return spaced(self._person.code) if self._person.code else ""

    @cached_property
    def number(self) -> str:
        return str(self._facts.get("case_number") or self._case["case_number"])

    @cached_property
    def state(self) -> str:
        return self.phrase(f"state.{self._case['state']}")

    @cached_property
    def explained(self) -> str:
        """The sentence of the limit that matters now, word for word as the reporter's page shows it; empty for none."""
        wanted = CLOCK_OF_STATE.get(self._case["state"])
        clocks = self._asks.ask("sla", "clocks", complaint_id=self._complaint_id)["clocks"]
        said = [clock for clock in clocks if clock["clock"] == wanted and clock["stopped_at"] is None]
        return str(said[-1][f"sentence_{self._person.language}"]) if said else ""

    @cached_property
    def agency(self) -> str:
        if agency_id := self._facts.get("agency_id"):
            return self._agencies.get(agency_id, str(agency_id))
        return str(self._case["agency_name"] or self._phrases["missing.agency"])

    @cached_property
    def competent(self) -> str:
        agency_id = str(self._facts["competent_agency_id"])
        return self._agencies.get(agency_id, agency_id)

    @cached_property
    def words(self) -> str:
        if "item_id" in self._facts:
            said = self._asks.ask("routing", "said", item_id=UUID(self._facts["item_id"]))["words"]
        else:  # the Ombudsman's question; one already answered is no longer asked
            said = self._asks.ask("ombudsman", "referral", complaint_id=self._complaint_id).get("request") or "–"
        return str(said).strip()

    @cached_property
    def due(self) -> date | None:
        """The last day of the limit this letter speaks of: the event's own, or that of the clock running now."""
        return self._due_date()

    @cached_property
    def by(self) -> str:
        due = self.due
        if due is None:
            return self._phrases["by.unknown"]
        with speaking(TEXTS, self._person.language):
            return self.phrase("by.provisional" if self._is_provisional(due) else "by.known", by=day(due))

    @cached_property
    def clock(self) -> str:
        return self._phrases[f"clock.{self._facts['clock']}"]

    @cached_property
    def promised(self) -> str:
        with speaking(TEXTS, self._person.language):
            return day(date.fromisoformat(self._facts["promised_for"]))

    @cached_property
    def reason(self) -> str:
        return self._phrases[f"archive_reason.{self._facts['reason']}"]

    @cached_property
    def referral(self) -> str:
        return str(self._facts["number"])

    @cached_property
    def period(self) -> str:
        first, last = (date.fromisoformat(self._facts[name]) for name in ("first", "last"))
        with speaking(TEXTS, self._person.language):
            return self.phrase(f"period.{self._facts['frequency']}", first=day(first), last=day(last))

    @cached_property
    def whose(self) -> str:
        if self._facts.get("agency_id"):
            return self.agency
        return self.phrase("period.region", region=env.str("ADUAN_REGION_NAME", "Kabupaten Kolaka Utara"))

    @cached_property
    def report(self) -> str:
        return f"{_public_address()}/tenggat/berkala/{self._facts['report_id']}"

    @cached_property
    def attached(self) -> str:
        return self._phrases["period.attached" if self.attachment else "period.too_big"]

    @cached_property
    def attachment(self) -> Attachment | None:
        """The periodic report this letter brings; None when it is too big to go with it."""
        told = self._asks.ask(
            "sla", "report_document", report_id=UUID(self._facts["report_id"]), language=self._person.language
        )
        if told["content"] is None:
            return None
        return Attachment(told["name"], told["media_type"], base64.b64decode(told["content"]))

    @cached_property
    def service(self) -> str:
        return f"Aduan {env.str('ADUAN_REGION_NAME', 'Kabupaten Kolaka Utara')}"

    @cached_property
    def track(self) -> str:
        return f"{_public_address()}/lacak"

    @cached_property
    def desk(self) -> str:
        return f"{_public_address()}/meja"

    @cached_property
    def _case(self) -> dict[str, Any]:
        assert self._complaint_id is not None  # only letters about a complaint name its case
        return case_of(self._asks, self._complaint_id)

    @cached_property
    def _agencies(self) -> dict[str, str]:
        return {a["agency_id"]: a["name"] for a in self._asks.ask_alike("routing", "agencies")["agencies"]}

    @cached_property
    def _limits(self) -> Sequence[Mapping[str, Any]]:
        """The clocks of the case; none while sla is away."""
        try:
            return self._asks.ask_about("sla", "limits", self._complaint_id)
        except Unavailable:
            return ()

    def _is_provisional(self, due: date) -> bool:
        """Whether the day was counted over days off that nobody has decreed yet."""
        wanted = self._facts.get("clock") or self._clock
        if wanted is None:
            return False
        mine = [one for one in self._limits if one["clock"] == wanted and one["due_date"] == due]
        return any(one.get("provisional") for one in mine)

    def _due_date(self) -> date | None:
        if told := self._facts.get("due_date"):
            return date.fromisoformat(told)
        if self._clock is None:
            return None
        clocks = self._limits
        agency_id = self._facts.get("agency_id")
        mine = [
            clock
            for clock in clocks
            if clock["clock"] == self._clock and agency_id in (None, clock["agency_id"] or agency_id)
        ]
        running = [clock["due_date"] for clock in mine if clock["runs"]]
        if not running and self._attempt <= (1 if mine else PATIENT_TRIES):
            raise ClockUnknown(self._clock)
        return max(running, default=None)


def _public_address() -> str:
    what = "the address people reach the system at, e.g. https://lapor.example.go.id"
    return env.required("ADUAN_PUBLIC_URL", what).rstrip("/")
