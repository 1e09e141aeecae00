#!/usr/bin/env bash
# Drives `klartext review` in a real, headless Chromium. Takes the program's path.
# SHOTS=DIR keeps screenshots there.
set -euo pipefail
program=$(realpath "${1:?the path of the program}")
cd "$(dirname "$0")"
npm install --silent --no-audit --no-fund --no-package-lock
exec node review.mjs "$program"
