#!/bin/sh
# Puts the slices together in the order of their names: one header, then the rows of each. Before the first release
# there is none, and the sample stands in.
set -eu
mkdir -p data/processed
set -- data/incoming/*.csv
[ -e "$1" ] || set -- data/sample.csv
awk '
  { sub(/\r$/, "") }
  FNR == 1 { if (NR == 1) { header = $0; print } else if ($0 != header) { print FILENAME ": another header: " $0 > "/dev/stderr"; exit 1 } next }
  $0 != "" { print }
' "$@" > data/processed/dataset.csv
echo "prepare: $(($(wc -l < data/processed/dataset.csv) - 1)) rows from $*"
