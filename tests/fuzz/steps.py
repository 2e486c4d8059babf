"""The steps that sequences are made of. Each makes all its choices from one number and from what came before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote

from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec
from conjure.testing.samples import BODY_GARBAGE, PK_GARBAGE, QUERY_GARBAGE
from tests.fuzz.comparing import compare_reads, compare_writes
from tests.fuzz.documents import Writer, write_literal
from tests.fuzz.project import Person
from tests.fuzz.sending import GRAPHQL, Answer, Call, by_graphql, by_rest, send
from tests.fuzz.uploading import graphql_upload, rest_upload
from tests.fuzz.values import choose_key, keys_of, value_for, values_for

_LOOKUPS = ("", "__gte", "__lte", "__in", "__isnull", "__icontains", "__exact", "__startswith")
_HIDDEN_PATHS = ("api_token", "secret_note", "cost", "password", "owner__password", "order__secret_note", "cover__text")
_SENSITIVE = ("Customer", "Order", "Shipment", "Note", "Folder", "Category", "AdminAuditLog")
_HOT = ("phone", "cost", "title", "text", "name", "cover", "parent")


@dataclass
class World:
    """Who may call, the models, and what earlier steps have brought: versions, cursors and files of old states."""

    people: list[Person]
    specs: list[ModelSpec]
    versions: list[tuple[str, str, str]] = field(default_factory=list)
    cursors: list[tuple[str, str, str]] = field(default_factory=list)
    file_urls: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    unequal: list[str] = field(default_factory=list)

    def spec(self, name: str) -> ModelSpec:
        """The spec of the model of that name."""
        return next(spec for spec in self.specs if spec.key.endswith(f".{name}"))

    def send(self, person: Person, call: Call, *, undo: bool = False) -> Answer:
        """Send a call and keep its answer, for the judge and for later steps."""
        answer = send(person, call, undo=undo)
        self.answers.append(answer)
        return answer


Step = Callable[[World, Person, ModelSpec, Random], None]


def take_step(kind: str, number: int, world: World) -> None:
    """Take the step of that kind and number."""
    random = Random(f"{kind}:{number}")
    # Who may do most gets furthest; the others look at what they left.
    person = random.choices(world.people, weights=(6, 6, 4, 2, 1, 1))[0]
    STEPS[kind](world, person, _choose_spec(world.specs, random), random)


def _choose_spec(specs: list[ModelSpec], random: Random) -> ModelSpec:
    """A model, those with something to hide more often."""
    return random.choices(specs, weights=[3 if spec.key.endswith(_SENSITIVE) else 1 for spec in specs])[0]


def _choose_column(spec: ModelSpec, random: Random) -> FieldSpec:
    """A column, one that holds a canary more often."""
    columns = [each for each in spec.fields if not each.is_many]
    hot = [each for each in columns if each.name in _HOT]
    return random.choice(hot) if hot and random.random() < 0.3 else random.choice(columns)


def _path(spec: ModelSpec, *parts: str) -> str:
    return "/".join(["r", quote(spec.key), *(quote(part, safe="") for part in parts), ""])


def _if_match(world: World, spec: ModelSpec, key: str, random: Random) -> dict[str, str]:
    """The version of the row that an earlier step saw, which may be stale by now, or of another one, or none."""
    known = [version for model, pk, version in world.versions if model == spec.key and pk == key]
    if known and random.random() < 0.7:
        return {"If-Match": random.choice(known)}
    others = [version for *_, version in world.versions]
    return {"If-Match": random.choice([*others, '"x"', "*", "W/"])} if random.random() < 0.1 else {}


def _note_version(world: World, spec: ModelSpec, key: str, answer: Answer) -> None:
    if "etag" in answer.headers:
        world.versions.append((spec.key, key, answer.headers["etag"]))


def create(world: World, person: Person, spec: ModelSpec, random: Random) -> None:
    values = values_for(spec, random, whole=True)
    if random.random() < 0.6:
        world.send(person, by_rest("POST", _path(spec), body=values))
    else:
        document = f"mutation ($v: Values!) {{ w: {spec.roots['create']}(values: $v) {{ {_payload(spec, random)} }} }}"
        world.send(person, by_graphql(document, v=values))


def _payload(spec: ModelSpec, random: Random) -> str:
    names = [name for _, name in spec.row_names(frozenset())]
    inner = " ".join(random.sample(names, min(len(names), 4)))
    return f"result {{ {inner} }} errors {{ field messages code }}"


def update(world: World, person: Person, spec: ModelSpec, random: Random) -> None:
    key, values = choose_key(spec.model, random), values_for(spec, random, whole=False)
    headers = _if_match(world, spec, key, random)
    if random.random() < 0.6:
        _note_version(world, spec, key, world.send(person, by_rest("PATCH", _path(spec, key), body=values, **headers)))
    else:
        document = (
            f"mutation ($pk: ID!, $v: Values!, $e: String) {{ w: {spec.roots['update']}"
            f"(pk: $pk, values: $v, expectedVersion: $e) {{ {_payload(spec, random)} }} }}"
        )
        version = headers.get("If-Match", "").strip('"') or None
        world.send(person, by_graphql(document, pk=key, v=values, e=version))


def delete(world: World, person: Person, spec: ModelSpec, random: Random) -> None:
    key = choose_key(spec.model, random)
    if random.random() < 0.5:
        world.send(person, by_rest("GET", _path(spec, key, "related")))
    if random.random() < 0.6:
        world.send(person, by_rest("DELETE", _path(spec, key), **_if_match(world, spec, key, random)))
    else:
        document = (
            f"mutation ($pk: ID!) {{ w: {spec.roots['delete']}(pk: $pk) {{ deleted errors {{ code messages }} }} }}"
        )
        world.send(person, by_graphql(document, pk=key))


def bulk(world: World, person: Person, spec: ModelSpec, random: Random) -> None:
    keys: list[Any] = [choose_key(spec.model, random) for _ in range(random.randint(1, 3))]
    if random.random() < 0.1:
        keys = random.choice((BODY_GARBAGE, [], [keys[0], keys[0]]))
    kind = random.choice(("update", "update", "delete", "operations"))
    if kind == "operations":
        body: dict[str, Any] = {"operations": [_operation(spec, random) for _ in range(random.randint(1, 3))]}
        document = (
            f"mutation ($o: [{spec.types['operation']}!]!) {{ w: {spec.roots['operations']}(operations: $o) "
            "{ results { op pk } errors { code messages } } }"
        )
        sent = [
            {**each, "values": each.pop("data")} if "data" in each else each for each in map(dict, body["operations"])
        ]
        variables: dict[str, Any] = {"o": sent}
    elif kind == "update":
        body = {"action": "update", "ids": keys, "data": values_for(spec, random, whole=False)}
        document = (
            f"mutation ($k: [JSON]!, $v: Values!) {{ w: {spec.roots['bulk_update']}(pks: $k, values: $v) "
            "{ updated errors { code messages } } }"
        )
        variables = {"k": keys, "v": body["data"]}
    else:
        body = {"action": "delete", "ids": keys}
        document = (
            f"mutation ($k: [JSON]!) {{ w: {spec.roots['bulk_delete']}(pks: $k) {{ deleted errors {{ code }} }} }}"
        )
        variables = {"k": keys}
    if random.random() < 0.6:
        world.send(person, by_rest("POST", _path(spec, "bulk"), body=body))
    else:
        world.send(person, by_graphql(document, **variables))


def _operation(spec: ModelSpec, random: Random) -> dict[str, Any]:
    match random.choice(("create", "update", "update", "delete", "x")):
        case "create":
            return {"op": "create", "data": values_for(spec, random, whole=True)}
        case "update":
            values = values_for(spec, random, whole=False)
            return {"op": "update", "pk": choose_key(spec.model, random), "data": values}
        case other:
            return {"op": other, "pk": choose_key(spec.model, random)}


def act(world: World, person: Person, spec: ModelSpec, random: Random) -> None:
    spec = random.choice([each for each in world.specs if each.config.actions])
    _run_action(world, person, spec, random.choice([*spec.config.actions, *spec.config.actions, "nonsense"]), random)


def export(world: World, person: Person, spec: ModelSpec, random: Random) -> None:
    spec = _choose_spec([each for each in world.specs if "export" in each.config.actions], random)
    _run_action(world, person, spec, "export", random)


def _run_action(world: World, person: Person, spec: ModelSpec, action: str, random: Random) -> None:
    form: dict[str, Any] = {}
    match action:
        case "reprice":
            form = {"price": random.choice(("1.00", "-1", 5, None))}
        case "ship":
            form = {"carrier": random.choice(("Post", "", 5)), "parcels": random.choice((1, 2))}
        case "export":
            columns = random.choice(("", "*", "id", _choose_column(spec, random).name, random.choice(_HIDDEN_PATHS)))
            form = {"format": random.choice(("csv", "jsonl", "xlsx", "x")), "columns": columns}
    rows: dict[str, Any] = {"ids": [choose_key(spec.model, random) for _ in range(random.randint(1, 3))]}
    if random.random() < 0.5:
        rows = {"all_filtered": True, "params": _filters(spec, random, 1) if random.random() < 0.6 else {}}
    sent = {**rows, **({"input": form} if form else {})}
    if random.random() < 0.75:
        world.send(person, by_rest("POST", _path(spec, "action", action), body=sent))
        return
    document = (
        "mutation ($a: String!, $k: JSON, $all: Boolean, $i: JSON) "
        f"{{ {spec.roots['action']}(action: $a, pks: $k, allFiltered: $all, filters: {{}}, input: $i) }}"
    )
    world.send(person, by_graphql(document, a=action, k=rows.get("ids"), all=rows.get("all_filtered"), i=form or None))


def _filters(spec: ModelSpec, random: Random, most: int) -> dict[str, Any]:
    query: dict[str, Any] = {}
    for _ in range(random.randint(0, most)):
        chosen = random.choice(spec.fields)
        name = chosen.name + random.choice(_LOOKUPS)
        if random.random() < 0.1:
            name = random.choice(_HIDDEN_PATHS) + random.choice(_LOOKUPS)
        query[name] = value_for(chosen, random) if random.random() < 0.7 else random.choice(QUERY_GARBAGE)
        if not isinstance(query[name], str | int):
            query[name] = "true" if query[name] is True else "1"
    return query


def upload(world: World, person: Person, spec: ModelSpec, random: Random) -> None:
    spec = world.spec(random.choice(("Attachment", "Attachment", "Product")))
    key = choose_key(spec.model, random) if random.random() < 0.4 else None
    make = rest_upload if random.random() < 0.6 else graphql_upload
    world.send(person, make(spec, key, values_for(spec, random, whole=key is None), random))


def look(world: World, person: Person, spec: ModelSpec, random: Random) -> None:
    """Read by REST: a list, a row, choices, related counts."""
    query, names = _filters(spec, random, 2), [each.name for each in spec.fields]
    if random.random() < 0.4:
        query["ordering"] = random.choice(["", "-"]) + random.choice([*names, *names, *_HIDDEN_PATHS])
    if random.random() < 0.3:
        query["search"] = random.choice(("a", "canary", "e", "1", "%", "\x00", "Ham"))
    if random.random() < 0.3:
        query["page_size"] = random.choice(("1", "2", "0", "x", "100000"))
    if random.random() < 0.2:
        query["page"] = random.choice(("1", "2", "last", "0", "9" * 23))
    key = choose_key(spec.model, random) if random.random() < 0.9 else random.choice(PK_GARBAGE)
    match random.randrange(6):
        case 0 | 1:
            world.send(person, by_rest("GET", _path(spec), query))
        case 2 | 3:
            headers = _if_match(world, spec, key, random)
            sent = {"If-None-Match": headers["If-Match"]} if headers else {}
            _note_version(world, spec, key, world.send(person, by_rest("GET", _path(spec, key), **sent)))
        case 4:
            q = {"q": random.choice(("", "a", "canary", "e")), "page": random.choice(("1", "2", "x"))}
            q |= {"to_field": random.choice(names)} if random.random() < 0.2 else {}
            world.send(person, by_rest("GET", _path(spec, "autocomplete"), q))
        case 5:
            world.send(person, by_rest("GET", _path(spec, key, "related")))


def history(world: World, person: Person, spec: ModelSpec, random: Random) -> None:
    """Read the audit log, which tells of all earlier steps."""
    log = world.spec("AdminAuditLog")
    chosen: dict[str, Any] = {"model_label": spec.key} if random.random() < 0.5 else {}
    if random.random() < 0.3:
        chosen["search"] = random.choice(("canary", "7770", "note", "update"))
    if random.random() < 0.7:
        world.send(person, by_rest("GET", _path(log), {"page_size": "50", **chosen}))
        return
    document = f"{{ {log.roots['list']} {{ results {{ objectRepr diff action modelLabel _label }} }} }}"
    world.send(person, by_graphql(document))


def page(world: World, person: Person, spec: ModelSpec, random: Random) -> None:
    """Page by cursor: by a new one, one from an earlier state or another user's, or one that was tampered with."""
    root = spec.roots["connection"]
    known = [cursor for model, _, cursor in world.cursors if model == spec.key]
    others = [cursor for *_, cursor in world.cursors]
    arguments = [f"{random.choice(('first', 'last'))}: {random.choice((1, 2, 5))}"]
    if known and random.random() < 0.7:
        cursor = random.choice(known)
        if random.random() < 0.3:
            cursor = random.choice((cursor[:-1], cursor + "A", cursor.swapcase(), random.choice(others), "", "x"))
        arguments.append(f"{random.choice(('after', 'before'))}: {write_literal(cursor)}")
    if random.random() < 0.6:
        arguments.append(f"ordering: [{_ordering(spec, random, world)}]")
    edges = f"edges {{ cursor node {{ {spec.graphql_version} }} }} pageInfo {{ endCursor startCursor hasNextPage }}"
    document = f"{{ {root}({', '.join(arguments)}) {{ {edges} }} }}"
    answer = world.send(person, by_graphql(document))
    if answer.ok:
        found = answer.json["data"][root]["edges"]
        world.cursors += [(spec.key, person.name, edge["cursor"]) for edge in found[:3]]


