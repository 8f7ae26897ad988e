"""Handing a file over to the outside: by mail, over HTTP, or onto our own desk."""

from services.ombudsman.delivery.letter import Letter, NotDelivered, Receipt
from services.ombudsman.delivery.postman import Postman

__all__ = ["Letter", "NotDelivered", "Postman", "Receipt"]
