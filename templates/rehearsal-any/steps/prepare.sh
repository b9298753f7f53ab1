#!/bin/sh
# Everything that has arrived, in one file.
set -eu
mkdir -p data/processed
find data/incoming -type f ! -name .gitkeep | sort | while read -r file; do cat "$file"; done > data/processed/dataset.csv
