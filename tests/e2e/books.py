"""What the five services have written down, read straight from their databases."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, create_engine, make_url, text

from shared import clock
from shared.contracts.vocabulary import SERVICES
from shared.messaging.topology import SUBSCRIPTIONS

PASSING = frozenset({"outbox"})
"""Tables whose rows are meant to go away at any moment."""

ONLY_SEEN = frozenset(
    {"intake.counters", "intake.reporter_sessions", "routing.sessions", "ombudsman.sessions", "sla.open_limits"}
)
"""Who came by and was counted, and counts that are added up now and then: no effect on any complaint."""

SOON = timedelta(seconds=1)
"""What is due so soon counts as due: letters wait a moment before they go."""

Print = dict[str, tuple[int, int]]


@dataclass
class Books:
    """All five databases, with an administrator's eyes."""

    engines: dict[str, Engine]
    server: Engine

    @classmethod
    def from_environment(cls) -> Books:
        url = make_url(os.environ["ADUAN_TEST_POSTGRES_URL"])
        return cls(
            {s: create_engine(url.set(database=f"aduan_{s}"), pool_size=1, pool_pre_ping=True) for s in SERVICES},
            create_engine(url, isolation_level="AUTOCOMMIT"),
        )

    def close(self) -> None:
        for engine in (*self.engines.values(), self.server):
            engine.dispose()

    def ask(self, service: str, question: str, **given: Any) -> list[Any]:
        """Rows of one database."""
        with self.engines[service].connect() as connection:
            return list(connection.execute(text(question), given))

    def number(self, service: str, question: str, **given: Any) -> int:
        """A count, or any other single number."""
        return int(self.ask(service, question, **given)[0][0])

    def forget_counters(self) -> None:
        """Let everybody begin anew: guesses, reports and mails of this hour are forgotten."""
        with self.engines["intake"].begin() as connection:
            connection.execute(text("delete from counters"))

    @contextlib.contextmanager
    def away(self, service: str) -> Iterator[None]:
        """A service's database cannot be reached in the block."""
        name = f"aduan_{service}"
        with self.server.connect() as connection:
            connection.exec_driver_sql(f"alter database {name} with allow_connections false")
            try:
                connection.exec_driver_sql(
                    f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
                )
                yield
            finally:
                connection.exec_driver_sql(f"alter database {name} with allow_connections true")

    # Quiet and unchanged

    def wait_until_quiet(self, seconds: float = 40.0) -> None:
        """Until everything that was said is heard, and everything that is due is done or has failed five times."""
        until = time.monotonic() + seconds
        while left := self._unfinished():
            assert time.monotonic() < until, f"the system does not come to rest: {left[:10]}"
            time.sleep(0.2)

    @contextlib.contextmanager
    def unchanged(self, but: Collection[str] = ()) -> Iterator[None]:
        """Nothing that any service has written down changes in the block, except in the named tables."""
        self.wait_until_quiet()
        before = self._fingerprint()
        yield
        self.wait_until_quiet()
        after = self._fingerprint()
        changed = {name for name in after if after[name] != before[name]} - ONLY_SEEN - set(but)
        assert not changed, f"changed: {', '.join(sorted(changed))}"

    def _unfinished(self) -> list[str]:
        found = []
        for service in SERVICES:
            (row,) = self.ask(
                service,
                """select (select count(*) from outbox) as outbox,
                          (select count(*) from held where state = 'retry') as retries,
                          (select count(*) from timers
                           where state = 'pending'
                           and (attempts = 0 and next_try_at <= :soon or attempts between 1 and 5)) as timers""",
                soon=clock.now() + SOON,
            )
            found += [f"{service}: {what}" for what, count in row._mapping.items() if count]
        return found + self._unheard()

    def _unheard(self) -> list[str]:
        """Listeners that have not reached what a source has said last about some complaint."""
        behind = []
        said = {s: dict(tuple(row) for row in self.ask(s, "select subject, last from sequences")) for s in SERVICES}
        for listener, sources in SUBSCRIPTIONS.items():
            heard = {
                (row.source, row.subject): row.last
                for row in self.ask(listener, "select source, subject, last from positions")
            }
            for source in sources:
                for subject, last in said[source].items():
                    if heard.get((source, subject), 0) < last:
                        behind.append(f"{listener} of {source}")
        return behind

    def _fingerprint(self) -> Print:
        """For each table its number of rows and a sum over their contents."""
        found: Print = {}
        for service in SERVICES:
            tables = [row[0] for row in self.ask(service, "select tablename from pg_tables where schemaname='public'")]
            for table in sorted(set(tables) - PASSING):
                (row,) = self.ask(
                    service, f"select count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) from {table} t"
                )
                found[f"{service}.{table}"] = (int(row[0]), int(row[1]))
        return found
