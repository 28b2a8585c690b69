#!/usr/bin/env python3
"""Random schemas and instances: `postern schema validate` and jsonschema_rs must give the same verdicts, and for
2020-12 the same `title` annotations.

schemas.py PATH-TO-postern [--schemas N] [--instances N] [--seed N]     (pip install jsonschema-rs)

Prints every disagreement with its schema and instance; exit status 1 when there is one.
"""
import argparse, json, os, random, subprocess, sys, tempfile
import jsonschema_rs

DRAFTS = {
    "2020-12": ("https://json-schema.org/draft/2020-12/schema", jsonschema_rs.Draft202012Validator),
    "2019-09": ("https://json-schema.org/draft/2019-09/schema", jsonschema_rs.Draft201909Validator),
    "7": ("http://json-schema.org/draft-07/schema#", jsonschema_rs.Draft7Validator),
    "6": ("http://json-schema.org/draft-06/schema#", jsonschema_rs.Draft6Validator),
    "4": ("http://json-schema.org/draft-04/schema#", jsonschema_rs.Draft4Validator),
}
NAMES = ["a", "b", "c", "id", "type", "", "é", "a/b", "a~b", "constructor_", "a name of more than sixteen bytes"]
TEXTS = ["", "a", "ab", "abc", "é", "한글", "😀", "a\nb", "evt_12345678", "2024-02-29", "2023-02-29", "a@b.c", "x" * 17,
         "127.0.0.1", "::1", "http://a/b?c#d", "12:00:00Z", "2024-02-29T12:00:00Z", "AB-12", "abc-1"]
PATTERNS = ["^a", "b$", "^[a-z]+$", "^evt_[A-Za-z0-9]{8,64}$", "^.$", "é|a", "^[A-Z]{2}-[0-9]{1,2}$", "^[a-z]{1,3}-?1$",
            "^(?:a|ab)(?:c|bc)?$", "^\\d+$", "[^a]", "^$", "^a{0,2}[b-z]{0,3}$"]
FORMATS = ["date-time", "email", "ipv4", "ipv6", "uri", "hostname"]
# A draft says nothing about formats that came after it (validation, section 7: an unknown name is ignored); the peer
# asserts some of them all the same, so they are only used where they are defined.
LATER_FORMATS = {"4": [], "6": ["uri-reference", "json-pointer"]}
NEWEST_FORMATS = ["uri-reference", "json-pointer", "date", "time"]
TYPES = ["null", "boolean", "string", "number", "integer", "array", "object"]
NUMBERS = [0, 1, -1, 2, 3, 7, 10, 1.0, 0.5, 0.1, 1.5, 100, -3, 2147483648, 9007199254740992, 12345678901234567890,
           1e3, 1.1, 0.01]


def value(r, depth=3):
    kind = r.random()
    if kind < 0.12:
        return r.choice([None, True, False])
    if kind < 0.35:
        return r.choice(NUMBERS)
    if kind < 0.55 or depth == 0:
        return r.choice(TEXTS)
    if kind < 0.75:
        return [value(r, depth - 1) for _ in range(r.choice([0, 1, 2, 3, 9]))]
    return {r.choice(NAMES): value(r, depth - 1) for _ in range(r.choice([0, 1, 2, 3, 5]))}


