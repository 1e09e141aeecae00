#!/usr/bin/env bash
# Repeats the commands of docs/SCALE.md on the shipped documents and compares the records
# with those of `klartext convert`. Usage: tests/scale.sh [PROGRAM]
#
# Needs GNU parallel; for Spark, Java and a Python that finds pyspark (PYTHON names it).
# What is missing is named and left out, unless SCALE_ALL=1 makes that an error.
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "${1:-target/release/klartext}")
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$program" "$work/bin/klartext"
export PATH="$work/bin:$PATH"

same() {
  cmp "$work/one.ndjson" "$1"
  echo "same records: $2"
}
missing() {
  echo "LEFT OUT: $1"
  [ "${SCALE_ALL:-0}" != 1 ]
}

find fixtures -name 'eng.txt' -o -name 'swe.txt' | sort > "$work/list.txt"
klartext convert --files-from "$work/list.txt" > "$work/one.ndjson"
[ "$(wc -l < "$work/one.ndjson")" = "$(wc -l < "$work/list.txt")" ]

requests() { sed 's/.*/{"path": "&"}/' "$work/list.txt"; }
requests | klartext stream > "$work/stream.ndjson"
same "$work/stream.ndjson" "klartext stream"

if command -v parallel > /dev/null; then
  requests | parallel --will-cite --pipe -N 3 -k -j 2 klartext stream -j 1 > "$work/parallel.ndjson"
  same "$work/parallel.ndjson" "GNU parallel"
else
  missing "GNU parallel (Debian package parallel)"
fi

split -n l/4 --numeric-suffixes=1 -a 1 "$work/list.txt" "$work/list."
for SLURM_ARRAY_TASK_ID in 1 2 3 4; do
  klartext convert --files-from "$work/list.$SLURM_ARRAY_TASK_ID" -o "$work/json/$SLURM_ARRAY_TASK_ID" \
    -j "${SLURM_CPUS_PER_TASK:-1}" --ndjson
done
while read -r path; do cat "$work"/json/*/"$path.json"; done < "$work/list.txt" > "$work/slurm.ndjson"
same "$work/slurm.ndjson" "array job"

if command -v java > /dev/null && "$python" -c 'import pyspark' 2> /dev/null; then
  cat > "$work/job.py" <<'PYTHON'
import json, os, sys
from pyspark.sql import SparkSession

work = sys.argv[1]
spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
spark.sparkContext.setLogLevel("ERROR")
paths = spark.sparkContext.textFile(f"{work}/list.txt", minPartitions=4)
requests = paths.map(lambda path: json.dumps({"path": path}))
records = requests.pipe("klartext stream -j 1", env=dict(os.environ))
records.saveAsTextFile(f"{work}/records")

rows = spark.createDataFrame([(1, "far 1 uppdrag"), (2, "Beslut")], ["key", "text"])
requests = rows.rdd.map(lambda row: json.dumps({"id": row.key, "text": row.text}))
records = spark.read.json(requests.pipe("klartext stream -j 1 --plain", env=dict(os.environ)))
read = {row.id: row.text for row in records.select("source.id", "text").collect()}
assert set(read) == {1, 2} and read[2] == "Beslut", read
PYTHON
  SPARK_LOCAL_IP=127.0.0.1 PYSPARK_PYTHON=$python "$python" "$work/job.py" "$work" 2> "$work/spark.log" \
    || { tail -30 "$work/spark.log"; exit 1; }
  cat "$work"/records/part-* > "$work/spark.ndjson"
  same "$work/spark.ndjson" "Spark"
else
  missing "Spark (Java, and pip install pyspark)"
fi