def _ordering(spec: ModelSpec, random: Random, world: World) -> str:
    chosen = _choose_column(spec, random)
    direction = random.choice(("ASC", "DESC"))
    related = next((s for s in world.specs if s.model is chosen.related_model), None)
    if related is not None and random.random() < 0.6:
        inner = _choose_column(related, random)
        return f"{{{chosen.graphql_object}: {{{inner.graphql_name}: {direction}}}}}"
    return f"{{{chosen.graphql_name}: {direction}}}"


def aggregate(world: World, person: Person, spec: ModelSpec, random: Random) -> None:
    by = _choose_column(spec, random).graphql_name
    parts = [f"key {{ {by} }} count"]
    for kind, often in (("min", 0.4), ("max", 0.4), ("sum", 0.1), ("avg", 0.1)):
        if random.random() < often:
            parts.append(f"{kind} {{ {_choose_column(spec, random).graphql_name} }}")
    if random.random() < 0.3:
        parts.append(f"countDistinct(field: {_choose_column(spec, random).graphql_name})")
    arguments = f"(groupBy: [{{field: {by}}}])" if random.random() < 0.8 else ""
    document = f"{{ {spec.roots['aggregate']}{arguments} {{ {' '.join(parts)} }} }}"
    world.send(person, by_graphql(document))


