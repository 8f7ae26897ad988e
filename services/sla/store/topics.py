"""The topics of complaints, which limits may name: the first level of the category tree."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from services.sla.store.loading import DATA


@cache
def topics() -> Mapping[str, Mapping[str, str]]:
    """Code → name by language, in the order of the tree."""
    given = json.loads((DATA / "topics.json").read_text(encoding="utf-8"))["topics"]
    return {one["code"]: {"id": one["name_id"], "en": one["name_en"]} for one in given}
