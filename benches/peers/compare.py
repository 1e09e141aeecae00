#!/usr/bin/env python3
"""klartext and its peers on the same pages, as a Markdown table.

compare.py PAIRS --klartext BIN [--symspell BIN --words TSV] [--jamspell MODEL] [--json FILE]

Each peer mends what the English engine read and is judged as pages.py says: CER and
WER by jiwer, words by difflib. A peer that is not installed is named and left out."""

import argparse
import json
import shutil
import subprocess
import sys

import pages

MOST = 0.15


def by_word(text, mended):
    """The text with each word replaced by what `mended` holds for it; what stands
    around its letters and digits, and all white space, stays."""
    out = []
    for line in text.splitlines(keepends=True):
        at = 0
        for token in line.split():
            start, end = core(token)
            place = line.index(token, at)
            out += [line[at:place], token[:start]]
            out += [mended.get(token[start:end], token[start:end]), token[end:]]
            at = place + len(token)
        out.append(line[at:])
    return "".join(out)


def core(token):
    """Where a token's letters and digits begin and end; empty without a letter."""
    if not any(c.isalpha() for c in token):
        return 0, 0
    at = [i for i, c in enumerate(token) if c.isalnum()]
    return at[0], at[-1] + 1


def forms(texts):
    """Every word form of some texts, sorted."""
    found = set()
    for text in texts:
        for token in text.split():
            start, end = core(token)
            found.add(token[start:end])
    return sorted(found - {""})


def ispell(command, texts):
    """A checker that speaks ispell's protocol: its first suggestion for each word
    that it takes for wrong."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", errors="replace"
    )
    process.stdout.readline()
    mended = {}
    for form in forms(texts):
        process.stdin.write(f"^{form}\n")
        process.stdin.flush()
        answers = []
        while (line := process.stdout.readline()).strip():
            answers.append(line)
        # A form that the checker takes for several words has several answers.
        if len(answers) == 1 and answers[0].startswith("& ") and answers[0].split()[1] == form:
            mended[form] = answers[0].split(": ", 1)[1].split(", ")[0].strip()
    process.stdin.close()
    process.wait()
    return [by_word(text, mended) for text in texts]


def symspell(binary, words, texts):
    """The crate's likeliest word within two edits, in the form's own case."""
    known = forms(texts)
    run = subprocess.run([binary, words], input="\n".join(known), capture_output=True, encoding="utf-8", check=True)
    mended = {}
    for form, found in zip(known, run.stdout.splitlines()):
        if found != form.lower():
            mended[form] = (
                found.upper() if form.isupper() and len(form) > 1
                else found[:1].upper() + found[1:] if form[0].isupper()
                else found
            )
    return [by_word(text, mended) for text in texts]


def jamspell(model, texts):
    """JamSpell, line by line."""
    import jamspell as package

    corrector = package.TSpellCorrector()
    if not corrector.LoadLangModel(model):
        sys.exit(f"{model}: not a JamSpell model")
    return ["\n".join(corrector.FixFragment(line) for line in text.split("\n")) for text in texts]


def peers(args):
    """Names and functions from texts to texts, of those that can run here."""
    hunspell = ["hunspell", "-a", "-d", "sv_SE", "-i", "utf-8"]
    aspell = ["aspell", "-a", "-l", "sv", "--encoding=utf-8"]
    for name, command in [("hunspell", hunspell), ("aspell", aspell)]:
        if shutil.which(name):
            yield name, lambda texts, command=command: ispell(command, texts)
        else:
            print(f"not installed: {name}", file=sys.stderr)
    if args.symspell and args.words:
        yield "symspell (crate)", lambda texts: symspell(args.symspell, args.words, texts)
    if args.jamspell:
        yield "JamSpell", lambda texts: jamspell(args.jamspell, texts)
    yield "klartext", lambda texts: pages.klartext(args.klartext, texts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pairs")
    parser.add_argument("--klartext", default="target/release/klartext")
    parser.add_argument("--symspell")
    parser.add_argument("--words")
    parser.add_argument("--jamspell")
    parser.add_argument("--json")
    args = parser.parse_args()
    chosen = [page for page in pages.read(args.pairs) if page["eng_cer"] <= MOST]
    read = {engine: [page[engine] for page in chosen] for engine in ("eng", "swe")}
    rows = [("English OCR as it came", read["eng"], read["eng"])]
    for name, mend in peers(args):
        print(name, file=sys.stderr)
        rows.append((f"{name} on the English OCR", read["eng"], mend(read["eng"])))
    rows.append(("Tesseract's Swedish model on the same images", read["swe"], read["swe"]))
    rows.append(("klartext on the Swedish OCR", read["swe"], pages.klartext(args.klartext, read["swe"])))
    table(chosen, rows, args.json)


def table(chosen, rows, path):
    """Prints the figures, and writes them as JSON where a path is given."""
    results = []
    print("| | part | pages | WER / CER % | the same without `§` | fixed % | damage / 10,000 |")
    print("|---|---|---|---|---|---|---|")
    for name, before, after in rows:
        for part in sorted({pages.part(page) for page in chosen}):
            of_part = [i for i, page in enumerate(chosen) if pages.part(page) == part]
            pick = lambda items: [items[i] for i in of_part]
            s = pages.score(pick(chosen), pick(before), pick(after))
            results.append({"name": name, "part": part, **s})
            mended = before is not after
            print(
                f"| {name} | `{part}` | {s['pages']} | {100 * s['wer']:.2f} / {100 * s['cer']:.2f} "
                f"| {100 * s['wer_unsigned']:.2f} / {100 * s['cer_unsigned']:.2f} "
                f"| {format(100 * s['fixed'], '.1f') if mended else '–'} "
                f"| {format(s['damage'], '.1f') if mended else '–'} |"
            )
    if path:
        with open(path, "w", encoding="utf-8") as file:
            json.dump(results, file, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
