#!/usr/bin/env bash
# Measures what docs/PERFORMANCE.md states: docs/performance.sh [COUNT [RUNS]]
#
# Builds the program, makes COUNT one-page documents (20,000) from the fixtures, each with fresh OCR
# noise, and converts them RUNS times (3), in turn with the floor: a program that reads every document and
# writes as many bytes under the same names. Every run begins with a cold program and ends with the last
# rename. Needs GNU time; the machine should have nothing else to do.
set -euo pipefail
cd "$(dirname "$0")/.."
count=${1:-20000}
runs=${2:-3}
[ -n "${PREBUILT:-}" ] || cargo build --release --bin klartext --example pages --example floor
program=target/release/klartext
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
target/release/examples/pages fixtures "$work/in" "$count"

# timed NAME COMMAND…: one line with seconds of wall and processor time, all processes together.
timed() {
  local name=$1
  shift
  /usr/bin/time -o "$work/time" -f '%e %U %S' "$@" > "$work/said" 2>&1 || { cat "$work/said"; exit 1; }
  awk -v name="$name" -v count="$count" '{
    printf "%-34s %8.2f s wall %8.2f s processor %8.0f documents/s\n", name, $1, $2 + $3, count / $1
  }' "$work/time"
}

# The memory of a process and its children in MB, shared pages counted once, at most.
peak() {
  local most=0 now
  while kill -0 "$1" 2> /dev/null; do
    now=$(for process in "$1" $(pgrep -P "$1"); do cat "/proc/$process/smaps_rollup" 2> /dev/null || true; done \
      | awk '/^Pss:/ { sum += $2 } END { printf "%d", sum / 1024 }')
    [ "$now" -le "$most" ] || most=$now
    sleep 0.2
  done
  echo "$most"
}

for run in $(seq "$runs"); do
  echo "run $run"
  for threads in 1 2; do
    rm -rf "$work/out" "$work/floor"
    timed "convert, $threads threads" "$program" convert "$work/in" -o "$work/out" -q -j "$threads"
    timed "floor, $threads threads" target/release/examples/floor "$work/in" "$work/out" "$work/floor" "$threads"
    rm -rf "$work/out"
    timed "no worker processes, $threads threads" "$program" convert "$work/in" -o "$work/out" -q -j "$threads" --in-process
  done
  timed "convert again, nothing to do" "$program" convert "$work/in" -o "$work/out" -q -j 2
done

rm -rf "$work/out"
"$program" convert "$work/in" -o "$work/out" -q -j 2 &
echo "peak memory, all processes: $(peak $!) MB"
wait
