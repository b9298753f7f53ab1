#!/bin/sh
# Runs recipes as their pages say, on copies of a project: try-recipes.sh PYTHON PROJECT. PYTHON has what the template
# pins. Their tools are installed beside it; where that fails they are set aside, and named.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
python=$1
project=$(cd "$2" && pwd)
metaflow=metaflow==2.19.39
mlflow=mlflow==3.17.2
pynblint="pynblint==0.1.6 click==8.1.8"
checkers="nox==2026.10.20 pre-commit==4.7.0"
cache=$(dirname "$(dirname "$python")")/recipes
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM
say() { printf '\n== %s\n' "$*"; }
fail() { printf 'try-recipes: %s\n' "$*" >&2; exit 1; }
aside=""
set_aside() { aside="$aside $1"; say "set aside: $1 (needs $2, which could not be installed)"; }
must_refuse() {
  words=$1
  shift
  if "$@" > "$scratch/refused.log" 2>&1; then fail "this should have been refused: $words"; fi
  grep -q "$words" "$scratch/refused.log" || { cat "$scratch/refused.log"; fail "it was not said: $words"; }
}
PATH=$(dirname "$python"):$root/node_modules/.bin:$PATH
export PATH PYTHONDONTWRITEBYTECODE=1 METAFLOW_USER=student

# install NAME ARGUMENTS...: once for this Python and these versions.
install() {
  [ -f "$cache/$1.complete" ] && return
  mkdir -p "$cache"
  name=$1
  shift
  "$@" > "$scratch/install.log" 2>&1 || { tail -n 3 "$scratch/install.log"; return 1; }
  touch "$cache/$name.complete"
}

if install "$metaflow" "$python" -m pip --quiet install --target "$cache/metaflow" "$metaflow"; then
  say 'recipe metaflow: two workflows, chosen by the config'
  cp -R "$project" "$scratch/metaflow"
  cd "$scratch/metaflow"
  node "$root/scripts/take-recipe.ts" "$root/docs/recipes/metaflow.md" .
  "$python" -m ruff check .
  "$python" -m ruff format --check .
  flow() { env PYTHONPATH="src:$cache/metaflow" "$python" flow.py run --config "$1"; }
  for workflow in Forest Boosting; do
    settings=$([ "$workflow" = Forest ] && echo '{ n_estimators: 20 }' || echo '{ max_iter: 20 }')
    printf 'workflow_class: %s\nmodel_version: 1.2.0\nsettings: %s\n' "$workflow" "$settings" > chosen.yaml
    flow chosen.yaml > "$scratch/flow.log" 2>&1 || { cat "$scratch/flow.log"; fail "the workflow $workflow failed"; }
    grep -q '"model_version": "1.2.0"' models/metadata.json || fail 'metadata.json does not name the version of the config'
    read_back='from metaflow import Flow; print(Flow("Training").latest_run.data.workflow.__class__.__name__)'
    found=$(env PYTHONPATH="src:$cache/metaflow" "$python" -c "$read_back")
    [ "$found" = "$workflow" ] || fail "the latest run was made by $found, not by $workflow"
    echo "$workflow: $(tr -d '\n' < metrics/scores.json)"
  done
  sum=$(sha256sum models/model.joblib)
  echo 'workflow_class: Oracle' > chosen.yaml
  must_refuse 'Unknown workflow class: Oracle (known: Forest, Boosting)' flow chosen.yaml
  printf 'workflow_class: Forest\nsetings: {}\n' > chosen.yaml
  must_refuse "unknown keys \['setings'\]" flow chosen.yaml
  [ "$sum" = "$(sha256sum models/model.joblib)" ] || fail 'a refused config changed the model'
else
  set_aside metaflow "$metaflow"
fi

