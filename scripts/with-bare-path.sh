#!/usr/bin/env bash
# with-bare-path.sh FOLDER COMMAND: runs a command in a folder as on a machine with git, Node and the base system alone.
set -euo pipefail
folder=$1
command=$2

# What .ci/run installs, or a developer's machine has besides: a test that needs one of these must say so.
extras='rclone|shellcheck|chromium.*|google-chrome.*|make|gmake|gcc.*|g\+\+.*|cc|c\+\+|python.*|pip.*|uv|uvx|go|gofmt|cargo|rustc|java.*|docker|buildah|psql|pg_.*|postgres|gh|act|actionlint|zizmor|dvc|promtool|systemd-analyze'

bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
for from in /bin /usr/bin; do
  for program in "$from"/*; do
    name=${program##*/}
    [[ $name =~ ^($extras)$ ]] || [ -e "$bin/$name" ] || ln -s "$program" "$bin/$name"
  done
done
for name in git node npm npx; do ln -sf "$(readlink -f "$(command -v $name)")" "$bin/$name"; done

cd "$folder"
# CI is kept: it says that processes share the machine, and tests are then tried again.
env -i PATH="$bin" HOME="$HOME" LANG=C.UTF-8 ${CI:+CI="$CI"} ${VITEST_FIGURES:+VITEST_FIGURES="$VITEST_FIGURES"} \
  ${npm_config_registry:+npm_config_registry="$npm_config_registry"} ${NODE_EXTRA_CA_CERTS:+NODE_EXTRA_CA_CERTS="$NODE_EXTRA_CA_CERTS"} \
  bash -c "$command"
