#!/usr/bin/env bash
# restore.sh FILE: a backup into the empty database of DATABASE_URL, and its settings into .env.restored of this folder. The app
# must not run; afterwards put the settings in place and start it: it finds on GitHub what was sent after the backup.
set -euo pipefail
umask 077
file=${1:?name the backup}
: "${DATABASE_URL:?set DATABASE_URL}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar --extract --file "$file" --directory "$work"
tables=$(psql --no-psqlrc --tuples-only --no-align --command "select count(*) from pg_tables where schemaname = 'public'" "$DATABASE_URL")
[ "$tables" = 0 ] || { echo "the database is not empty: nothing was restored" >&2 && exit 1; }
pg_restore --exit-on-error --single-transaction --no-owner --dbname "$DATABASE_URL" "$work/practicum.dump"
[ ! -f "$work/env" ] || cp "$work/env" .env.restored
[ ! -f "$work/private-key.pem" ] || cp "$work/private-key.pem" private-key.restored.pem
echo "restored; now: settings into .env, then practicum migrate, doctor, serve, status"
