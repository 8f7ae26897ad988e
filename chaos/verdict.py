"""What was compared, and every difference found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Verdict:
    """How often each thing was seen, and every difference between what was promised and what is."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def expect(self, right: bool, sentence: str) -> None:
        """The sentence is a difference unless it is right."""
        if not right:
            self.differences.append(sentence)
