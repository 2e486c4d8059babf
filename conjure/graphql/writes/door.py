"""The one door: every write, actions and exports included, in one transaction with its audit entries and its files."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db import (
    DatabaseError,
    IntegrityError,
    InternalError,
    NotSupportedError,
    ProgrammingError,
    models,
    router,
)
from django.db.models.signals import post_save, pre_save
from django.db.transaction import TransactionManagementError

from conjure.audit.log import AuditEntry, write_audit
from conjure.audit.secrets import MASK
from conjure.auth.addresses import client_ip
from conjure.conf import settings
from conjure.exceptions import NON_FIELD_ERRORS, ConjureError, InvalidError, messages_of
from conjure.graphql.context import Context
from conjure.graphql.permissions import Right
from conjure.graphql.writes.changes import ChangeReader, RowInput, name_errors
from conjure.graphql.writes.files import FileJournal
from conjure.graphql.writes.links import LinkChange
from conjure.graphql.writes.plans import get_plan
from conjure.graphql.writes.targets import RelatedRows
from conjure.graphql.writes.transactions import ATTEMPTS, in_transaction, is_about_locks
from conjure.graphql.writes.validation import explain_integrity_error
from conjure.orm.primary import writing
from conjure.orm.refusals import is_about_missing, is_cut_off, is_timeout, noting_failures
from conjure.orm.unreadable import is_after_a_failure
from conjure.specs.models import ModelSpec

T = TypeVar("T")
_NO_INPUT = RowInput(values={})
# What databases raise for values that only they can judge.
_REFUSED_VALUES = (ProgrammingError, InternalError, NotSupportedError)


@dataclasses.dataclass(eq=False, kw_only=True)
class SavedRow:
    """A row that was saved, and how it was before: None for a new one. ``fresh`` is how the database has it now.

    ``sent`` are the columns that the client gave a value.
    """

    obj: Any
    action: str
    before: Mapping[str, Any] | None
    sent: Collection[str] = ()
    links: Sequence[LinkChange] = ()
    sets_password: bool = False
    fresh: Any = None


class Write:
    """One write under way: what it has found, stored and changed so far. Lives as long as its transaction."""

    def __init__(self, context: Context, spec: ModelSpec, using: str) -> None:
        self.context = context
        self.spec = spec
        self.plan = get_plan(spec)
        self.using = using
        self.related_rows = RelatedRows(context)
        self.files = FileJournal(using)
        self.reader = ChangeReader(context, self.plan, self.related_rows, using)
        self.entries: list[AuditEntry] = []
        self.saved: list[SavedRow] = []
        # The row and the values that are being saved, for the explanation should the database refuse them.
        self.saving: tuple[models.Model | None, RowInput] = (None, _NO_INPUT)
        self.failed_statement = ""

    @contextlib.contextmanager
    def watching_saves(self) -> Iterator[None]:
        """Take note of the rows that the project's own code saves in the block by ``Model.save()``."""
        thread = threading.get_ident()

        def note(sender: type[models.Model], instance: models.Model, **_: Any) -> None:
            if threading.get_ident() == thread:
                self.saving = (instance, _NO_INPUT)

        def forget(sender: type[models.Model], **_: Any) -> None:
            if threading.get_ident() == thread:
                self.end_saving()

        pre_save.connect(note, weak=False)
        post_save.connect(forget, weak=False)
        try:
            yield
        finally:
            pre_save.disconnect(note)
            post_save.disconnect(forget)

    def end_saving(self) -> None:
        """Take note that the row is saved: what the database refuses from now on is not its fault."""
        self.saving = (None, self.saving[1])

    def audit(self) -> None:
        """Insert the audit entries so far."""
        if self.entries:
            request = self.context.request
            self.context.count_rows(self.spec, len(self.entries))
            entries = map(self._without_secrets, self.entries)
            write_audit(self.context.user, client_ip(request), entries, using=self.using)
            self.entries = []

    def _without_secrets(self, entry: AuditEntry) -> AuditEntry:
        """The entry with the values masked that stand in clear in their rows alone."""
        spec = self.context.find_spec(entry.model_label)
        secrets = spec.secrets & entry.diff.keys() if spec is not None else None
        if not secrets:
            return entry
        diff = {
            name: [value if value is None or name not in secrets else MASK for value in pair]
            for name, pair in entry.diff.items()
        }
        return dataclasses.replace(entry, diff=diff)


