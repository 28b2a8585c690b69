#!/usr/bin/env python3
"""Verify a Postern audit log without Postern.

Written from docs/audit-log-format.md, not from Postern's code, so that the two check each other.
Needs Python 3.9 and the package `cryptography`; reads only, never writes.

    verify_audit.py DIRECTORY --key VKEY [--key VKEY …] [--expect NOTE …] [--json]

DIRECTORY is one node's log (the one with log.json in it). VKEY is the verifier key the auditor was given beforehand
(`name+hexid+base64`); never take it from the directory that is being judged. NOTE is a checkpoint kept elsewhere.

Exit status: 0 everything holds, 1 the log was changed, 2 there is not enough to prove it whole, 3 wrong use.
"""

import argparse
import base64
import gzip
import hashlib
import json
import os
import re
import sys
import zlib

EM_DASH = "\u2014 "
MAX_LINE = 8192
MAX_NOTE = 64 * 1024


class Tampered(Exception):
    """What is there contradicts what was signed."""


class Incomplete(Exception):
    """What is there is not enough to tell."""


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(line):
    return sha256(b"\x00" + line)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


class CompactRange:
    """The right edge of an RFC 6962 tree: one hash per bit of its size, largest subtree first."""

    def __init__(self, size=0, hashes=()):
        if bin(size).count("1") != len(hashes):
            raise Tampered("a stored range of size %d has %d hashes" % (size, len(hashes)))
        self.size = size
        self.hashes = list(hashes)

    def append(self, leaf):
        rest = self.size
        while rest & 1:
            leaf = node_hash(self.hashes.pop(), leaf)
            rest >>= 1
        self.hashes.append(leaf)
        self.size += 1

    def root(self):
        if not self.hashes:
            return sha256(b"")
        node = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            node = node_hash(left, node)
        return node


def strict_base64(text):
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("not canonical base64")
    return data


class VerifierKey:
    """`name+hexid+base64(0x01 || Ed25519 public key)` (C2SP signed-note)."""

    def __init__(self, text):
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            name, hexid, body = text.split("+", 2)
            raw = strict_base64(body)
        except ValueError:
            raise SystemExit(usage("not a verifier key: %r" % text))
        if len(raw) != 33 or raw[0] != 1:
            raise SystemExit(usage("not an Ed25519 verifier key: %r" % text))
        self.name = name
        self.id = sha256(name.encode() + b"\n" + raw)[:4]
        if self.id.hex() != hexid:
            raise SystemExit(usage("the id in %r does not belong to the key" % text))
        self.public = Ed25519PublicKey.from_public_bytes(raw[1:])

    def holds(self, signature, message):
        from cryptography.exceptions import InvalidSignature

        try:
            self.public.verify(signature, message)
            return True
        except InvalidSignature:
            return False


class Note:
    """A signed checkpoint: origin, size, root, and who of the known keys signed it."""

    def __init__(self, data, keys, where):
        self.where = where
        if len(data) > MAX_NOTE:
            raise Tampered("%s: too long for a note" % where)
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise Tampered("%s: not UTF-8" % where)
        body, separator, block = text.rpartition("\n\n")
        if not separator or not block.endswith("\n"):
            raise Tampered("%s: not a signed note" % where)
        self.text = (body + "\n").encode()
        lines = body.split("\n")
        if len(lines) != 3 or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
            raise Tampered("%s: not a checkpoint" % where)
        self.origin, self.size = lines[0], int(lines[1])
        try:
            self.root = strict_base64(lines[2])
        except ValueError:
            raise Tampered("%s: root is not base64" % where)
        if len(self.root) != 32:
            raise Tampered("%s: root is not 32 bytes" % where)
        self.signers = []
        for line in block[:-1].split("\n"):
            self.check_signature(line, keys)

    def check_signature(self, line, keys):
        parts = line[len(EM_DASH):].split(" ")
        if not line.startswith(EM_DASH) or len(parts) != 2:
            raise Tampered("%s: not a signature line" % self.where)
        try:
            raw = strict_base64(parts[1])
        except ValueError:
            raise Tampered("%s: signature is not base64" % self.where)
        for key in keys:
            if key.name == parts[0] and key.id == raw[:4]:
                if not key.holds(raw[4:], self.text):
                    raise Tampered("%s: signature by %s does not hold" % (self.where, key.name))
                self.signers.append("%s+%s" % (key.name, key.id.hex()))


def read_notes(directory, keys):
    """All notes of the log, newest too; those that no known key signed prove nothing and are left out."""
    places = []
    if os.path.exists(os.path.join(directory, "checkpoint")):
        places.append("checkpoint")
    retained = os.path.join(directory, "checkpoints")
    if os.path.isdir(retained):
        places += ["checkpoints/" + name for name in sorted(os.listdir(retained)) if not name.startswith(".")]
    notes = []
    for place in places:
        with open(os.path.join(directory, place), "rb") as file:
            note = Note(file.read(MAX_NOTE + 1), keys, place)
        if place != "checkpoint" and os.path.basename(place) != "%016d" % note.size:
            raise Tampered("%s: holds the checkpoint of size %d" % (place, note.size))
        if note.signers:
            notes.append(note)
    return notes


