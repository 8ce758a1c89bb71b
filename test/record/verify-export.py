"""Checks an export of the record with nothing of ours: Python's own library, and openssl for the signatures.

Usage: verify-export.py EXPORT PUBLIC_PEM HEADS; ends with 0 if nothing is found, else with 1.
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tempfile


def leaf(body):
    return hashlib.sha256(b"\x00" + body).digest()


def root(leaves):
    """By the recursive definition of RFC 6962, section 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()


def is_signed(note, pem):
    text, signature_line = note.split("\n\n", 1)
    signature = base64.b64decode(signature_line.strip().rsplit(" ", 1)[1])[4:]
    with tempfile.NamedTemporaryFile() as message, tempfile.NamedTemporaryFile() as signed:
        message.write((text + "\n").encode())
        message.flush()
        signed.write(signature)
        signed.flush()
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", pem, "-rawin"]
        command += ["-in", message.name, "-sigfile", signed.name]
        return subprocess.run(command, capture_output=True).returncode == 0


def main(export, pem, heads_file):
    leaves, heads, places, is_whole = [], [], [], True
    for line in open(export, encoding="utf-8").read().split("\n"):
        if not line:
            continue
        value = json.loads(line)
        if "body" in value:
            is_whole = is_whole and value["index"] == len(leaves)
            leaves.append(leaf(base64.b64decode(value["body"])))
        elif "head" in value:
            heads.append(value["head"])
            places.append(len(leaves))
    outside = re.findall(r"[^\n]+\n[^\n]+\n[^\n]+\n\n— [^\n]+\n", open(heads_file, encoding="utf-8").read())
    is_whole = is_whole and len(heads) > 0
    for note, place in [*zip(heads, places), *((note, None) for note in outside)]:
        origin, size, hashed = note.split("\n\n")[0].split("\n")
        fits = int(size) <= len(leaves) and place in (None, int(size))
        fits = fits and base64.b64decode(hashed) == root(leaves[: int(size)])
        is_whole = is_whole and fits and is_signed(note, pem)
    return 0 if is_whole else 1


sys.exit(main(*sys.argv[1:]))