class Schemas:
    def __init__(self, r, draft):
        self.r, self.draft = r, draft
        self.modern = draft in ("2020-12", "2019-09")
        # In 2019-09 `contains` evaluates nothing for `unevaluatedItems` (core, section 9.3.1.3); the peer counts it as
        # 2020-12 does. So a schema has one or the other.
        self.contains = draft != "2019-09" or r.random() < 0.5

    def definitions(self):
        return "$defs" if self.modern else "definitions"

    def schema(self, depth, in_place=True):
        r = self.r
        if depth == 0 or r.random() < 0.06:
            return {} if self.draft == "4" or r.random() < 0.7 else r.random() < 0.7
        # A reference only where it leads to another value: in-place cycles are refused at load.
        if not in_place and r.random() < 0.2:
            return {"$ref": f"#/{self.definitions()}/{r.choice('xyz')}"}
        result = {}
        for _ in range(r.choice([1, 1, 2, 2, 3, 4])):
            getattr(self, "put_" + r.choice(self.kinds()))(result, depth)
        return result

    def kinds(self):
        kinds = ["type", "type", "enum", "length", "pattern", "format", "bounds", "multiple", "items", "counts", "unique",
                 "properties", "properties", "required", "patterns", "additional", "any", "all", "one", "not",
                 "dependencies"]
        if self.draft != "4":
            kinds += ["const", "names"] + (["contains"] if self.contains else [])
        if self.draft not in ("4", "6"):
            kinds += ["condition"]
        if self.modern:
            kinds += ["unevaluated", "unevaluated"] + (["contains_counts"] if self.contains else [])
        return kinds

    def child(self, depth):
        return self.schema(depth - 1, in_place=False)

    def branch(self, depth):
        return self.schema(depth - 1)

    def put_type(self, s, d):
        s["type"] = self.r.choice(TYPES) if self.r.random() < 0.7 else self.r.sample(TYPES, 2)

    def put_enum(self, s, d):
        s["enum"] = distinct([value(self.r, 1) for _ in range(self.r.choice([1, 2, 4]))]
                             + (TEXTS[:12] if self.r.random() < 0.3 else []))

    def put_const(self, s, d):
        s["const"] = value(self.r, 1)

    def put_length(self, s, d):
        s[self.r.choice(["minLength", "maxLength"])] = self.r.choice([0, 1, 2, 3, 12])

    def put_pattern(self, s, d):
        s["pattern"] = self.r.choice(PATTERNS)

    def put_format(self, s, d):
        s["format"] = self.r.choice(FORMATS + LATER_FORMATS.get(self.draft, NEWEST_FORMATS))

    def put_bounds(self, s, d):
        name = self.r.choice(["minimum", "maximum"])
        s[name] = self.r.choice(NUMBERS)
        if self.r.random() < 0.3:
            other = "exclusive" + name.capitalize()
            s[other] = True if self.draft == "4" else self.r.choice(NUMBERS)

    def put_multiple(self, s, d):
        s["multipleOf"] = self.r.choice([1, 2, 3, 0.5, 0.1, 0.01, 1.5, 7])

    def put_items(self, s, d):
        if self.r.random() < 0.6:
            s["items"] = self.child(d)
        elif self.draft == "2020-12":
            s["prefixItems"] = [self.child(d) for _ in range(2)]
        else:
            s["items"] = [self.child(d) for _ in range(2)]
            if self.r.random() < 0.5:
                s["additionalItems"] = self.child(d)

    def put_counts(self, s, d):
        s[self.r.choice(["minItems", "maxItems", "minProperties", "maxProperties"])] = self.r.choice([0, 1, 2, 3])

    def put_unique(self, s, d):
        s["uniqueItems"] = self.r.random() < 0.9

    def put_contains(self, s, d):
        s["contains"] = self.child(d)

    def put_contains_counts(self, s, d):
        s["contains"] = self.child(d)
        s[self.r.choice(["minContains", "maxContains"])] = self.r.choice([0, 1, 2])

    def put_properties(self, s, d):
        s["properties"] = {self.r.choice(NAMES): self.child(d) for _ in range(self.r.choice([1, 2, 3]))}

    def put_required(self, s, d):
        s["required"] = self.r.sample(NAMES, self.r.choice([1, 1, 2]))

    def put_patterns(self, s, d):
        s["patternProperties"] = {self.r.choice(PATTERNS): self.child(d)}

    def put_additional(self, s, d):
        s["additionalProperties"] = False if self.r.random() < 0.4 else self.child(d)

    def put_names(self, s, d):
        s["propertyNames"] = self.child(d)

    def put_any(self, s, d):
        s["anyOf"] = [self.branch(d) for _ in range(self.r.choice([1, 2, 3]))]

    def put_all(self, s, d):
        s["allOf"] = [self.branch(d) for _ in range(self.r.choice([1, 2]))]

    def put_one(self, s, d):
        s["oneOf"] = [self.branch(d) for _ in range(self.r.choice([1, 2, 3]))]

    def put_not(self, s, d):
        s["not"] = self.branch(d)

    def put_condition(self, s, d):
        s["if"] = self.branch(d)
        s[self.r.choice(["then", "else"])] = self.branch(d)

    def put_dependencies(self, s, d):
        name = self.r.choice(NAMES)
        if self.modern:
            if self.r.random() < 0.5:
                s["dependentRequired"] = {name: [self.r.choice(NAMES)]}
            else:
                s["dependentSchemas"] = {name: self.branch(d)}
        else:
            s["dependencies"] = {name: self.branch(d) if self.r.random() < 0.5 else [self.r.choice(NAMES)]}

    def put_unevaluated(self, s, d):
        names = ["unevaluatedProperties"]
        if self.draft == "2020-12" or not self.contains:
            names.append("unevaluatedItems")
        s[self.r.choice(names)] = False if self.r.random() < 0.5 else self.child(d)

    def root(self):
        schema = {"$schema": DRAFTS[self.draft][0]}
        body = self.schema(3)
        schema.update(body if isinstance(body, dict) else {})
        schema[self.definitions()] = {name: self.branch(2) for name in "xyz"}
        return schema


