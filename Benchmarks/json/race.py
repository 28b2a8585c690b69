#!/usr/bin/env python3
"""Both sides of the JSON Schema race, interleaved: json-bench and the peers from PyPI, microseconds of CPU a payload.

race.py PATH-TO-json-bench DATA-DIRECTORY   (pip install corvus-json-schema-rs jsonschema-rs orjson)
"""
import json, os, subprocess, sys, time
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


rows = {}
for _ in range(3):
    for line in subprocess.run([bench, data], capture_output=True, text=True, check=True).stdout.splitlines():
        name, parse, total = line.split()
        row = rows.setdefault(name, {})
        row["parse"] = min(row.get("parse", 1e9), float(parse))
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
print(f"{'payload':16} {'parse':>8} {'ours':>8} {'corvus-rs':>10} {'orjson+jsonschema_rs':>21} {'ours/corvus':>12}")
for name, row in rows.items():
    print(
        f"{name:16} {row['parse']:8.2f} {row['ours']:8.2f} {row['corvus']:10.2f} {row['rust']:21.2f}"
        f" {row['ours'] / row['corvus']:12.2f}"
    )
