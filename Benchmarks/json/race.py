#!/usr/bin/env python3
"""Both sides of the JSON Schema race, interleaved: json-bench and the peers from PyPI, microseconds of CPU a payload.

race.py PATH-TO-json-bench DATA-DIRECTORY [EVENTS-DIRECTORY]   (pip install corvus-json-schema-rs jsonschema-rs orjson)

EVENTS-DIRECTORY holds schemas/EVENT.schema.json and examples/EVENT.jsonl: the mean over all its payloads is printed.
"""
import json, os, subprocess, sys, tempfile, time
import corvus_json_schema_rs as corvus
import jsonschema_rs
import orjson

bench, data = sys.argv[1:3]
events = sys.argv[3] if len(sys.argv) > 3 else None


def read(name):
    with open(os.path.join(data, name), "rb") as file:
        return file.read()


def best(function, argument, passes=12, budget=0.005):
    for _ in range(50):
        function(argument)
    count = 1
    while True:
        start = time.process_time()
        for _ in range(count):
            function(argument)
        if time.process_time() - start > budget:
            break
        count *= 2
    result = float("inf")
    for _ in range(passes):
        start = time.process_time()
        for _ in range(count):
            function(argument)
        result = min(result, (time.process_time() - start) / count * 1e6)
    return result


COUNTER = """
#include <stddef.h>
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
static long calls;
long counted_allocations(void) { return calls; }
void *malloc(size_t n) { calls++; return __libc_malloc(n); }
void *calloc(size_t n, size_t m) { calls++; return __libc_calloc(n, m); }
void *realloc(void *p, size_t n) { calls++; return __libc_realloc(p, n); }
void *aligned_alloc(size_t a, size_t n) { calls++; return __libc_memalign(a, n); }
int posix_memalign(void **p, size_t a, size_t n) { calls++; return (*p = __libc_memalign(a, n)) ? 0 : 12; }
"""
directory = tempfile.TemporaryDirectory()
library = os.path.join(directory.name, "counter.so")
subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-x", "c", "-", "-o", library], input=COUNTER.encode(), check=True)
counted = dict(os.environ, LD_PRELOAD=library)


def ours(arguments, rows):
    """One run of json-bench; keeps the least times."""
    run = subprocess.run([bench] + arguments, env=counted, capture_output=True, text=True, check=True)
    for line in run.stdout.splitlines():
        name, parse, total, allocated = line.split()
        row = rows.setdefault(name, {})
        row["parse"] = min(row.get("parse", 1e9), float(parse))
        row["allocated"] = allocated
        row["ours"] = min(row.get("ours", 1e9), float(total))


def peers(row, schema, bodies):
    """Both peers over the same payloads, microseconds a payload; keeps the least times."""
    fast = corvus.compile(schema, assert_format=True).is_valid_json
    rust = jsonschema_rs.validator_for(schema, validate_formats=True).is_valid

    def each(function):
        if len(bodies) == 1:
            return best(function, bodies[0])

        def all_bodies(items):
            for body in items:
                function(body)

        return best(all_bodies, bodies) / len(bodies)

    row["corvus"] = min(row.get("corvus", 1e9), each(fast))
    row["rust"] = min(row.get("rust", 1e9), each(lambda body: rust(orjson.loads(body))))


def show(name, row):
    print(
        f"{name:24} {row['parse']:8.2f} {row['ours']:8.2f} {row['corvus']:10.2f} {row['rust']:21.2f}"
        f" {row['ours'] / row['corvus']:12.2f} {row['ours'] / row['rust']:10.2f} {row['allocated']:>17}"
    )


rows, sets = {}, {}
for _ in range(3):
    ours([data], rows)
    for name, row in rows.items():
        kind = name.split("_")[0]
        peers(row, json.loads(read(f"{kind}.draft7.schema.json")), [read(name + ".json")])
    if events is None:
        continue
    ours(["--events", events], sets)
    for name, row in sets.items():
        event = name.split(":")[0]
        with open(os.path.join(events, "examples", event + ".jsonl"), "rb") as file:
            bodies = [line for line in file.read().split(b"\n") if line]
        with open(os.path.join(events, "schemas", event + ".schema.json"), "rb") as file:
            peers(row, json.load(file), bodies)
print(f"{'payload':24} {'parse':>8} {'ours':>8} {'corvus-rs':>10} {'orjson+jsonschema_rs':>21} {'ours/corvus':>12}"
      f" {'ours/rust':>10} {'allocations/1000':>17}")
for name, row in rows.items():
    show(name, row)
if sets:
    for name, row in sets.items():
        show(name, row)
    weights = {name: int(name.split(":")[1]) for name in sets}
    total = sum(weights.values())
    mean = {key: sum(row[key] * weights[name] for name, row in sets.items()) / total
            for key in ("parse", "ours", "corvus", "rust")}
    mean["allocated"] = str(sum(int(row["allocated"]) for row in sets.values()))
    show(f"all events, mean of {total}", mean)
