#!/usr/bin/env python3
"""A word list with counts for symspell: words.py CORPUS_DIR > words.tsv

Counts the lower-case words of every .txt and .txt.zst file; words met once only are
left out (mostly misprints)."""

import collections
import re
import subprocess
import sys
from pathlib import Path

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def text(path):
    """A file's text, unpacked."""
    if path.suffix == ".zst":
        return subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout.decode()
    return path.read_text("utf-8")


def main(folder):
    counts = collections.Counter()
    for path in sorted(p for p in Path(folder).iterdir() if p.name.endswith((".txt", ".txt.zst"))):
        counts.update(WORD.findall(text(path).lower()))
    for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if count > 1:
            print(word, count, sep="\t")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
