#!/usr/bin/env python3
"""Both sides of the JSON Schema race, interleaved: json-bench and the peers from PyPI, microseconds of CPU a payload.

race.py PATH-TO-json-bench DATA-DIRECTORY   (pip install corvus-json-schema-rs jsonschema-rs orjson)
"""
import json, os, subprocess, sys, tempfile, time
import corvus_json_schema_rs as corvus
import jsonschema_rs
import orjson

bench, data = sys.argv[1:3]


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

rows = {}
for _ in range(3):
    for line in subprocess.run([bench, data], env=counted, capture_output=True, text=True, check=True).stdout.splitlines():
        name, parse, total, allocated = line.split()
        row = rows.setdefault(name, {})
        row["parse"] = min(row.get("parse", 1e9), float(parse))
        row["allocated"] = allocated
        row["ours"] = min(row.get("ours", 1e9), float(total))
    for kind in ("cms", "pay", "hub"):
        schema = json.loads(read(f"{kind}.draft7.schema.json"))
        fast = corvus.compile(schema, assert_format=True)
        rust = jsonschema_rs.validator_for(schema, validate_formats=True)
        for size in ("1k", "16k"):
            body = read(f"{kind}_{size}.valid.json")
            row = rows[f"{kind}_{size}.valid"]
            row["corvus"] = min(row.get("corvus", 1e9), best(fast.is_valid_json, body))
            row["rust"] = min(row.get("rust", 1e9), best(lambda x: rust.is_valid(orjson.loads(x)), body))
print(f"{'payload':16} {'parse':>8} {'ours':>8} {'corvus-rs':>10} {'orjson+jsonschema_rs':>21} {'ours/corvus':>12}"
      f" {'allocations/1000':>17}")
for name, row in rows.items():
    print(
        f"{name:16} {row['parse']:8.2f} {row['ours']:8.2f} {row['corvus']:10.2f} {row['rust']:21.2f}"
        f" {row['ours'] / row['corvus']:12.2f} {row['allocated']:>17}"
    )
