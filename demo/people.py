"""The people of the demo: what each can do, with nothing but the public faces of the system."""

from __future__ import annotations

import io
import re
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

from PIL import Image, ImageDraw

from demo.world import Failed, World, eventually

CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}\b")


def photo(words: str) -> bytes:
    """A small picture, as a telephone would send it."""
    image = Image.new("RGB", (640, 400), "#6b7f5a")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 240, 640, 400), fill="#55504a")
    draw.text((20, 20), words, fill="white")
    file = io.BytesIO()
    image.save(file, "JPEG")
    return file.getvalue()


class Reporter:
    """Somebody with a telephone or a mailbox, and the code she was given."""

    def __init__(self, world: World, address: str) -> None:
        self.world = world
        self.address = address
        self.code = ""

    def complaint_id(self) -> str:
        """The complaint the first letter to her is about."""
        receipt = self.world.message(self.address, "reporter.receipt")
        self.code = self.code or CODE.search(receipt["text"]).group()  # type: ignore[union-attr]
        return str(receipt["complaint_id"])

    def complain(self, **complaint: Any) -> str:
        """By the JSON API; returns the tracking code."""
        made = self.world.call("POST", "/api/intake/v1/complaints", json=complaint)
        self.code = made["tracking_code"]
        return self.code

    def look(self) -> dict[str, Any]:
        """What the tracking page shows her."""
        story: dict[str, Any] = self.world.call("GET", "/api/intake/v1/complaint", token=self._token())
        return story

    def until_she_may(self, action: str) -> dict[str, Any]:
        """Her story, as soon as the action is offered to her."""

        def offered() -> dict[str, Any] | None:
            story = self.look()
            return story if action in story["actions"] else None

        return eventually(f"being allowed to {action}", offered)

    def rate(self, rating: int) -> None:
        self.world.call("POST", "/api/intake/v1/complaint/rating", token=self._token(), json={"rating": rating})

    def sms(self, text: str) -> None:
        self.world.send_sms(self.address, text)

    def mail(self, subject: str, text: str, attachment: bytes | None = None, reply_to: str | None = None) -> None:
        message = EmailMessage()
        message["From"] = self.address
        message["To"] = "lapor@kolutkab.example"
        message["Subject"] = subject
        message["Message-ID"] = make_msgid(domain="contoh.example")
        if reply_to:
            message["In-Reply-To"] = message["References"] = reply_to
        message.set_content(text)
        if attachment:
            message.add_attachment(attachment, maintype="image", subtype="jpeg", filename="foto.jpg")
        self.world.send_mail(message)

    def _token(self) -> str:
        return str(self.world.call("POST", "/api/intake/v1/tracking", json={"code": self.code})["token"])


class Official:
    """Somebody at the desk."""

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.name = name
        self._token = world.sign_in("routing", name)

    def case(self, complaint_id: str) -> dict[str, Any]:
        """The case, as soon as it is on her desk."""

        def found() -> dict[str, Any] | None:
            try:
                case: dict[str, Any] = self.world.call(
                    "GET", f"/api/routing/v1/cases/{complaint_id}", token=self._token
                )
            except Failed:
                return None
            return case

        return eventually(f"the case on the desk of {self.name}", found)

    def may(self, deed: str, complaint_id: str) -> dict[str, Any]:
        """The case, as soon as she may do the deed."""

        def allowed() -> dict[str, Any] | None:
            case = self.case(complaint_id)
            return case if deed in case["allowed"] else None

        return eventually(f"{deed} being allowed to {self.name}", allowed)

    def verify(self, complaint_id: str, class_: str, category: str, agency_id: str) -> dict[str, Any]:
        return self._do(
            complaint_id, "verification", json={"class": class_, "category": category, "agency_id": agency_id}
        )

    def dispatch(self, complaint_id: str, agency_id: str) -> dict[str, Any]:
        return self._do(complaint_id, "dispatches", json={"agency_id": agency_id})

    def give_back(self, complaint_id: str, competent: str, words: str) -> dict[str, Any]:
        return self._do(complaint_id, "returns", json={"competent_agency_id": competent, "words": words})

    def answer(self, complaint_id: str, words: str, evidence: bytes) -> dict[str, Any]:
        return self._do(
            complaint_id,
            "answers",
            data={"words": words, "substantive": "true"},
            files={"evidence": ("bukti.jpg", evidence, "image/jpeg")},
        )

    def _do(self, complaint_id: str, what: str, **kwargs: Any) -> dict[str, Any]:
        done: dict[str, Any] = self.world.call(
            "POST", f"/api/routing/v1/cases/{complaint_id}/{what}", token=self._token, **kwargs
        )
        return done
