"""Which agency a report seems to belong to, and why: a help for the coordinator, never a decision.

The rules are data (data/suggestions.json). They are tried in this order: the agency
the reporter named, a supervisory matter, a word in the text, the category or the topic it is part of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """When `word` is a word of the text (kind `word`), or the category or class is it, suggest the agency."""

    kind: str  # word, category or class
    value: str
    agency_id: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An agency, and what suggested it: kind `wish`, `class`, `word` or `category`, with the value that matched."""

    agency_id: str
    kind: str
    value: str


def suggest(
    rules: Iterable[Rule], *, wished: str | None, class_: str | None, category: str | None, text: str
) -> Suggestion | None:
    """The first suggestion the rules give, or None.

    Of several words found the longest phrase wins ("lampu jalan" says more than "jalan"), then the one named most.
    """
    if wished:
        return Suggestion(wished, "wish", wished)
    ordered = tuple(rules)
    for rule in ordered:
        if rule.kind == "class" and rule.value == class_:
            return Suggestion(rule.agency_id, rule.kind, rule.value)
    spoken = " " + " ".join(re.findall(r"\w+", text.casefold())) + " "
    said = [rule for rule in ordered if rule.kind == "word" and f" {rule.value} " in spoken]
    if said:
        best = max(said, key=lambda rule: (len(rule.value.split()), spoken.count(f" {rule.value} ")))
        return Suggestion(best.agency_id, best.kind, best.value)
    by_category = {rule.value: rule for rule in ordered if rule.kind == "category"}
    for code in (category, category.rpartition(".")[0]) if category else ():
        if code in by_category:
            return Suggestion(by_category[code].agency_id, "category", code)
    return None
