#!/usr/bin/env bash
# Writes the repair tables of docs/QUALITY.md anew: docs/quality.sh PAIRS [KLARTEXT]
set -euo pipefail
cd "$(dirname "$0")"
pairs=${1:?usage: docs/quality.sh PAIRS [KLARTEXT]}
klartext=${2:-../target/release/klartext}
tables=$(mktemp)
trap 'rm -f "$tables" "$tables.new"' EXIT
"$klartext" eval repair --gold "$pairs" --engine eng,swe,gold --markdown >"$tables"
awk -v tables="$tables" '
  /<!-- repair: end -->/ { inside = 0 }
  !inside { print }
  /<!-- repair: begin -->/ { inside = 1; while ((getline line < tables) > 0) print line }
' QUALITY.md >"$tables.new"
cat "$tables.new" >QUALITY.md
