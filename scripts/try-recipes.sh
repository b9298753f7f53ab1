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
gitops="locust==2.47.0 python-hcl2==8.1.4"
checkers="nox==2026.10.20 pre-commit==4.7.0"
cache=$(dirname "$(dirname "$python")")/recipes
scratch=$(mktemp -d)
service=""
stop() { [ -z "$service" ] || { kill "$service" 2>/dev/null; wait "$service" 2>/dev/null; } || true; service=""; }
trap 'stop; rm -rf "$scratch"' EXIT
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

# The service of a project that has a model, for what follows.
free_port() { node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'; }
wait_for() {
  for _ in $(seq 1 100); do
    if curl --silent --fail --output /dev/null "$1"; then return; fi
    kill -0 "$service" 2>/dev/null || { cat "$scratch/service.log"; fail 'the service stopped by itself'; }
    sleep 0.2
  done
  fail "no answer from $1"
}
cp -R "$project" "$scratch/trained"
cd "$scratch/trained"
mkdir -p models metrics
for step in data train; do env PYTHONPATH=src "$python" -m "project.$step" > /dev/null; done

say 'recipe gitops: overlays, Argo CD, Terraform, load test'
cp -R "$scratch/trained" "$scratch/gitops"
cd "$scratch/gitops"
node "$root/scripts/take-recipe.ts" "$root/docs/recipes/gitops.md" . > /dev/null
cp tests/example_request.json deploy/overlays/perf/
"$python" -m ruff check deploy
"$python" -m ruff format --check deploy
if command -v kubectl > /dev/null; then
  for stage in dev perf live; do kubectl kustomize "deploy/overlays/$stage" > "$scratch/$stage.yaml"; done
  node "$root/scripts/try-gitops.ts" . "$scratch"
  sed -i 's|path: /spec/template|path: /spec/tmeplate|' deploy/overlays/live/kustomization.yaml
  must_refuse 'tmeplate' kubectl kustomize deploy/overlays/live
else
  set_aside 'the overlays' kubectl
fi
if command -v terraform > /dev/null; then
  parses() { TF_CLI_CONFIG_FILE=/dev/null CHECKPOINT_DISABLE=1 terraform -chdir=deploy/terraform fmt -check -diff; }
  parses && echo 'terraform fmt: as it should be'
else
  set_aside 'terraform fmt' terraform
fi
# shellcheck disable=SC2086 # two packages
if install "$(echo "$gitops" | tr ' ' '+')" sh -c "\"$python\" -m venv \"$cache/gitops\" && \"$cache/gitops/bin/pip\" --quiet install $gitops"; then
  read_hcl='import hcl2; found = hcl2.load(open("deploy/terraform/main.tf")); print("HCL:", *sorted(found)); assert len(found["resource"]) == 2'
  "$cache/gitops/bin/python" -c "$read_hcl"
  echo 'resource "x" {' >> deploy/terraform/main.tf
  must_refuse 'Unexpected token' "$cache/gitops/bin/python" -c "$read_hcl"
  port=$(free_port)
  env PYTHONPATH=src "$python" -m uvicorn project.api:app --host 127.0.0.1 --port "$port" > "$scratch/service.log" 2>&1 &
  service=$!
  wait_for "http://127.0.0.1:$port/health"
  load() { "$cache/gitops/bin/locust" --headless --only-summary --locustfile deploy/overlays/perf/locustfile.py --host "http://127.0.0.1:$port" --users 5 --spawn-rate 5 --run-time 5s; }
  P95_MS=20000 load > "$scratch/load.log" 2>&1 || { cat "$scratch/load.log"; fail 'the load test failed'; }
  grep 'load test passed' "$scratch/load.log"
  export P95_MS=0.01
  must_refuse 'load test failed' load
  unset P95_MS
  stop
  must_refuse 'load test failed' load
else
  set_aside 'the load test and HCL' "$gitops"
fi

say 'recipe vm-systemd: the unit, its ExecStart, an update, and one that does not answer'
mkdir "$scratch/vm" "$scratch/srv"
cd "$scratch/vm"
node "$root/scripts/take-recipe.ts" "$root/docs/recipes/vm-systemd.md" . > /dev/null
ln -s "$(dirname "$(dirname "$python")")" "$scratch/srv/venv"
port=$(free_port)
sed -e "s|/srv/predict|$scratch/srv|g" -e "s|--port 8000|--port $port|" deploy/predict.service > predict.service
cat > restart <<'RESTART'
#!/bin/sh
# What systemd does with the unit, as far as it can be done without it.
cd "$(dirname "$0")"
[ ! -f pid ] || kill "$(cat pid)" 2>/dev/null || true
of() { sed -n "s/^$1=//p" predict.service; }
cd "$(of WorkingDirectory)" || exit 1
unit=$OLDPWD/predict.service
# systemctl comes back when the old process has ended.
while curl --silent --output /dev/null "http://127.0.0.1:$(sed -n 's/^ExecStart=.*--port //p' "$unit")/"; do sleep 0.1; done
of() { sed -n "s/^$1=//p" "$unit"; }
# shellcheck disable=SC2046 # words of a unit
env -i PATH=/usr/bin:/bin $(of Environment) $(of ExecStart) > "$OLDPWD/service.log" 2>&1 &
echo $! > "$OLDPWD/pid"
RESTART
chmod +x restart
update() { ROOT="$scratch/srv" RESTART="$scratch/vm/restart" HEALTH="http://127.0.0.1:$port/health" sh deploy/update.sh "$@"; }
end_unit() { [ ! -f "$scratch/vm/pid" ] || kill "$(cat "$scratch/vm/pid")" 2>/dev/null || true; }
trap 'stop; end_unit; rm -rf "$scratch"' EXIT
update "$scratch/trained" 1.0.0 || { cat service.log; fail 'the first version does not answer'; }
must_refuse '1.0.0 is there already' update "$scratch/trained" 1.0.0
if command -v systemd-analyze > /dev/null; then
  systemd-analyze verify "$scratch/vm/predict.service"
  systemd-analyze security --offline=yes --threshold=40 "$scratch/vm/predict.service" | tail -n 1
  sed 's/^ExecStart=/ExecStart=nowhere /' predict.service > broken.service
  must_refuse 'nowhere' systemd-analyze verify "$scratch/vm/broken.service"
else
  set_aside 'the unit' systemd-analyze
fi
cp -R "$scratch/trained" "$scratch/untrained"
rm -r "$scratch/untrained/models"
must_refuse '1.1.0 does not answer: back to 1.0.0' update "$scratch/untrained" 1.1.0
curl --silent --fail "http://127.0.0.1:$port/health" > /dev/null || fail 'the version before did not come back'
cat "$scratch/refused.log"
end_unit

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
