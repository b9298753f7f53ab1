#!/usr/bin/env bash
# Puts the command `practicum` into the dev container: one file of the release, compared with its checksum. It runs the
# pipeline as the course does (`practicum pipeline run`). Nothing else here needs it.
set -euo pipefail
release=https://github.com/practicum/practicum/releases/latest/download
folder=$(mktemp -d)
cd "$folder"
curl --fail --silent --show-error --location --retry 3 --remote-name "$release/practicum.cjs"
curl --fail --silent --show-error --location --retry 3 --remote-name "$release/practicum.cjs.sha256"
sha256sum --check --quiet practicum.cjs.sha256
if ! command -v node >/dev/null; then
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends nodejs >/dev/null
fi
install -m 755 practicum.cjs /usr/local/bin/practicum
practicum pipeline --help >/dev/null
echo "practicum is in place: practicum pipeline run"
