"""On which channel a person is told: the one she used."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Where somebody can be reached, as the service that knows her says. Held in memory only, while sending."""

    language: str
    phone: str | None = None
    email: str | None = None
    came_by: str = "email"  # the channel her word reached us on; officers are told by e-mail
    code: str | None = None  # the reporter's tracking code
    thread: str | None = None
    subject: str | None = None


def usual_channel(audience: str) -> str:
    """What to say of a message whose channel was not chosen yet: officers get mail, a reporter has her page."""
    return "page" if audience == "reporter" else "email"


def choose(person: Person) -> str | None:
    """`sms`, `email` or `page`; None when there is no way at all.

    A reporter is told on the channel she used. One who came by web, API or in
    person is told at the address she left, e-mail before SMS because it costs
    her nothing and holds the whole answer. One who left none reads it on her
    tracking page, which only a tracking code opens.
    """
    if person.came_by == "sms" and person.phone:
        return "sms"
    if person.email:
        return "email"
    if person.phone:
        return "sms"
    return "page" if person.code else None
