#!/usr/bin/env bash
# Writes the tables of repair in docs/QUALITY.md anew: docs/quality.sh PAIRS [KLARTEXT]
set -euo pipefail
cd "$(dirname "$0")"
pairs=${1:?usage: docs/quality.sh PAIRS [KLARTEXT]}
klartext=${2:-../target/release/klartext}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

measured() {
  "$klartext" eval repair --gold "$pairs" --engine eng,swe,gold --markdown "$@"
}

# put NAME: standard input between the markers of that name.
put() {
  cat >"$work/table"
  awk -v table="$work/table" -v name="$1" '
    $0 == "<!-- " name ": end -->" { inside = 0 }
    !inside { print }
    $0 == "<!-- " name ": begin -->" { inside = 1; while ((getline line < table) > 0) print line }
  ' QUALITY.md >"$work/new"
  cat "$work/new" >QUALITY.md
}

# row NAME: of the tables on standard input, each engine and part in one row.
row() {
  awk -F ' *[|] *' -v name="$1" '
    $4 == "all" && $3 != "all" && ($2 == "eng" || $2 == "swe") { row = row " | " $8 ", " $14 }
    $4 == "all" && $3 != "all" && $2 == "gold" { row = row " | " $14 }
    END { print "| " name row " |" }
  '
}

measured >"$work/all"
put repair <"$work/all"
{
  echo "| without | eng \`d\` | eng \`e\` | swe \`d\` | swe \`e\` | gold \`d\` | gold \`e\` |"
  echo "|---|---|---|---|---|---|---|"
  row nothing <"$work/all"
  for part in context channel compounds evidence; do
    measured --without "$part" | row "$part"
  done
} >"$work/ablation"
put ablation <"$work/ablation"
