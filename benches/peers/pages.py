"""What the scripts here share: pages, texts as they are judged, and the judges."""

import difflib
import io
import json
import re
import subprocess
import tempfile
from pathlib import Path

import jiwer


def read(path):
    """The pages of a file of JSON lines, packed with zstd or not."""
    data = Path(path).read_bytes()
    if data[:4] == b"\x28\xb5\x2f\xfd":
        data = subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout
    return [json.loads(line) for line in io.StringIO(data.decode("utf-8")) if line.strip()]


def judged(text):
    """Leaders and rules of four marks or more left out, white space as one space."""
    return " ".join(re.sub(r"[._–—=-]{4,}", " ", text).split())


def without_section_signs(gold, read):
    """Both texts without the words of the true one that hold a `§` and what the
    smallest edit script puts in their place."""
    alignment = jiwer.process_words(gold, read).alignments[0]
    gold, read = gold.split(), read.split()
    out_gold = {i for i, word in enumerate(gold) if "§" in word}
    out_read = set()
    for chunk in alignment:
        if chunk.type in ("equal", "substitute"):
            for i in range(chunk.ref_start_idx, chunk.ref_end_idx):
                if i in out_gold:
                    out_read.add(chunk.hyp_start_idx + i - chunk.ref_start_idx)
    keep = lambda words, out: " ".join(w for i, w in enumerate(words) if i not in out)
    return keep(gold, out_gold), keep(read, out_read)


def found(gold, read):
    """For each word of `gold` whether it is found again in `read`."""
    flags = [False] * len(gold)
    matcher = difflib.SequenceMatcher(a=gold, b=read, autojunk=False)
    for start, _, length in matcher.get_matching_blocks():
        flags[start : start + length] = [True] * length
    return flags


def score(pages, before, after):
    """Figures over pages, given for each what was read and what was made of it."""
    gold = [judged(page["gold"]) for page in pages]
    before, after = [judged(t) for t in before], [judged(t) for t in after]
    kept = damaged = fixed = left = 0
    for g, b, a in zip(gold, before, after):
        words = g.split()
        for was, now in zip(found(words, b.split()), found(words, a.split())):
            kept += was and now
            damaged += was and not now
            fixed += now and not was
            left += not was and not now
    pairs = [without_section_signs(g, a) for g, a in zip(gold, after)]
    unsigned_gold, unsigned = [p[0] for p in pairs], [p[1] for p in pairs]
    return {
        "pages": len(pages),
        "words": kept + damaged + fixed + left,
        "wer": jiwer.wer(gold, after),
        "cer": jiwer.cer(gold, after),
        "wer_unsigned": jiwer.wer(unsigned_gold, unsigned),
        "cer_unsigned": jiwer.cer(unsigned_gold, unsigned),
        "wer_before": jiwer.wer(gold, before),
        "cer_before": jiwer.cer(gold, before),
        "damage": 1e4 * damaged / max(kept + damaged, 1),
        "fixed": fixed / max(fixed + left, 1),
        "counts": {"kept": kept, "damaged": damaged, "fixed": fixed, "left": left},
    }


def part(page):
    """The letters that a page's id begins with."""
    return re.match(r"[^\W\d_]*", page["id"]).group()


def klartext(binary, texts):
    """Texts through one run of `klartext repair`."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in"), Path(folder, "out")
        source.mkdir()
        for i, text in enumerate(texts):
            (source / f"{i:05}.txt").write_bytes(text.encode())
        # A page without any text is an error of that page alone.
        subprocess.run([binary, "repair", source, "-o", target], capture_output=True)
        outcome = []
        for i, text in enumerate(texts):
            path = target / f"{i:05}.txt"
            outcome.append(path.read_bytes().decode() if path.exists() else text)
        return outcome
