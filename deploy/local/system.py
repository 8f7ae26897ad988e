"""One prepared system: where it is, its ports, its passwords. Everything else is derived from these."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.local import credentials, ports
from deploy.local.place import Place, need_space


@dataclass(frozen=True)
class System:
    """What the table of programs is made from. The data of a throwaway system may be lost when it stops."""

    place: Place
    ports: dict[str, int]
    secrets: dict[str, str]
    throwaway: bool = False

    @classmethod
    def settle(cls, place: Place, *, gateway: str = "", throwaway: bool = False) -> System:
        """Choose or remember everything a system needs before it can start."""
        need_space(place.run)
        return cls(place, ports.settle(place, gateway), credentials.settle(place), throwaway)

    @classmethod
    def running(cls, place: Place) -> System:
        """The system that runs at this place, as another terminal sees it."""
        return cls(place, ports.remembered(place), credentials.settle(place))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.ports['gateway']}"

    @property
    def smtp(self) -> str:
        return f"127.0.0.1:{self.ports['smtp']}"
