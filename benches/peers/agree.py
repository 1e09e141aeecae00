#!/usr/bin/env python3
"""Whether `klartext eval repair` agrees with jiwer and difflib: agree.py PAIRS KLARTEXT

Repairs the pages with `klartext repair`, judges the outcome here, and compares every
figure of every group with the program's own. Exit code 1 where one differs in the
fourth decimal."""

import json
import subprocess
import sys

import pages

ENGINES = ["eng", "swe", "gold"]
MOST = 0.15


def main(path, binary):
    command = [binary, "eval", "repair", "--gold", path, "--engine", ",".join(ENGINES), "--json"]
    report = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    chosen = [page for page in pages.read(path) if page["eng_cer"] <= MOST]
    repaired = {e: pages.klartext(binary, [page[e] for page in chosen]) for e in ENGINES}
    compared = differing = 0
    for group in report["groups"]:
        engine = group["engine"]
        rows = [
            (page, text)
            for page, text in zip(chosen, repaired[engine])
            if group["part"] in (None, pages.part(page)) and group["level"] in (None, page["level"])
        ]
        own = pages.score([r[0] for r in rows], [r[0][engine] for r in rows], [r[1] for r in rows])
        unsigned = group["without_section_signs"]["after"]
        for name, ours, theirs in [
            ("CER before", group["before"]["cer"], own["cer_before"]),
            ("WER before", group["before"]["wer"], own["wer_before"]),
            ("CER after", group["after"]["cer"], own["cer"]),
            ("WER after", group["after"]["wer"], own["wer"]),
            ("fixed", group["share_fixed"] or 0.0, own["fixed"]),
            ("damage", group["damage"], own["damage"]),
            ("words", group["before"]["words"], own["words"]),
        ]:
            compared += 1
            if round(ours, 4) != round(theirs, 4):
                differing += 1
                print("differs:", engine, group["part"], group["level"], name, ours, theirs)
        # Smallest edit scripts are not unique: what stands for a sign may be another
        # word here, so that these are close and need not be equal.
        compared += 1
        if abs(unsigned["wer"] - own["wer_unsigned"]) > 2e-3:
            differing += 1
            print("differs:", engine, group["part"], group["level"], "WER without signs", unsigned["wer"], own["wer_unsigned"])
    print(f"{compared} figures compared, {differing} differ (jiwer, difflib)")
    return differing > 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