def run_write(
    context: Context,
    spec: ModelSpec,
    rights: Sequence[Right],
    work: Callable[[Write], T],
    *,
    attempts: int = ATTEMPTS,
    only_reads: bool = False,
) -> T:
    """Run the work of a write, which gives what the client is answered: in one transaction with its audit and files.

    The rights on the model are asked first; those on each row are the work's to ask. Where the write met another one,
    it is tried again. All that it reads comes from the primary, but for work that ``only_reads`` and is logged, as an
    export is. Raise ForbiddenError; InvalidError for what the model, its hooks or the database refuse, by the
    names that the client used; UnavailableError where locks could not be had; and what the work itself raises.
    """
    for right in rights:
        context.permissions.require(right, spec)
    using = router.db_for_write(spec.model)
    writes: list[Write] = []

    def attempt() -> T:
        write = Write(context, spec, using)
        writes.append(write)
        noting = noting_failures(using, functools.partial(setattr, write, "failed_statement"))
        with noting, write.files.noting_stored_files():
            answer = work(write)
        write.audit()
        write.files.settle()
        return answer

    try:
        with contextlib.nullcontext() if only_reads else writing():
            answer = in_transaction(using, attempt, attempts)
    except BaseException as error:
        _undo_files(writes)
        refusal = _explain(error, writes[-1]) if writes else None
        if refusal is None:
            raise
        raise refusal from error
    _undo_files(writes[:-1])
    writes[-1].files.finish()
    return answer


def _undo_files(writes: Sequence[Write]) -> None:
    for write in writes:
        write.files.undo()


def _is_passing(error: DatabaseError) -> bool:
    """Whether the same write may succeed another time."""
    return is_about_locks(error) or is_timeout(error) or is_cut_off(error)


def _explain(error: BaseException, write: Write) -> ConjureError | None:
    """What an exception of Django's means for the client, or None where it means what it says."""
    if isinstance(error, TransactionManagementError) and error.__cause__ is not None:
        # The project's code has caught what broke the transaction, and went on.
        return _explain(error.__cause__, write)
    if isinstance(error, DatabaseError) and is_about_missing(error):
        return None
    obj, data = write.saving
    errors: Mapping[str, list[str]]
    if isinstance(error, ValidationError):
        errors = messages_of(error)
    elif isinstance(error, IntegrityError):
        errors = explain_integrity_error(
            error,
            write.spec.model,
            obj,
            using=write.using,
            statement=write.failed_statement,
            hidden=write.context.excluded(write.spec),
        )
    elif isinstance(error, SuspiciousOperation):
        # Storages raise it for names that lead out of their folder.
        errors = {NON_FIELD_ERRORS: ["A file name is not allowed."]}
    elif isinstance(error, DatabaseError) and is_after_a_failure(error):
        # The project's code has caught the failure of a statement of its own, of which nothing more is known.
        logging.getLogger(settings.LOGGER_NAME).warning("A statement has failed before.", exc_info=error)
        return InvalidError("The database refused a part of this, so nothing was saved.")
    elif isinstance(error, DatabaseError) and not write.spec.options.managed and not _is_passing(error):
        # Views and foreign tables: whether they can be written only the database knows.
        return InvalidError(f"The database does not let {write.spec.verbose_name_plural} be written.")
    elif isinstance(error, _REFUSED_VALUES) and write.plan.has_foreign_fields and not is_cut_off(error):
        # What a field of a third party lets pass only its database judges.
        logging.getLogger(settings.LOGGER_NAME).warning("A row of %s was refused.", write.spec.key, exc_info=error)
        return InvalidError("The database cannot store these values.")
    else:
        return None
    if not (data.values or isinstance(obj, write.spec.model)):
        # An action's handler may write rows of any model, and all at once; the client knows this one's fields.
        errors = {NON_FIELD_ERRORS: [message for messages in errors.values() for message in messages]}
    return InvalidError(name_errors(write.plan, data, errors))
