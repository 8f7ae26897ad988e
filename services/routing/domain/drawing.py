"""The table of a case's life as a picture: `docs/states.md` is made from it, and a test holds both equal."""

from __future__ import annotations

from services.routing.domain.life import STEPS, Standing

_HEAD = """\
# The life of a case

Drawn from the table in `services/routing/domain/life.py`; made by `python -m services.routing.domain.drawing`,
do not edit. `at the desk` is with the coordinator, `at the agency` with the agency that must act.

"""


def _name(here: Standing) -> str:
    return f"{here.state}_at_{here.holder}"


def _label(here: Standing) -> str:
    return f"{here.state.replace('_', ' ')}, at the {here.holder}"


def document() -> str:
    """The whole of docs/states.md: a Mermaid diagram, and the same as a table with the rows of the reference."""
    standings = dict.fromkeys(here for step in STEPS for here in (step.before, step.after))
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{_label(here)}" as {_name(here)}' for here in standings]
    lines.append(f"    [*] --> {_name(STEPS[0].before)}: complaint.registered")
    lines += [f"    {_name(step.before)} --> {_name(step.after)}: {step.deed.replace('_', ' ')}" for step in STEPS]
    lines += ["```", "", "| from | deed | to | row |", "|---|---|---|---|"]
    lines += [
        f"| {_label(step.before)} | {step.deed.replace('_', ' ')} | {_label(step.after)} | {step.row} |"
        for step in STEPS
    ]
    return _HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    import sys

    sys.stdout.write(document())
