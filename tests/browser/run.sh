#!/usr/bin/env bash
# Drives `klartext review` in a real, headless Chromium. Takes the program's path.
# SHOTS=DIR keeps screenshots there. `--install` only fetches what drives the browser.
set -euo pipefail
program=${1:?the path of the program, or --install}
[ "$program" = --install ] || program=$(realpath "$program")
cd "$(dirname "$0")"
npm install --silent --no-audit --no-fund --no-package-lock
[ "$program" != --install ] || exit 0
exec node review.mjs "$program"
