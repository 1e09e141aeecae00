#!/usr/bin/env python3
"""Tokens a second of `klartext repair` and of the symspell crate, on the same text.

speed.py DIR --klartext BIN --symspell BIN --words TSV

`DIR` is what `cargo run --release --example noise` wrote. klartext is timed as a whole
process, start and files included; symspell's lookups (edit distance 2) alone, without
loading its dictionary. Needs GNU time in /usr/bin/time."""

import argparse
import json
import re
import subprocess
import tempfile
import time
from pathlib import Path

from compare import core

# Lookups of every suggestion are slow: fewer tokens tell as much.
SLOW = 20_000


def peak(stderr):
    """Peak memory in MB, as GNU time states it."""
    return int(re.search(r"Maximum resident set size \(kbytes\): (\d+)", stderr).group(1)) / 1024


def klartext(binary, docs, tokens, threads):
    with tempfile.TemporaryDirectory() as out:
        started = time.perf_counter()
        command = ["/usr/bin/time", "-v", binary, "repair", docs, "-o", out, "-j", str(threads)]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds = time.perf_counter() - started
    name = f"klartext repair, {threads} thread{'s' if threads > 1 else ''}"
    print(f"| {name} | {tokens} | {tokens / seconds:.0f} | {peak(run.stderr):.0f} |", flush=True)


def symspell(binary, words, tokens, verbosity):
    command = ["/usr/bin/time", "-v", binary, words, verbosity]
    run = subprocess.run(command, input="\n".join(tokens), capture_output=True, text=True, check=True)
    figures = json.loads(run.stderr.splitlines()[0])
    print(
        f"| symspell, {verbosity} | {figures['tokens']} | {figures['tokens_per_second']} | {peak(run.stderr):.0f} |",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("dir", type=Path)
    parser.add_argument("--klartext", default="target/release/klartext")
    parser.add_argument("--symspell", required=True)
    parser.add_argument("--words", required=True)
    args = parser.parse_args()
    tokens = (args.dir / "tokens.txt").read_text("utf-8").split("\n")[:-1]
    # What stands around a word would make every word wrong for symspell.
    cores = [token[slice(*core(token))] or token for token in tokens]
    print("| | tokens | tokens a second | peak MB |\n|---|---|---|---|", flush=True)
    for threads in (1, 2):
        klartext(args.klartext, args.dir / "docs", len(tokens), threads)
    symspell(args.symspell, args.words, cores, "top")
    symspell(args.symspell, args.words, cores[:SLOW], "all")


if __name__ == "__main__":
    main()
