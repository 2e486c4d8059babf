"""Names that get in the way: keywords, parameters, helper keys, collisions, other scripts."""

from __future__ import annotations

from django.db import models

from tests.testapp.models.field_types import build_model


class Keywords(models.Model):
    """Fields called as GraphQL, its clients and the generated schema call their own things."""

    type = models.CharField(max_length=20, default="a type")
    input = models.CharField(max_length=20, blank=True)
    query = models.CharField(max_length=20, blank=True)
    mutation = models.CharField(max_length=20, blank=True)
    subscription = models.CharField(max_length=20, blank=True)
    fragment = models.CharField(max_length=20, blank=True)
    on = models.DateField(null=True, blank=True)
    enum = models.CharField(max_length=20, blank=True)
    interface = models.CharField(max_length=20, blank=True)
    union = models.CharField(max_length=20, blank=True)
    scalar = models.CharField(max_length=20, blank=True)
    schema = models.CharField(max_length=20, blank=True)
    directive = models.CharField(max_length=20, blank=True)
    node = models.CharField(max_length=20, blank=True)
    edges = models.IntegerField(default=0)
    cursor = models.CharField(max_length=20, blank=True)
    errors = models.CharField(max_length=20, blank=True)
    data = models.JSONField(null=True, blank=True)
    extensions = models.CharField(max_length=20, blank=True)
    info = models.CharField(max_length=20, blank=True)
    root = models.CharField(max_length=20, blank=True)
    cls = models.CharField(max_length=20, blank=True)
    request = models.CharField(max_length=20, blank=True)
    instance = models.CharField(max_length=20, blank=True)
    model = models.CharField(max_length=20, blank=True)
    null = models.BooleanField(default=False)
    true = models.BooleanField(default=True)
    false = models.BooleanField(default=False)


class Parameters(models.Model):
    """Fields called as the list's parameters, its lookups and its answer's keys."""

    page = models.IntegerField(default=1)
    page_size = models.IntegerField(default=1)
    search = models.CharField(max_length=20, blank=True)
    ordering = models.CharField(max_length=20, blank=True)
    filters = models.CharField(max_length=20, blank=True)
    pagination = models.CharField(max_length=20, blank=True)
    limit = models.IntegerField(default=0)
    offset = models.IntegerField(default=0)
    first = models.IntegerField(default=0)
    after = models.CharField(max_length=20, blank=True)
    before = models.CharField(max_length=20, blank=True)
    last = models.IntegerField(default=0)
    q = models.CharField(max_length=20, blank=True)
    format = models.CharField(max_length=20, blank=True)
    date = models.DateField(null=True, blank=True)
    exact = models.CharField(max_length=20, blank=True)
    gte = models.IntegerField(default=0)
    lte = models.IntegerField(default=0)
    isnull = models.BooleanField(default=False)
    icontains = models.CharField(max_length=20, blank=True)
    AND = models.CharField(max_length=20, blank=True)
    OR = models.CharField(max_length=20, blank=True)
    NOT = models.CharField(max_length=20, blank=True)
    DISTINCT = models.CharField(max_length=20, blank=True)
    amount = models.IntegerField(default=0)
    amount_gte = models.IntegerField(default=0)
    amount_in = models.CharField(max_length=20, blank=True)
    count = models.IntegerField(default=0)
    total_count = models.IntegerField(default=0)
    next = models.CharField(max_length=20, blank=True)
    previous = models.CharField(max_length=20, blank=True)
    results = models.CharField(max_length=20, blank=True)
    detail = models.CharField(max_length=20, blank=True)
    non_field_errors = models.CharField(max_length=20, blank=True)
    ids = models.CharField(max_length=20, blank=True)
    pks = models.CharField(max_length=20, blank=True)
    action = models.CharField(max_length=20, blank=True)
    operation = models.CharField(max_length=20, blank=True)
    operations = models.CharField(max_length=20, blank=True)
    params = models.CharField(max_length=20, blank=True)
    related = models.CharField(max_length=20, blank=True)


_TEXT = {"max_length": 20, "blank": True, "default": ""}

PythonKeywords = build_model(
    "PythonKeywords",
    "Fields that Python's syntax does not let a class body write.",
    {
        **{
            name: models.CharField(**_TEXT) for name in ("in", "class", "from", "None", "True", "lambda", "self", "def")
        },
        "import": models.ForeignKey(Keywords, models.CASCADE, null=True, blank=True, related_name="self"),
        "is": models.CharField(choices=[("x", "Ex")], **_TEXT),
        "__module__": __name__,
    },
)


class HelperNames(models.Model):
    """Real fields where a row has helper keys."""

    _label = models.CharField(max_length=20, default="real _label")
    _version = models.CharField(max_length=20, default="real _version")
    label = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=10, choices=[("a", "Active"), ("b", "Blocked")], default="a")
    status_display = models.CharField(max_length=20, default="real display")
    customer = models.ForeignKey("Customer", models.CASCADE, null=True, blank=True, related_name="+")
    customer_label = models.CharField(max_length=20, default="real label")
    customer_label_display = models.CharField(max_length=20, blank=True)
    display = models.CharField(max_length=20, choices=[("d", "Dee")], default="d")
    display_display = models.CharField(max_length=20, choices=[("e", "Ee")], default="e")

    def __str__(self) -> str:
        return "computed label"


