#!/usr/bin/env bash
# backup.sh FOLDER: the database and the settings into a new file below FOLDER, closed to everybody else. Needs pg_dump of the
# server's version, DATABASE_URL, and to be run where .env is.
set -euo pipefail
umask 077
folder=${1:?name the folder that backups go into}
: "${DATABASE_URL:?set DATABASE_URL}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# One moment of the database: pg_dump reads in a single snapshot while the app goes on.
pg_dump --format=custom --no-owner --file "$work/practicum.dump" "$DATABASE_URL"
[ ! -f .env ] || cp .env "$work/env"
key=${PRIVATE_KEY_PATH:-}
[ -z "$key" ] || cp "$key" "$work/private-key.pem"
mkdir -p "$folder"
file="$folder/practicum-$(date -u +%Y%m%dT%H%M%SZ).tar"
tar --create --file "$file.part" --directory "$work" .
mv "$file.part" "$file"
echo "$file"
