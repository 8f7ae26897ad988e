"""Ways out to people, behind one small port.

A gateway takes a `Letter` and says under which id the outside knows it. It
raises `Refused` when this letter will never be taken, `NotTaken` when trying
again may help. The same letter may be given twice after a crash; its
`message_id` stays the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class NotSent(Exception):
    """The letter did not go out; `channel` is the one that was tried, once known."""

    channel: str | None = None


class Refused(NotSent):
    """The outside will never take this letter. `reason` is a short code, free of personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotTaken(NotSent):
    """The outside could not take the letter now."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one person, ready to go. Lives in memory while it is sent."""

    notification_id: UUID
    complaint_id: UUID | None
    channel: str  # sms or email
    to: str
    subject: str
    text: str
    for_reporter: bool = True
    automatic: bool = False
    thread: str | None = None
    parts: int | None = None  # of a text message
    attachment: Attachment | None = None  # of an e-mail

    @property
    def message_id(self) -> str:
        """`<notification.complaint@aduan>`: by it an answer finds its complaint, and a repeated mail is one mail."""
        return f"<{self.notification_id}.{self.complaint_id or self.notification_id}@aduan>"


class Gateway(Protocol):
    """A way out for one channel."""

    name: str

    def send(self, letter: Letter) -> str | None:
        """Hand the letter over; returns the outside's own id for it, if it gives one. Raises Refused or NotTaken."""
        ...