class CamelCollisions(models.Model):
    """Different names that are equal once made camelCase."""

    a_b = models.CharField(max_length=20, default="snake")
    aB = models.CharField(max_length=20, default="camel")
    x1 = models.IntegerField(default=1)
    x_1 = models.IntegerField(default=2)
    _private = models.CharField(max_length=20, default="underscore")
    private = models.CharField(max_length=20, default="plain")
    Upper = models.CharField(max_length=20, default="capital")
    HTML = models.CharField(max_length=20, default="capitals")
    html = models.ForeignKey("Tag", models.SET_NULL, null=True, blank=True, related_name="aB", db_column="html_fk")
    html_label = models.CharField(max_length=20, default="real")
    htmlLabel = models.CharField(max_length=20, default="real camel", db_column="html_label_camel")
    _1 = models.IntegerField(default=0)
    _ä = models.IntegerField(default=0)


class Straße(models.Model):
    """A class and fields whose names are not ASCII."""

    größe = models.DecimalField("Größe", max_digits=6, decimal_places=2, default=0)
    名前 = models.CharField("名前", max_length=40)
    şehir = models.ForeignKey("City", models.SET_NULL, null=True, blank=True, related_name="straßen")
    размер = models.CharField(max_length=1, choices=[("м", "маленький"), ("я", "яркий")], default="м")
    ß = models.IntegerField(default=0)
    ss = models.IntegerField(default=0)
    größer_als = models.IntegerField(default=0)
    grosse = models.IntegerField(default=0)
    etiket_ı = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = "Straße"
        verbose_name_plural = "Straßen"

    def __str__(self) -> str:
        return self.名前


class 注文(models.Model):
    名前 = models.CharField(max_length=40)
    道 = models.ForeignKey(Straße, models.CASCADE, related_name="注文")

    class Meta:
        verbose_name = "注文"


class İstanbul(models.Model):
    """A name that gets longer by ``lower()``."""

    name = models.CharField(max_length=40)


class Query(models.Model):
    """Models called as the schema's own types."""

    name = models.CharField(max_length=40)


class Mutation(models.Model):
    query = models.ForeignKey(Query, models.CASCADE, related_name="mutation")


class Node(models.Model):
    name = models.CharField(max_length=40)
    node = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="nodes")


class String(models.Model):
    name = models.CharField(max_length=40)


class Int(models.Model):
    number = models.IntegerField(default=0)


class Upload(models.Model):
    file = models.FileField(upload_to="uploads", blank=True)


class Series(models.Model):
    """Singular and plural are one word."""

    name = models.CharField(max_length=40)

    class Meta:
        verbose_name_plural = "series"


class Thing(models.Model):
    """Its list is called as the next model's row."""

    name = models.CharField(max_length=40)


class Things(models.Model):
    name = models.CharField(max_length=40)


class ThingFilter(models.Model):
    """Called as a type that is generated for Thing, like those that follow."""

    name = models.CharField(max_length=40)


class ThingInput(models.Model):
    name = models.CharField(max_length=40)


class ThingList(models.Model):
    name = models.CharField(max_length=40)


class ThingAutocomplete(models.Model):
    name = models.CharField(max_length=40)


class ThingConnection(models.Model):
    name = models.CharField(max_length=40)


class ThingType(models.Model):
    name = models.CharField(max_length=40)


class CamelName(models.Model):
    name = models.CharField(max_length=40)


class Camel_Name(models.Model):
    name = models.CharField(max_length=40)


class lowercase(models.Model):
    name = models.CharField(max_length=40)


class M2(models.Model):
    """Digits in the model's and the fields' names."""

    field_2_a = models.IntegerField(default=0)
    field2a = models.IntegerField(default=0)
    field_2a = models.IntegerField(default=0)


class ReverseNames(models.Model):
    """Reverse names that clash with fields of the target, with keywords, or with the helper keys."""

    by_type = models.ForeignKey(Keywords, models.CASCADE, null=True, blank=True, related_name="_label")
    by_results = models.ForeignKey(Query, models.CASCADE, null=True, blank=True, related_name="results")
    by_camel = models.ForeignKey(Query, models.CASCADE, null=True, blank=True, related_name="someThing")
    by_snake = models.ForeignKey(Query, models.CASCADE, null=True, blank=True, related_name="some_thing")
    by_single = models.OneToOneField(Query, models.CASCADE, null=True, blank=True, related_name="label")


class LongNamesOfAModelThatSaysEverythingAboutItselfInItsOwnNameOfA(models.Model):
    """Names near Django's and the databases' limits."""

    a_field_whose_name_is_as_long_as_the_databases_let_it_be_or_so = models.IntegerField(default=0)
    reference_with_a_long_name_to_a_thing_that_is_not_far_away = models.ForeignKey(
        Thing, models.CASCADE, null=True, blank=True, related_name="long_named"
    )

    class Meta:
        db_table = "testapp_long_names"
        verbose_name = "a name " * 30
