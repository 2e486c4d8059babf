"""What one user may do with one model: the answers of the functions that the faces ask."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conjure.actions.declare import find_action
from conjure.conf import settings
from conjure.exceptions import ForbiddenError
from conjure.graphql.actions.run import may_run
from conjure.graphql.context import Context
from conjure.graphql.permissions import RIGHTS
from conjure.graphql.rows.visible import scope_rules
from conjure.graphql.rules import action_rule, exclusion_rule, member_rule, right_rule
from conjure.graphql.writes.changes import closing_rule, may_write_password, writable_fields
from conjure.graphql.writes.plans import PASSWORD, get_plan
from conjure.graphql.writes.privileges import SUPERUSER, require_privilege_to_edit, require_privilege_to_set
from conjure.options import is_overridden
from conjure.specs.models import ModelSpec

EVERY_ROW = "every row"
"""The entry that says whether a scope hides rows."""
FIELD_RIGHTS: Mapping[str, str] = {"read": "view", "add": "add", "change": "change"}
"""What can be done with a field, and the right to the model that it needs."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Whether something is allowed, the rules that decide beside it, and whether the project's own check failed."""

    allowed: bool
    rules: tuple[str, ...] = ()
    fails: bool = False


Answers = dict[str, Answer]
"""By what is done: ``view``, ``action refund``, ``read total``, ``every row``."""


def is_of_field(what: str) -> bool:
    """Whether an entry is about one field."""
    verb, _, name = what.partition(" ")
    return bool(name) and verb in FIELD_RIGHTS


def answers_for(context: Context, spec: ModelSpec) -> Answers:
    """What the user of the context may do with a model, provided that they are active staff.

    The answers are those for the model as a whole: a hook may still deny a row.
    """
    rights: Answers = {right: _answer_right(context, spec, right) for right in RIGHTS}
    answers = dict(rights)
    scopes = tuple(scope_rules(spec))
    answers[EVERY_ROW] = Answer(allowed=rights["view"].allowed and not scopes, rules=scopes)
    for name in spec.config.actions:
        options = find_action(spec.config, name)
        if options is not None:
            rule = action_rule(spec, options)
            answers[f"action {name}"] = Answer(
                allowed=may_run(context, spec, name, options), rules=(rule,) if rule else ()
            )
    answers.update(_answer_fields(context, spec, rights))
    return answers


def _answer_right(context: Context, spec: ModelSpec, right: Any) -> Answer:
    rules = [right_rule(right, spec)]
    allowed = context.permissions.can(right, spec)
    if right != "view" and not _allows(require_privilege_to_edit, context.user, spec, None):
        allowed = False
        rules.append(SUPERUSER)
    return Answer(allowed=allowed, rules=tuple(rules), fails=context.permissions.has_failed(right, spec))


def _allows(require: Any, *arguments: Any) -> bool:
    try:
        require(*arguments)
    except ForbiddenError:
        return False
    return True


def _answer_fields(context: Context, spec: ModelSpec, rights: Answers) -> Iterator[tuple[str, Answer]]:
    names = [field.name for field in (*spec.options.concrete_fields, *spec.options.many_to_many)]
    try:
        allowed = _allowed_fields(context, spec)
        rules = {
            (verb, name): _field_rules(context, spec, verb, name, is_open=name in allowed[verb])
            for name in names
            for verb in FIELD_RIGHTS
        }
    except Exception:  # The project's hook. Then every request of the model's rows fails.
        logging.getLogger(settings.LOGGER_NAME).exception("A hook for the fields of %s failed.", spec.key)
        yield from ((f"{verb} {name}", Answer(allowed=False, fails=True)) for name in names for verb in FIELD_RIGHTS)
        return
    for (verb, name), found in rules.items():
        may = rights[FIELD_RIGHTS[verb]].allowed and name in allowed[verb] and SUPERUSER not in found
        yield f"{verb} {name}", Answer(allowed=may, rules=found)


def _allowed_fields(context: Context, spec: ModelSpec) -> dict[str, set[str]]:
    """The fields that may be read, set on a new row, and changed, apart from the rights to the model."""
    plan = get_plan(spec)
    excluded = context.excluded(spec)
    allowed = {
        "read": {field.name for field in spec.fields if field.name not in excluded},
        "add": set(writable_fields(context, plan, None, new=True)),
        "change": set(writable_fields(context, plan, None)),
    }
    if may_write_password(context, plan, None):
        allowed["add"].add(PASSWORD)
        allowed["change"].add(PASSWORD)
    return allowed


def _field_rules(context: Context, spec: ModelSpec, verb: str, name: str, *, is_open: bool) -> tuple[str, ...]:
    """What decides on the field in particular; ``is_open`` says that the config does not close it."""
    if verb == "read":
        return () if is_open or name not in context.excluded(spec) else (exclusion_rule(spec, name),)
    if not is_open:
        closing = closing_rule(context, spec, None, name)
        return (closing,) if closing else ()
    # The hook is asked of each row too.
    is_asked = is_overridden(spec.config, "get_readonly_fields")
    rules = [member_rule(spec.config, "get_readonly_fields")] if is_asked else []
    is_privilege = not _allows(require_privilege_to_set, context.user, spec, [name], ())
    return (*rules, SUPERUSER) if is_privilege else tuple(rules)
