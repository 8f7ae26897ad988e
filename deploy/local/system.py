"""One prepared system: where it is, its ports, its passwords. Everything else is derived from these."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.local import credentials, ports
from deploy.local.place import Place, need_space


@dataclass(frozen=True)
class System:
    """What the table of programs is made from. The data of a throwaway system may be lost when it stops; one with
    `rabbitmq4` has the broker of Debian 13."""

    place: Place
    ports: dict[str, int]
    secrets: dict[str, str]
    throwaway: bool = False
    rabbitmq4: bool = False

    @classmethod
    def settle(
        cls, place: Place, *, gateway: str = "", throwaway: bool = False, storm: bool = False, rabbitmq4: bool = False
    ) -> System:
        """Choose or remember everything a system needs before it can start. One for a storm has proxies in it."""
        need_space(place.run)
        names = (*ports.NAMES, *ports.STORM) if storm else ports.NAMES
        return cls(place, ports.settle(place, gateway, names), credentials.settle(place), throwaway, rabbitmq4)

    @classmethod
    def running(cls, place: Place) -> System:
        """The system that runs at this place, as another terminal sees it."""
        return cls(place, ports.remembered(place), credentials.settle(place))

    def line(self, store: str) -> int:
        """The port by which the services reach a store: its own, or that of the proxy a storm puts before it."""
        return self.ports.get(f"line-{store}", self.ports[store])

    @property
    def stormy(self) -> bool:
        """Whether it was made for `make chaos`."""
        return "lines" in self.ports

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.ports['gateway']}"

    @property
    def smtp(self) -> str:
        return f"127.0.0.1:{self.ports['smtp']}"
