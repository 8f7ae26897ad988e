"""Which agency a report seems to belong to, and why: a help for the coordinator, never a decision.

The rules are data (data/suggestions.json). They are tried in this order: the agency that
another one named when it sent the case back, the one the reporter named, a supervisory
matter, a word in the text, the category or the topic it is part of.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """When `word` is a word of the text (kind `word`), or the category or class is it, suggest the agency."""

    kind: str  # word, category or class
    value: str
    agency_id: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An agency, and what suggested it: kind `named`, `wish`, `class`, `word` or `category`, with what matched."""

    agency_id: str
    kind: str
    value: str


def suggest(
    rules: Iterable[Rule],
    *,
    named: str | None = None,
    wished: str | None = None,
    class_: str | None = None,
    category: str | None = None,
    text: str = "",
    returned_by: Collection[str] = (),
) -> Suggestion | None:
    """The first suggestion the rules give, or None; never an agency that sent the case back.

    `named` is the agency that the last one to return it believes competent, `wished` the reporter's.
    Of several words found the longest phrase wins ("lampu jalan" says more than "jalan"), then the one named most.
    """
    for kind, agency_id in (("named", named), ("wish", wished)):
        if agency_id and agency_id not in returned_by:
            return Suggestion(agency_id, kind, agency_id)
    left = [rule for rule in rules if rule.agency_id not in returned_by]
    for rule in left:
        if rule.kind == "class" and rule.value == class_:
            return Suggestion(rule.agency_id, rule.kind, rule.value)
    spoken = " " + " ".join(re.findall(r"\w+", text.casefold())) + " "
    said = [rule for rule in left if rule.kind == "word" and f" {rule.value} " in spoken]
    if said:
        best = max(said, key=lambda rule: (len(rule.value.split()), spoken.count(f" {rule.value} ")))
        return Suggestion(best.agency_id, best.kind, best.value)
    by_category = {rule.value: rule for rule in left if rule.kind == "category"}
    for code in (category, category.rpartition(".")[0]) if category else ():
        if code in by_category:
            return Suggestion(by_category[code].agency_id, "category", code)
    return None
