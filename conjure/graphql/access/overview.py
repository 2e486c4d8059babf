"""Build the table: of one user, of a group's members, or of what each permission opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import Group, Permission

from conjure.auth.staff import is_active_staff
from conjure.graphql.access.answers import FIELD_RIGHTS, Answer, Answers, answers_for, is_of_field
from conjure.graphql.access.stand_ins import StandIn, request_of
from conjure.graphql.access.table import EACH_PERMISSION, WIDGETS, AccessTable, Entry, Section
from conjure.graphql.context import Context
from conjure.graphql.permissions import RIGHTS
from conjure.options import right_codename
from conjure.specs.build import get_specs
from conjure.specs.models import ModelSpec
from conjure.widgets import registered_widgets

STAFF, SUPERUSER = "staff", "superuser"
NOT_STAFF = "is_staff"

Ask = Callable[[Context], Answers]


def table_of_user(user: Any, name: str) -> AccessTable:
    """What a stored user may do."""
    return _table_of_one(f"user {name}", request_of(user), is_staff=is_active_staff(user))


def table_of_group(group: Group) -> AccessTable:
    """What a member of staff may do who has the permissions of a group and no others."""
    held = Permission._base_manager.filter(group=group).values_list("content_type__app_label", "codename")
    member = StandIn({f"{app_label}.{codename}" for app_label, codename in held}, group=group)
    return _table_of_one(f"group {group.name}", member.request(), is_staff=True)


def answers_of_user(context: Context, spec: ModelSpec) -> Answers:
    """What the user of the context may do with a model, whoever that is."""
    answers = answers_for(context, spec)
    return answers if is_active_staff(context.user) else _refuse(answers)


def _refuse(answers: Answers) -> Answers:
    """The answers to those who are not staff, and may do nothing."""
    return dict.fromkeys(answers, Answer(allowed=False, rules=(NOT_STAFF,)))


def _table_of_one(who: str, request: Any, *, is_staff: bool) -> AccessTable:
    context = Context(request)
    found = {spec.key: answers_for(context, spec) for spec in context.specs}
    found[WIDGETS] = _answer_widgets(context)
    sections = {key: _name(answers if is_staff else _refuse(answers), who) for key, answers in found.items()}
    return AccessTable(of=who, sections=sections)


def _name(answers: Answers, who: str) -> Section:
    return {
        what: Entry(allowed=(who,) if answer.allowed else (), rules=answer.rules, fails=answer.fails)
        for what, answer in answers.items()
    }


def _answer_widgets(context: Context) -> Answers:
    """The project's own widgets. The built-in ones show every member of staff what they may see."""
    return {
        widget.name: Answer(
            allowed=widget.permission is None or context.permissions.has_codename(widget.permission),
            rules=(widget.permission,) if widget.permission else (),
        )
        for widget in registered_widgets()
    }


# What each permission opens.


def table_of_permissions() -> AccessTable:
    """For everything that can be done: the permissions of which any one alone is enough for a member of staff.

    ``staff`` stands for every member of staff. What no permission opens alone may be open to one beside the right to
    view the model: ``view and shop.export_order``. A field needs a right to the model in any case, so its entries name
    that right: ``view``, or ``view and shop.see_margin``.
    """
    sections = {spec.key: _open_model(spec) for spec in get_specs()}
    return AccessTable(of=EACH_PERMISSION, sections={**sections, WIDGETS: _open(_answer_widgets)})


def _open_model(spec: ModelSpec) -> Section:
    def ask(context: Context) -> Answers:
        return answers_for(context, spec)

    own = {right: right_codename(right, spec.model) for right in RIGHTS}
    alone, beside_view = _open(ask), _open(ask, frozenset({own["view"]}))
    of_fields = _open(ask, frozenset(own.values()))
    return {
        what: _of_field(what, of_fields[what]) if is_of_field(what) else _of_model(entry, beside_view[what])
        for what, entry in alone.items()
    }


def _of_model(alone: Entry, beside_view: Entry) -> Entry:
    """The entry, with permissions that are enough beside the right to view where none is enough alone."""
    if set(alone.allowed) - {SUPERUSER}:
        return alone
    pairs = (f"view and {who}" for who in beside_view.allowed if who not in (STAFF, SUPERUSER))
    return replace(alone, allowed=tuple(sorted((*alone.allowed, *pairs))))


def _of_field(what: str, entry: Entry) -> Entry:
    """The entry, with the right that it needs beside what is named in it."""
    right = FIELD_RIGHTS[what.partition(" ")[0]]
    names = {STAFF: right, SUPERUSER: SUPERUSER}
    return replace(entry, allowed=tuple(sorted(names.get(who, f"{right} and {who}") for who in entry.allowed)))


def _open(ask: Ask, beside: frozenset[str] = frozenset()) -> Section:
    """What is open to staff with the permissions ``beside``, to whom one permission more, and to superusers."""
    staff, superuser = StandIn(beside), StandIn(is_superuser=True)
    answers = {STAFF: ask(Context(staff.request())), SUPERUSER: ask(Context(superuser.request()))}
    waiting = sorted((staff.asked | superuser.asked) - beside)
    while waiting:
        # A hook may ask for one permission only where another is held.
        holder = StandIn({*beside, waiting[0]})
        answers[waiting[0]] = ask(Context(holder.request()))
        waiting = sorted({*waiting, *holder.asked} - beside - answers.keys())
    return {what: _merge([(who, answer[what]) for who, answer in answers.items()]) for what in answers[STAFF]}


def _merge(answers: Sequence[tuple[str, Answer]]) -> Entry:
    allowed = {who for who, answer in answers if answer.allowed}
    if STAFF in allowed:
        allowed &= {STAFF, SUPERUSER}
    return Entry(
        allowed=tuple(sorted(allowed)),
        rules=tuple(sorted({rule for _, answer in answers for rule in answer.rules})),
        fails=any(answer.fails for _, answer in answers),
    )
