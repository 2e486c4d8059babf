"""Choices: a row that autocomplete offers for a foreign key may be chosen."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec
from conjure.testing.probe import Probe
from conjure.testing.requests import savepoints
from conjure.testing.rows import base_rows


def verify_offered_targets(probe: Probe) -> None:
    """A foreign key takes what autocomplete offers for it, and holds it afterwards."""
    if probe.spec.is_readonly or probe.manager_fails is not None:
        return
    for row in probe.sample(probe.addressable, 1):
        for field in probe.sample_fields(field for field in probe.spec.fields if field.is_foreign_key):
            related = probe.spec.related(field.related_model)
            is_parent_link = field.field.remote_field.parent_link  # type: ignore[union-attr]
            if field.editable and related is not None and not is_parent_link:
                _verify_offers(probe, row, field, related)


def _verify_offers(probe: Probe, row: dict[str, Any], field: FieldSpec, related: ModelSpec) -> None:
    query = {} if field.to_field is None else {"to_field": field.to_field}
    offered = probe.caller.get(f"r/{related.key}/autocomplete/", **query)
    if not offered.ok:
        return
    others = [option for option in offered.body["results"] if option["value"] != row.get(field.name)]
    for option in probe.sample(others, 1):
        if _model_refuses(probe, row, field, option["value"]):
            continue
        said = f"{field.name}: autocomplete of {related.key} offers {option['value']!r} ({option['label'][:50]!r})"
        with savepoints(undo=True):
            answer = probe.caller.send("PATCH", probe.row_url(row), body={field.name: option["value"]})
            if answer.status == 400 and isinstance(answer.body, dict) and field.name in answer.body:
                probe.fail("offered choice refused", answer, f"{said}, and a PATCH with it is refused:")
            elif answer.ok and answer.body.get(field.name) != option["value"]:
                held = answer.body.get(field.name)
                probe.fail(
                    "offered choice not stored", answer, f"{said}, and after a PATCH with it the row has {held!r}:"
                )


def _model_refuses(probe: Probe, row: dict[str, Any], field: FieldSpec, value: Any) -> bool:
    """Whether the model's own validation, ``limit_choices_to`` included, or its ``save`` refuses the choice."""
    target_field: Any = field.field.target_field  # type: ignore[attr-defined]
    try:
        with savepoints(undo=True):
            targets = base_rows(target_field.model).filter(**{target_field.name: target_field.to_python(value)})
            obj = probe.find(row).get()
            setattr(obj, field.attname, targets.values_list(target_field.attname, flat=True).get())
            obj.full_clean()
            obj.save()
    except ValidationError:
        return True
    except Exception:  # noqa: BLE001 - a project's model or field may raise anything
        return True
    return False
