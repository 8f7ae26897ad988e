"""The edition of the rules that a version would make."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from services.sla.domain.rules import OverlapError, RuleBook
from services.sla.domain.versions import gap, missing, undercut
from services.sla.handlers.rule_refusals import (
    against_the_law,
    contradiction,
    refused,
    replaced_already,
    uncovered,
)
from services.sla.store import rule_versions
from services.sla.store.book import book
from shared.store import Transaction


def coming(tx: Transaction, row: Row[Any]) -> RuleBook:
    """The present edition and the one after it, as if the version came into force now.

    Raises Invalid when the version is not complete, when two rules would
    contradict each other, when another set has replaced this one, when a clock
    would be left without a limit, and when a case would get less than by law.
    """
    content = rule_versions.content(row)
    if lacking := missing(content):
        raise refused(lacking)
    since = rule_versions.replaced_sets(tx.session).get(content.rule_set)
    if since and content.valid_from and content.valid_from >= since:
        raise replaced_already(since)
    present = book(tx.session).rules
    since = max(tx.now, present.since) if present.since else tx.now
    try:
        proposed = RuleBook(rule_versions.rules_with(tx.session, row), since, present, present.number + 1)
    except OverlapError as error:
        raise contradiction(error) from None
    if (found := gap(present, proposed)) is not None:
        raise uncovered(found)
    if (weaker := undercut(proposed, rule_versions.laws(tx.session))) is not None:
        raise against_the_law(weaker)
    return proposed