def roots_by_size(notes, origin):
    roots = {}
    for note in notes:
        if note.origin != origin:
            raise Tampered("%s: signed for %s, the log is %s" % (note.where, note.origin, origin))
        if roots.setdefault(note.size, note.root) != note.root:
            raise Tampered("FORK: two different signed roots for size %d (%s)" % (note.size, note.where))
    return roots


def no_repeated_names(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError("a member name is repeated")
    return dict(pairs)


def no_constant(name):
    raise ValueError("%s is not JSON" % name)


def parse(line):
    return json.loads(
        line.decode("utf-8"), object_pairs_hook=no_repeated_names, parse_constant=no_constant)


def read_json(path):
    with open(path, "rb") as file:
        try:
            return parse(file.read(1 << 20))
        except ValueError as error:
            raise Tampered("%s: %s" % (path, error))


def segment_names(directory):
    found = {}
    for name in sorted(os.listdir(os.path.join(directory, "segments"))):
        match = re.fullmatch(r"([0-9]{16,20})\.jsonl(\.gz)?", name)
        if match:
            # Of a segment that is there in both forms the plain one counts; it sorts before the compressed one.
            found.setdefault(int(match.group(1)), name)
        elif not name.startswith("."):
            raise Tampered("segments/%s: not a segment" % name)
    return sorted(found.items())


def read_proofs(directory):
    """The consistency proofs that prunings left: (old size, new size, hashes)."""
    proofs = []
    place = os.path.join(directory, "pruned")
    for name in sorted(os.listdir(place)) if os.path.isdir(place) else []:
        if not re.fullmatch(r"[0-9]{16,20}\.proofs", name):
            continue
        with open(os.path.join(place, name), "rb") as file:
            for line in file:
                try:
                    entry = parse(line)
                    hashes = [strict_base64(text) for text in entry["proof"]]
                    proofs.append((int(entry["size"]), int(entry["to"]), hashes))
                except (KeyError, TypeError, ValueError):
                    continue
    return proofs


def extended_root(old_size, old_root, new_size, hashes):
    """The root of the larger tree by RFC 9162 section 2.1.4.2, or None where the proof does not fit the old root."""
    if not 0 < old_size < new_size:
        return None
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place >>= 1
        last >>= 1
    rest = list(hashes)
    if old_size & (old_size - 1) == 0:
        first = old_root
    elif rest:
        first = rest.pop(0)
    else:
        return None
    old = new = first
    for value in rest:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(value, old), node_hash(value, new)
            while place and not place & 1:
                place >>= 1
                last >>= 1
        else:
            new = node_hash(new, value)
        place >>= 1
        last >>= 1
    return new if last == 0 and old == old_root else None


def connects(size, root, end, end_root, proofs):
    """True or False where proofs lead from one tree to another, directly or over prunings between; None where none do."""
    if size == end:
        return root == end_root
    for proof in proofs:
        if proof[0] != size or proof[1] > end:
            continue
        step = extended_root(size, root, proof[1], proof[2])
        if step is None:
            return False
        verdict = connects(proof[1], step, end, end_root, [other for other in proofs if other is not proof])
        if verdict is not None:
            return verdict
    return None


class Log:
    """Reads a log from its first to its last entry and compares the tree with every signed root on the way."""

    def __init__(self, directory, keys, expected):
        self.directory = directory
        self.description = read_json(os.path.join(directory, "log.json"))
        if self.description.get("format") != "postern-audit/1":
            raise Incomplete("log.json: not a postern-audit/1 log")
        self.origin = self.description.get("origin")
        notes = read_notes(directory, keys)
        self.expected = [Note(data, keys, where) for where, data in expected]
        for note in self.expected:
            if not note.signers:
                raise Incomplete("%s: no given key signed this note" % note.where)
        self.roots = roots_by_size(notes + self.expected, self.origin)
        self.signers = sorted({signer for note in notes + self.expected for signer in note.signers})
        self.remarks = []
        self.gaps = 0
        self.prunes = []
        self.kinds = {}
        self.tree = self.starting_range()
        self.first = self.tree.size
        self.check_early_notes()

    def starting_range(self):
        path = os.path.join(self.directory, "pruned.json")
        if not os.path.exists(path):
            return CompactRange()
        stored = read_json(path)
        try:
            size, hashes = int(stored["size"]), [strict_base64(text) for text in stored["hashes"]]
        except (KeyError, TypeError, ValueError):
            raise Tampered("pruned.json: not a range")
        tree = CompactRange(size, hashes)
        if size not in self.roots:
            raise Incomplete("pruned.json: no given key signed a checkpoint of size %d" % size)
        if self.roots[size] != tree.root():
            raise Tampered("pruned.json: its root was not signed for size %d" % size)
        return tree

    def check_early_notes(self):
        """Notes that were kept from before a pruning: the proofs it left must lead from them to what was pruned."""
        root = self.tree.root()
        for note in self.expected:
            if 0 < note.size < self.first:
                verdict = connects(note.size, note.root, self.first, root, read_proofs(self.directory))
                if verdict is None:
                    raise Incomplete("%s: no proof leads from it to what was pruned" % note.where)
                if not verdict:
                    raise Tampered("%s: is not the beginning of what was pruned" % note.where)

    def verify(self):
        every = segment_names(self.directory)
        names = [(first, name) for first, name in every if first >= self.first]
        if len(names) < len(every):
            self.remarks.append("%d segments of an interrupted pruning do not count" % (len(every) - len(names)))
        for index, (first, name) in enumerate(names):
            if first != self.tree.size:
                raise Tampered("seq %d: missing, segments/%s begins at %d" % (self.tree.size, name, first))
            self.read_segment(name, is_last=index == len(names) - 1)
        if not self.roots:
            raise Incomplete("no note is signed by a given key: nothing can be proved")
        signed = max(self.roots)
        if signed > self.tree.size:
            raise Tampered("seq %d: missing, a checkpoint of size %d was signed" % (self.tree.size, signed))
        if self.first and not any(to >= self.first and seq < signed for seq, to in self.prunes):
            raise Tampered("entries below %d are gone and no signed audit.prune entry says so" % self.first)
        below = [size for size in self.roots if size < self.first]
        if below:
            self.remarks.append("%d notes below the pruned part cannot be checked" % len(below))
        self.signed = signed
        return self

    def read_segment(self, name, is_last):
        path = os.path.join(self.directory, "segments", name)
        opener = gzip.open if name.endswith(".gz") else open
        try:
            with opener(path, "rb") as file:
                while True:
                    line = file.readline(MAX_LINE + 1)
                    if not line:
                        return
                    if not line.endswith(b"\n"):
                        if len(line) > MAX_LINE or not is_last or name.endswith(".gz"):
                            raise Tampered("seq %d: line does not end" % self.tree.size)
                        self.remarks.append("the last line is torn: %d bytes after seq %d do not count"
                                            % (len(line), self.tree.size - 1))
                        return
                    self.read_line(line[:-1])
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Tampered("seq %d: segments/%s: %s" % (self.tree.size, name, error))

    def read_line(self, line):
        seq = self.tree.size
        try:
            entry = parse(line)
        except (ValueError, RecursionError) as error:
            raise Tampered("seq %d: not one JSON object: %s" % (seq, error))
        if not isinstance(entry, dict) or type(entry.get("seq")) is not int or entry["seq"] != seq:
            raise Tampered("seq %d: the entry there says it is another" % seq)
        kind = entry.get("kind")
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        if kind == "audit.gap":
            self.gaps += 1
        if kind == "audit.prune" and type(entry.get("prune", {}).get("to")) is int:
            self.prunes.append((seq, entry["prune"]["to"]))
        self.tree.append(leaf_hash(line))
        root = self.roots.get(self.tree.size)
        if root is not None and root != self.tree.root():
            earlier = [size for size in self.roots if size <= seq]
            raise Tampered("seq %d to %d: not what was signed (root of size %d differs)"
                           % (max(earlier, default=self.first), seq, self.tree.size))

    def report(self):
        return {
            "origin": self.origin, "first": self.first, "entries": self.tree.size - self.first,
            "size": self.tree.size, "signed": self.signed, "unsigned": self.tree.size - self.signed,
            "root": base64.b64encode(self.tree.root()).decode(), "signers": self.signers,
            "declared_gaps": self.gaps, "expected_notes": len(self.expected), "remarks": self.remarks,
        }


def usage(message):
    print("verify_audit.py: " + message, file=sys.stderr)
    return 3


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("--key", action="append", required=True, metavar="VKEY")
    parser.add_argument("--expect", action="append", default=[], metavar="NOTE")
    parser.add_argument("--json", action="store_true")
    try:
        options = parser.parse_args(arguments)
    except SystemExit as stop:
        return 3 if stop.code else 0
    try:
        keys = [VerifierKey(text) for text in options.key]
        expected = []
        for path in options.expect:
            with open(path, "rb") as file:
                expected.append((path, file.read(MAX_NOTE + 1)))
        report = Log(options.directory, keys, expected).verify().report()
        status, message = 0, "ok"
    except Tampered as fault:
        report, status, message = {}, 1, "CHANGED: %s" % fault
    except (Incomplete, OSError) as fault:
        report, status, message = {}, 2, "NOT PROVED: %s" % fault
    except SystemExit as stop:
        return stop.code
    if options.json:
        print(json.dumps({"status": status, "message": message, **report}, indent=1))
    else:
        print(message)
        for name, value in report.items():
            print("  %-14s %s" % (name, ", ".join(value) if isinstance(value, list) else value))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
