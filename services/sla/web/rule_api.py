"""Rule sets for programs: the same versions, previews and two officers as on the pages."""

from __future__ import annotations

from typing import Any

import flask_smorest
from sqlalchemy import Row

from services.sla.domain.versions import Content, Limit
from services.sla.handlers.activate_rules import activate as activating
from services.sla.handlers.draft_rules import draft
from services.sla.handlers.preview import preview_rules
from services.sla.handlers.propose_rules import propose as proposing
from services.sla.handlers.withdraw_rules import withdraw as withdrawing
from services.sla.store import previews, rule_versions
from services.sla.store.tables import rule_previews
from services.sla.web.readers import RULE_READERS, RULE_WRITERS, me
from services.sla.web.schemas import rules as schemas
from services.sla.web.schemas.previews import PreviewSchema
from shared.errors import NotFound
from shared.web import requires, store

blueprint = flask_smorest.Blueprint("rule_versions", __name__, description="Versions of rule sets")
_VERSION = "/rule-sets/<string:rule_set>/versions/<int(max=2147483647):number>"


@blueprint.route("/rule-sets/<string:rule_set>/versions")
@requires(*RULE_READERS)
@blueprint.response(200, schemas.RuleVersionSchema(many=True))
def all_versions(rule_set: str) -> list[Row[Any]]:
    """All versions of a rule set, the newest first."""
    with store().read() as session:
        rule_versions.last_number(session, rule_set)
        return rule_versions.versions(session, rule_set)


@blueprint.route("/rule-sets/<string:rule_set>/versions", methods=["POST"])
@requires(*RULE_WRITERS)
@blueprint.arguments(schemas.DraftSchema)
@blueprint.response(201, schemas.RuleVersionSchema)
def write(asked: dict[str, Any], rule_set: str) -> Row[Any]:
    """Write a new version. An open draft or proposal of the set is superseded by it."""
    content = Content(
        rule_set,
        name=asked["name"],
        source=asked["source"],
        valid_from=asked["valid_from"],
        valid_to=asked["valid_to"],
        limits=tuple(Limit(**limit) for limit in asked["limits"]),
        ends=asked["ends"],
        replaces=asked["replaces"],
    )
    with store().begin() as tx:
        number = draft(tx, me(), asked["based_on"], content, asked["doubts"])
        return rule_versions.version(tx.session, rule_set, number)


@blueprint.route(_VERSION)
@requires(*RULE_READERS)
@blueprint.response(200, schemas.RuleVersionSchema)
def one(rule_set: str, number: int) -> Row[Any]:
    """One version."""
    with store().read() as session:
        return rule_versions.version(session, rule_set, number)


@blueprint.route(f"{_VERSION}/preview")
@requires(*RULE_READERS)
@blueprint.response(200, PreviewSchema)
def preview(rule_set: str, number: int) -> Row[Any]:
    """The preview begun last, as far as it is counted."""
    return _preview(rule_set, number)


@blueprint.route(f"{_VERSION}/preview", methods=["POST"])
@requires(*RULE_WRITERS)
@blueprint.response(201, PreviewSchema)
def count(rule_set: str, number: int) -> Row[Any]:
    """Count a new preview. What takes longer than two seconds goes on in the background."""
    preview_rules(store(), rule_set, number)
    return _preview(rule_set, number)


@blueprint.route(f"{_VERSION}/propose", methods=["POST"])
@requires(*RULE_WRITERS)
@blueprint.response(200, schemas.RuleVersionSchema)
def propose(rule_set: str, number: int) -> Row[Any]:
    """Propose a draft for another supervisor to activate."""
    with store().begin() as tx:
        proposing(tx, me(), rule_set, number)
        return rule_versions.version(tx.session, rule_set, number)


@blueprint.route(f"{_VERSION}/activate", methods=["POST"])
@requires(*RULE_WRITERS)
@blueprint.response(200, schemas.RuleVersionSchema)
def activate(rule_set: str, number: int) -> Row[Any]:
    """Put a proposal of another supervisor into force."""
    with store().begin() as tx:
        activating(tx, me(), rule_set, number)
        return rule_versions.version(tx.session, rule_set, number)


@blueprint.route(f"{_VERSION}/withdraw", methods=["POST"])
@requires(*RULE_WRITERS)
@blueprint.response(200, schemas.RuleVersionSchema)
def withdraw(rule_set: str, number: int) -> Row[Any]:
    """Take a draft or a proposal back."""
    with store().begin() as tx:
        withdrawing(tx, me(), rule_set, number)
        return rule_versions.version(tx.session, rule_set, number)


def _preview(rule_set: str, number: int) -> Row[Any]:
    with store().read() as session:
        found = previews.newest(session, rule_previews, rule_versions.version(session, rule_set, number).id)
    if found is None:
        raise NotFound("no_preview", "Belum ada pratinjau.", "There is no preview yet.")
    return found
