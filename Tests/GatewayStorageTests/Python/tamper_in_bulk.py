#!/usr/bin/env python3
"""Tampers with a log in every way of a list, thousands of times, and lets docs/verify_audit.py judge each.

    tamper_in_bulk.py DOCS-DIRECTORY LOG-DIRECTORY VKEY STRIDE

Flips one bit of every STRIDE-th byte of every segment and of every checkpoint; deletes, doubles and swaps every entry;
cuts the last segment at every entry; removes every segment. Prints one JSON object: how many of each were done, and
which were not refused. What lies before the segment of a flip is read once and its tree kept, so that every byte of a
log of a thousand entries takes minutes. Entries behind the newest checkpoint prove nothing and are left alone; the log should end signed.
"""

import copy
import json
import os
import shutil
import sys
import tempfile

sys.path.insert(0, sys.argv[1])
import verify_audit  # noqa: E402

source, key, stride = sys.argv[2], verify_audit.VerifierKey(sys.argv[3]), int(sys.argv[4])
done, missed = {}, []
place = tempfile.mkdtemp()
log = os.path.join(place, "log")
shutil.copytree(source, log)


def path(name):
    return os.path.join(log, name)


def read(name):
    with open(path(name), "rb") as file:
        return file.read()


def write(name, data):
    os.chmod(path(name), 0o640)
    with open(path(name), "wb") as file:
        file.write(data)


def refused():
    try:
        verify_audit.Log(log, [key], []).verify()
        return False
    except (verify_audit.Tampered, verify_audit.Incomplete):
        return True


def refused_from(before):
    """Whether the log is refused from a segment on; `before` is the verifier as it was when it came there."""
    log_there = copy.copy(before)
    log_there.tree = verify_audit.CompactRange(before.tree.size, before.tree.hashes)
    # To the verifier this looks as if what it has read already had been pruned by a signed entry.
    log_there.first, log_there.prunes, log_there.kinds, log_there.remarks = before.tree.size, [(0, before.tree.size)], {}, []
    try:
        log_there.verify()
        return False
    except (verify_audit.Tampered, verify_audit.Incomplete):
        return True


def attempt(what, name, changed, is_refused=refused):
    whole = read(name)
    if changed == whole:
        return
    write(name, changed)
    done[what] = done.get(what, 0) + 1
    if not is_refused():
        missed.append("%s: %s" % (what, name))
    write(name, whole)


assert not refused(), "the log has to verify before anything is done to it"
segments = ["segments/" + name for name in sorted(os.listdir(path("segments")))]
notes = ["checkpoint"] + ["checkpoints/" + name for name in sorted(os.listdir(path("checkpoints")))]
before = verify_audit.Log(log, [key], [])
for name in segments:
    whole = read(name)
    assert not refused_from(before), "nothing is flipped yet"
    for index in range(0, len(whole), stride):
        changed = whole[:index] + bytes([whole[index] ^ (1 << index % 8)]) + whole[index + 1:]
        attempt("flip", name, changed, lambda: refused_from(before))
    assert not refused_from(before), "everything is as it was"
    before.read_segment(name[len("segments/"):], is_last=name == segments[-1])
    lines = whole.split(b"\n")[:-1]
    for index, line in enumerate(lines):
        rest = lines[:index] + lines[index + 1:]
        attempt("delete", name, b"".join(entry + b"\n" for entry in rest))
        attempt("insert", name, b"".join(entry + b"\n" for entry in lines[:index] + [line] + lines[index:]))
        if index:
            swapped = lines[:index - 1] + [line, lines[index - 1]] + lines[index + 1:]
            attempt("swap", name, b"".join(entry + b"\n" for entry in swapped))
        if name == segments[-1]:
            attempt("cut", name, b"".join(entry + b"\n" for entry in lines[:index]))
for name in notes:
    whole = read(name)
    for index in range(0, len(whole), 1 if name == "checkpoint" else min(stride, 7)):
        # A signature under another name or id is one by an unknown key, which proves nothing but is no fault.
        if index < whole.index(b"\n\n") or index > len(whole) - 86:
            attempt("note", name, whole[:index] + bytes([whole[index] ^ (1 << index % 8)]) + whole[index + 1:])
for name in segments:
    aside = os.path.join(place, "aside")
    os.rename(path(name), aside)
    done["remove"] = done.get("remove", 0) + 1
    if not refused():
        missed.append("remove: %s" % name)
    os.rename(aside, path(name))
shutil.rmtree(place)
print(json.dumps({"done": done, "missed": missed[:20], "missed_count": len(missed)}))