def _writer(world: World, random: Random) -> Writer:
    def by_name(name: str, random: Random) -> Any:
        if name in ("after", "before") and world.cursors:
            return random.choice(world.cursors)[2]
        if name in ("pk", "pks"):
            return choose_key(random.choice(world.specs).model, random)
        if name == "expectedVersion" and world.versions:
            return random.choice(world.versions)[2].strip('"')
        if name == "page":
            return random.choice(("1", "2", "x"))
        if name in ("limit", "first", "last"):
            return random.choice((1, 2, 3))
        if name == "action":
            return random.choice(("export", "publish", "hide", "mark_paid", "delete_selected", "count_rows"))
        return None

    return Writer(random, by_name)


def ask(world: World, person: Person, spec: ModelSpec, random: Random) -> None:
    """A made-up query."""
    world.send(person, by_graphql(_writer(world, random).query()))


def mutate(world: World, person: Person, spec: ModelSpec, random: Random) -> None:
    """A made-up mutation."""
    world.send(person, by_graphql(_writer(world, random).mutation()))


def around(world: World, person: Person, spec: ModelSpec, random: Random) -> None:
    """What is not about rows: descriptions, widgets, who one is, unknown URLs and methods, broken documents."""
    paths = ("schema/", f"schema/{quote(spec.key)}/", "auth/me/", "config/", "openapi.json", "widgets/recent-audit/")
    paths += ("widgets/model-counts/", "widgets/trend/", "widgets/recent-activity/", "widgets/broken-stats/")
    paths += ("widgets/order-stats/", "widgets/x/", "r/no.Such/", "x", "%00", "health/?database=1")
    match random.randrange(5):
        case 0 | 1:
            path, _, query = random.choice(paths).partition("?")
            world.send(person, Call(method="GET", path=path, query=query))
        case 2:
            method = random.choice(("HEAD", "OPTIONS", "PUT", "POST", "DELETE", "TRACE"))
            target = random.choice((_path(spec), _path(spec, choose_key(spec.model, random)), "schema/", GRAPHQL))
            world.send(person, by_rest(method, target, body=random.choice(BODY_GARBAGE)))
        case 3:
            text = _writer(world, random).query()
            place = random.randrange(len(text))
            damaged = (
                text[:place] + random.choice(("\x00", "}", "{", '"', "$", " @skip(if: false) ", "...")) + text[place:]
            )
            world.send(person, by_graphql(damaged))
        case 4:
            document = "{ __schema { queryType { fields { name } } types { name fields { name } } } me conjureModels }"
            world.send(person, by_graphql(document))


def compare(world: World, person: Person, spec: ModelSpec, random: Random) -> None:
    """The same rows by both faces."""
    world.unequal += compare_reads(world.send, person, spec, keys_of(spec.model), random)


def twice(world: World, person: Person, spec: ModelSpec, random: Random) -> None:
    """The same write by both faces, the first one undone; GraphQL has none for read-only models."""
    key = choose_key(spec.model, random)
    values = values_for(spec, random, whole=random.random() < 0.5)
    if not spec.is_readonly:
        world.unequal += compare_writes(world.send, person, spec, key, values, random)


STEPS: dict[str, Step] = {
    "create": create,
    "update": update,
    "delete": delete,
    "bulk": bulk,
    "act": act,
    "export": export,
    "upload": upload,
    "look": look,
    "history": history,
    "page": page,
    "aggregate": aggregate,
    "ask": ask,
    "mutate": mutate,
    "around": around,
    "compare": compare,
    "twice": twice,
}
