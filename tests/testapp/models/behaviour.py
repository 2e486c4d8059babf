"""Models whose own methods raise, change what they are given, or surprise those who hold an instance."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models


class SaveRaises(models.Model):
    """``save`` raises something of its own for names that begin with "explode"."""

    name = models.CharField(max_length=40)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.name.startswith("explode"):
            raise RuntimeError("save() always fails for this name.")
        if self.name.startswith("invalid"):
            raise ValidationError("save() does not accept this name.")
        if self.name.startswith("conflict"):
            raise IntegrityError("save() says that this name is taken.")
        super().save(*args, **kwargs)


class CleanRaises(models.Model):
    """``clean`` and its kin raise errors of every shape."""

    name = models.CharField(max_length=40)
    amount = models.IntegerField(default=0)

    def clean_fields(self, exclude: Any = None) -> None:
        super().clean_fields(exclude=exclude)
        if self.name.startswith("field"):
            raise ValidationError({"name": ValidationError("Bad %(what)s.", params={"what": "name"}, code="bad")})

    def clean(self) -> None:
        if self.name.startswith("text"):
            raise ValidationError("A plain text.")
        if self.name.startswith("list"):
            raise ValidationError(["First.", ValidationError("Second.", code="second")])
        if self.name.startswith("dict"):
            raise ValidationError({"amount": ["One.", "Two."], "__all__": ["Of no field."]})
        if self.name.startswith("unknown"):
            raise ValidationError({"no_such_field": "Of a field that is not there."})
        if self.name.startswith("explode"):
            raise RuntimeError("clean() always fails for this name.")


class DeleteRaises(models.Model):
    name = models.CharField(max_length=40)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.name.startswith("explode"):
            raise RuntimeError("delete() always fails for this name.")
        raise ValidationError("Rows of this model are never deleted.")


class ChangesItself(models.Model):
    """``save`` fills in and changes fields."""

    title = models.CharField(max_length=40)
    slug = models.SlugField(blank=True)
    saves = models.PositiveIntegerField(default=0, editable=False)

    def save(self, *args: Any, **kwargs: Any) -> None:
        from django.utils.text import slugify

        self.slug = self.slug or slugify(self.title)
        self.saves += 1
        super().save(*args, **kwargs)


class RemembersOriginal(models.Model):
    """``__init__`` reads two fields, as trackers of changes do: deferred loading then never ends."""

    name = models.CharField(max_length=40)
    amount = models.IntegerField(default=0)
    text = models.TextField(blank=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.original = (self.name, self.amount)


class RemembersOriginalReference(models.Model):
    target = models.ForeignKey(RemembersOriginal, models.CASCADE, related_name="references")

    def __str__(self) -> str:
        return f"of {self.target.name}"


class Falsy(models.Model):
    """An instance is false, has no length, and can be iterated over."""

    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Any:
        return iter(())


class Unhashable(models.Model):
    """Compares by value, and so has no hash."""

    name = models.CharField(max_length=40)

    __hash__ = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unhashable) and other.name == self.name


class BehaviourReferences(models.Model):
    """Points at instances that are false or have no hash."""

    falsy = models.ForeignKey(Falsy, models.CASCADE, null=True, blank=True, related_name="references")
    unhashable = models.ForeignKey(Unhashable, models.CASCADE, null=True, blank=True, related_name="references")
    several = models.ManyToManyField(Falsy, blank=True, related_name="many_references")


class AttributeNames(models.Model):
    """Methods, properties and managers where a generated schema may look for a field."""

    name = models.CharField(max_length=40)
    resolved = models.CharField(max_length=40, blank=True)

    resolve_name = "not a function"
    model = "not a model"
    is_type_of = None

    def get_name_display(self) -> str:
        return "never asked"

    @property
    def label(self) -> str:
        raise RuntimeError("This property always fails.")