if install "$mlflow" sh -c "\"$python\" -m venv \"$cache/mlflow\" && \"$cache/mlflow/bin/pip\" --quiet install $mlflow"; then
  say 'recipe mlflow: its database says what the pipeline got'
  cp -R "$project" "$scratch/mlflow"
  cd "$scratch/mlflow"
  node "$root/scripts/take-recipe.ts" "$root/docs/recipes/mlflow.md" .
  "$python" -m ruff check .
  mkdir -p models metrics
  for step in data train evaluate; do env PYTHONPATH=src "$python" -m "project.$step" > /dev/null; done
  # MLflow has pins of its own: what the template pins stands behind them.
  site=$("$python" -c 'import site; print(site.getsitepackages()[0])')
  for _ in 1 2; do env PYTHONPATH="src:$site" "$cache/mlflow/bin/python" -m project.track 2> "$scratch/track.log" || { cat "$scratch/track.log"; fail 'track.py failed'; }; done
  read_runs="import { readFileSync } from 'node:fs';
    import { readMlflowDatabase } from '$root/src/aside/read-mlflow-database.ts';
    const { runs } = await readMlflowDatabase(new Uint8Array(readFileSync('mlflow.db')));
    const scores = JSON.parse(readFileSync('metrics/scores.json', 'utf8'));
    for (const { status, params, metrics } of runs) console.log(status, params > 2 && Object.keys(scores).every((name) => metrics.get(name) === scores[name]));"
  node --input-type=module --eval "$read_runs" > "$scratch/runs.txt"
  [ "$(sort "$scratch/runs.txt" | uniq -c | tr -s ' ')" = ' 2 FINISHED true' ] || { cat "$scratch/runs.txt"; fail 'the database of MLflow was not read as it was written'; }
  cat "$scratch/runs.txt"
else
  set_aside mlflow "$mlflow"
fi

# shellcheck disable=SC2086 # two packages
if install "$(echo "$pynblint" | tr ' ' '+')" sh -c "\"$python\" -m venv \"$cache/pynblint\" && \"$cache/pynblint/bin/pip\" --quiet install $pynblint"; then
  say 'recipe pynblint: its report, and the app without it'
  mkdir -p "$scratch/notebooks"
  cd "$scratch/notebooks"
  node "$root/scripts/try-notebooks.ts" make .
  for name in prices Untitled; do "$cache/pynblint/bin/pynblint" --quiet -o "$name.json" "$name.ipynb" 2> /dev/null; done
  node "$root/scripts/try-notebooks.ts" compare .
else
  set_aside pynblint "$pynblint"
fi

# shellcheck disable=SC2086 # two packages
if install "$(echo "$checkers" | tr ' ' '+')" sh -c "\"$python\" -m venv \"$cache/checkers\" && \"$cache/checkers/bin/pip\" --quiet install $checkers"; then
  say 'the template: nox (lint, integration) and pre-commit'
  cp -R "$project" "$scratch/checked"
  cd "$scratch/checked"
  unset PYTHONPATH
  wheels=$(dirname "$cache")/wheels
  [ ! -d "$wheels" ] || export PIP_NO_INDEX=1 PIP_FIND_LINKS="$wheels"
  "$cache/checkers/bin/nox" -s lint integration > "$scratch/nox.log" 2>&1 || { tail -n 40 "$scratch/nox.log"; fail 'nox failed'; }
  grep -E 'Session .* was successful|passed' "$scratch/nox.log"
  hooks() { "$cache/checkers/bin/pre-commit" run "$@"; }
  git init --quiet --initial-branch main .
  git config user.name student && git config user.email student@example.com
  git add . && git commit --quiet --no-verify --message 'As it came'
  hooks --all-files
  echo 'import os' >> src/project/features.py && git add src
  must_refuse 'ruff check.*Failed' hooks
  git reset --quiet --hard
  echo >> data/incoming/release-0.csv && git add data
  must_refuse 'slices are facts.*Failed' hooks
  git reset --quiet --hard
  mkdir -p models && echo x > models/model.joblib && git add --force models
  must_refuse 'made again by the pipeline' hooks
else
  set_aside 'nox and pre-commit' "$checkers"
fi
say "recipes: ${aside:+set aside:$aside; the others }all good"
