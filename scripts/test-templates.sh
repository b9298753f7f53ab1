#!/bin/sh
# Tries the student templates as a student would: installs what they pin, runs their tests, lint and pipeline, starts
# their service and asks it. The installed packages are kept in the cache folder, named after what they were made from.
#   scripts/test-templates.sh             with the pinned wheels (needs PyPI the first time)
#   scripts/test-templates.sh --tools     installs alone, and prints the folder of a uv that serves the same wheels
#   PYTHON=/usr/bin/python3 scripts/test-templates.sh    with the packages that this Python already has
# Then test/long: a student's way through the course, and a change of the template, in the sandbox.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
student="$root/templates/student"
scratch=$(mktemp -d)
service=""
clean_up() {
  [ -z "$service" ] || kill "$service" 2>/dev/null || true
  rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 1' INT TERM
say() { printf '\n== %s\n' "$*"; }
fail() { printf 'test-templates: %s\n' "$*" >&2; exit 1; }

find_python() {
  for name in python3.13 python3.12 python3.11 python3; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then command -v "$name"; return; fi
  done
  fail 'no Python 3.11 or newer here'
}

# Puts the path of a Python with everything that the template pins into $python, and a folder with uv into $tools.
install_pinned() {
  uv=uv==0.13.9
  base=$(find_python)
  name=$({ cat "$student/requirements-dev.txt"; echo "$uv"; "$base" --version; } | sha256sum | cut -c1-16)
  venv="${XDG_CACHE_HOME:-$HOME/.cache}/practicum/templates-$name"
  if [ ! -f "$venv/complete" ]; then
    say "install what the template pins ($base)"
    rm -rf "$venv"
    mkdir -p "$(dirname "$venv")"
    "$base" -m venv "$venv"
    pip() { "$venv/bin/python3" -m pip --quiet --disable-pip-version-check "$@" || fail 'the pinned packages could not be installed'; }
    pip download --require-hashes --dest "$venv/wheels" -r "$student/requirements-dev.txt"
    pip install --require-hashes --no-index --find-links "$venv/wheels" -r "$student/requirements-dev.txt"
    pip install "$uv"
    mkdir "$venv/tools"
    write_uv > "$venv/tools/uv"
    chmod +x "$venv/tools/uv"
    touch "$venv/complete"
  fi
  python="$venv/bin/python3"
  tools="$venv/tools"
}

# What a job of the course finds after `astral-sh/setup-uv`: it asks nobody, and installs in a moment.
write_uv() {
  cat <<UV
#!/bin/sh
[ "\$1" = pip ] || export UV_PYTHON="$base"
UV_CACHE_DIR="$venv/uv-cache" UV_FIND_LINKS="$venv/wheels" UV_NO_INDEX=1 UV_OFFLINE=1 UV_LINK_MODE=symlink exec "$venv/bin/uv" "\$@"
UV
}

wait_for() {
  for _ in $(seq 1 100); do
    if curl --silent --fail --output /dev/null "$1"; then return; fi
    kill -0 "$service" 2>/dev/null || fail 'the service stopped by itself'
    sleep 0.2
  done
  fail "no answer from $1"
}

# probe URL COMMAND...: starts the service, asks it everything that the course asks, stops it.
probe() {
  url=$1
  shift
  "$@" > "$scratch/service.log" 2>&1 &
  service=$!
  wait_for "$url/health"
  node "$root/scripts/probe-service.ts" "$url" tests/example_request.json "$root/templates/student/data/incoming/release-0.csv" || { cat "$scratch/service.log"; fail 'the service broke its contract'; }
}

stop() { kill "$service"; wait "$service" 2>/dev/null || true; service=""; }

# Twice: the second run must keep every task.
run_pipeline() {
  node "$root/src/main.ts" pipeline check pipeline.yml || fail 'pipeline.yml is not accepted'
  node "$root/src/main.ts" pipeline run pipeline.yml || fail 'the pipeline failed'
  cat metrics/scores.json
  node "$root/src/main.ts" pipeline run pipeline.yml > "$scratch/second.log" || { cat "$scratch/second.log"; fail 'the second run failed'; }
  if grep -E '^[1-9][0-9]* : [^:]+ - .* : outputs - ' "$scratch/second.log"; then fail 'the second run did not keep these tasks'; fi
  echo "second run: $(grep -c ' : kept - ' "$scratch/second.log") tasks kept"
}

PATH="$root/node_modules/.bin:$PATH"
export PATH PYTHONDONTWRITEBYTECODE=1
free_port() { node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'; }

if [ "${1:-}" = --tools ]; then
  install_pinned >&2
  echo "$tools"
  exit 0
fi
if [ -n "${PYTHON:-}" ]; then
  python=$PYTHON
  "$python" -c 'import fastapi, sklearn, pandas, pytest, jwt, cryptography, loguru' || fail "$python lacks what the template needs"
  mkdir "$scratch/bin" && ln -s "$(command -v "$python")" "$scratch/bin/python3"
  PATH="$scratch/bin:$PATH"
else
  install_pinned
  bare_path=$PATH
  PATH="$venv/bin:$PATH"
fi

cp -R "$student" "$scratch/student"
cd "$scratch/student"
say 'templates/student: tests'
if [ -n "${PYTHON:-}" ]; then "$python" -m pytest -p no:cacheprovider; else "$python" -m pytest -W error --cov; fi
if "$python" -m ruff --version >/dev/null 2>&1; then
  say 'templates/student: lint and format'
  "$python" -m ruff check .
  "$python" -m ruff format --check .
fi
say 'templates/student: pipeline'
run_pipeline
say 'templates/student: the three releases of templates/course, one after the other'
node "$root/src/main.ts" slice "$root/templates/course/challenges/weather" --out "$scratch/slices" > /dev/null
for slice in "$scratch"/slices/data/incoming/*.csv; do
  cp "$slice" data/incoming/
  node "$root/src/main.ts" pipeline run pipeline.yml > "$scratch/release.log" || { cat "$scratch/release.log"; fail "the pipeline failed on $(basename "$slice")"; }
  echo "$(basename "$slice"): $(tr -d '\n' < metrics/scores.json)"
done
say 'templates/student: service'
port=$(free_port)
export PYTHONPATH="src${PYTHONPATH:+:$PYTHONPATH}"
probe "http://127.0.0.1:$port" "$python" -m uvicorn project.api:app --host 127.0.0.1 --port "$port"
"$python" -m project.versions --tag api-1.0.0 --image 1.0.0 --url "http://127.0.0.1:$port"
stop
say 'templates/student: service with PREDICT_JWT_SECRET'
port=$(free_port)
secret=$(head -c 48 /dev/urandom | base64)
PREDICT_JWT_SECRET=$secret PREDICT_PROBE_KEY=$(node "$root/scripts/probe-locked.ts" --key) \
  "$python" -m uvicorn project.api:app --host 127.0.0.1 --port "$port" > "$scratch/service.log" 2>&1 &
service=$!
wait_for "http://127.0.0.1:$port/health"
token=$(PREDICT_JWT_SECRET=$secret "$python" -m project.auth --subject tester)
node "$root/scripts/probe-locked.ts" "http://127.0.0.1:$port" tests/example_request.json "$token" || { cat "$scratch/service.log"; fail 'the lock does not hold'; }
stop
if PREDICT_JWT_SECRET='' "$python" -m uvicorn project.api:app --port "$port" > "$scratch/service.log" 2>&1; then fail 'an empty secret opened the service'; fi
grep -q 'needs 32 bytes' "$scratch/service.log" || fail 'it was not said that the secret is empty'

# fits NAME FILE: what `practicum new` writes for other data, over the template as it is.
fits() {
  say "templates/student: on $1, made by practicum new"
  node "$root/src/main.ts" new "$2" --out "$scratch/$1-course" --name "$1" --timezone UTC > /dev/null || fail "practicum new refused $1"
  cp -R "$student" "$scratch/student-$1"
  cp -R "$scratch/$1-course/challenges/$1/student/." "$scratch/student-$1"
  cd "$scratch/student-$1"
  "$python" -m pytest -p no:cacheprovider
  node "$root/src/main.ts" slice "$scratch/$1-course/challenges/$1" --out "$scratch/$1-slices" > /dev/null
  for slice in "$scratch/$1-slices"/data/incoming/*; do
    cp "$slice" data/incoming/
    node "$root/src/main.ts" pipeline run pipeline.yml > "$scratch/release.log" || { cat "$scratch/release.log"; fail "the pipeline failed on $(basename "$slice")"; }
    echo "$(basename "$slice"): $(tr -d '\n' < metrics/scores.json)"
  done
}
fits passengers "$root/test/cases/new/passengers.csv"
fits bicycles "$root/test/cases/new/bicycles.csv"

library="$root/templates/pipeline-library"
say 'templates/pipeline-library: tests'
(cd "$library" && PYTHONPATH=src "$python" -m unittest discover -s tests) || fail 'the pipeline library failed its tests'
if "$python" -m ruff --version >/dev/null 2>&1; then
  (cd "$library" && "$python" -m ruff check . && "$python" -m ruff format --check .)
fi
cp -R "$library/examples" "$scratch/examples"
cd "$scratch/examples"
PYTHONPATH="$library/src${PYTHONPATH:+:$PYTHONPATH}"
export PYTHONPATH
# example FILE DATASET ROWS: defines, checks and runs a published example on drawn data.
example() {
  say "templates/pipeline-library: $1"
  "$python" make_data.py "$2" --rows "$3"
  "$python" "$1"
  node "$root/src/main.ts" pipeline check pipeline.yml || fail "$1 is not accepted"
  node "$root/src/main.ts" pipeline run pipeline.yml > "$scratch/example.log" || { cat "$scratch/example.log"; fail "$1 failed"; }
  tr -d '\n' < metrics/scores.json; echo
}
for model in lr dt; do
  example "adult_income_$model.py" adult_income 600
  example "credit_card_$model.py" credit_card 600
done
for model in rf svm; do
  example "unsw_nb15_$model.py" UNSW_NB15 600
  example "kddcup99_$model.py" kddcup99 600
done
example mnist_nn.py MNIST 300
if "$python" -c 'import keras' 2>/dev/null; then
  example cifar_10_cnn.py CIFAR_10 100
else
  echo 'cifar_10_cnn.py: set aside, for want of keras'
fi

cp -R "$root/templates/rehearsal-student" "$scratch/rehearsal"
cd "$scratch/rehearsal"
say 'templates/rehearsal-student: pipeline'
run_pipeline
say 'templates/rehearsal-student: service'
port=$(free_port)
probe "http://127.0.0.1:$port" env PORT="$port" node steps/serve.mjs
stop
[ -n "${PYTHON:-}" ] || {
  cd "$root"
  PYTHONPATH='' scripts/try-recipes.sh "$python" "$student"
  say 'templates in a course: a new student, and a hundred repositories'
  PATH="$bare_path" node node_modules/vitest/vitest.mjs run --config vitest.templates.config.ts
}
say 'templates: all good'