def distinct(values):
    seen, result = set(), []
    for item in values:
        # 1 and 1.0 are one JSON value; Python's dump tells them apart.
        key = json.dumps(normal(item), sort_keys=True)
        if key not in seen:
            seen.add(key)
            result.append(item)
    return result


def normal(item):
    if isinstance(item, float) and item.is_integer():
        return int(item)
    if isinstance(item, list):
        return [normal(x) for x in item]
    if isinstance(item, dict):
        return {k: normal(v) for k, v in item.items()}
    return item


def ours(postern, path, draft, lines):
    run = subprocess.run([postern, "schema", "validate", "--schema", path, "--draft", draft[:4], "--jsonl", "--output", "flag", "-"],
                         input=lines.encode(), capture_output=True)
    verdicts = [line == b'{"valid":true}' for line in run.stdout.splitlines()]
    return run.returncode, verdicts, run.stdout + run.stderr


def add_titles(schema):
    """Gives every subschema a title of its own."""
    titles = iter(range(1, 1_000_000))

    def add(s):
        if not isinstance(s, dict):
            return
        s["title"] = f"t{next(titles)}"
        for keyword, below in list(s.items()):
            if keyword in ("properties", "patternProperties", "dependentSchemas", "$defs"):
                children = below.values()
            elif keyword in ("allOf", "anyOf", "oneOf", "prefixItems"):
                children = below
            elif keyword in ("items", "additionalProperties", "contains", "not", "if", "then", "else",
                             "unevaluatedItems", "unevaluatedProperties"):
                children = [below]
            else:
                continue
            for child in children:
                add(child)

    add(schema)


def compare_titles(postern, path, schema, peer, instances, lines):
    """How many titles of valid instances there are, and the instances where the two sides have different ones."""
    run = subprocess.run([postern, "schema", "validate", "--schema", path, "--jsonl", "--output", "basic", "-"],
                         input=lines.encode(), capture_output=True)
    count, different = 0, []
    for instance, line in zip(instances, run.stdout.splitlines()):
        result = json.loads(line)
        if not result["valid"]:
            continue
        ours = {(unit["instanceLocation"], unit["annotation"]) for unit in result["annotations"]
                if unit["keywordLocation"].endswith("/title")}
        theirs = {(unit["instanceLocation"], unit["annotations"]["title"]) for unit in peer.evaluate(instance).annotations()
                  if isinstance(unit["annotations"], dict) and "title" in unit["annotations"]}
        count += len(ours)
        if ours != theirs:
            different.append(instance)
    return count, different


def main():
    options = argparse.ArgumentParser()
    options.add_argument("postern")
    options.add_argument("--schemas", type=int, default=200)
    options.add_argument("--instances", type=int, default=50)
    options.add_argument("--seed", type=int, default=1)
    arguments = options.parse_args()
    r = random.Random(arguments.seed)
    disagreements = judged = valid = titles = 0
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "schema.json")
        for number in range(arguments.schemas):
            draft = r.choice(list(DRAFTS))
            schema = Schemas(r, draft).root()
            # The peer annotates names as values, and nothing where `contains` has counts.
            annotates = draft == "2020-12" and not any(
                f'"{word}"' in json.dumps(schema) for word in ("propertyNames", "minContains", "maxContains"))
            if annotates:
                add_titles(schema)
            with open(path, "w") as file:
                json.dump(schema, file)
            peer = DRAFTS[draft][1](schema, validate_formats=True)
            instances = [value(r) for _ in range(arguments.instances)]
            lines = "".join(json.dumps(x, ensure_ascii=r.random() < 0.3) + "\n" for x in instances)
            status, verdicts, output = ours(arguments.postern, path, draft, lines)
            if len(verdicts) != len(instances) or status not in (0, 1):
                disagreements += 1
                print(f"schema {number} ({draft}): status {status}: {output.decode()[:400]}\n  {json.dumps(schema)}")
                continue
            for instance, verdict in zip(instances, verdicts):
                judged += 1
                valid += verdict
                if verdict != peer.is_valid(instance):
                    disagreements += 1
                    print(f"draft {draft}: postern says {'valid' if verdict else 'invalid'}\n"
                          f"  schema   {json.dumps(schema)}\n  instance {json.dumps(instance)}")
            if annotates:
                count, different = compare_titles(arguments.postern, path, schema, peer, instances, lines)
                titles += count
                disagreements += len(different)
                for instance in different:
                    print(f"other titles\n  schema   {json.dumps(schema)}\n  instance {json.dumps(instance)}")
    print(f"{arguments.schemas} schemas, {judged} instances ({valid} valid), {titles} titles, seed {arguments.seed}: "
          f"{disagreements} disagreements")
    sys.exit(1 if disagreements else 0)


main()
