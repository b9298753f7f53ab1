#!/bin/sh
# Every workflow and action of the product and of its templates, under the linters that others use: actionlint, which
# calls shellcheck where that is, and zizmor. What cannot be installed here is set aside, by name; what is found fails.
set -eu
cd "$(dirname "$0")/.."
actionlint_version=v1.7.12
zizmor_version=1.32.0
tools="${XDG_CACHE_HOME:-$HOME/.cache}/practicum/linters"
files=$(git ls-files --cached --others --exclude-standard | grep -E '(^|/)(\.github/workflows/[^/]+|action)\.ya?ml$')
workflows=$(printf '%s\n' "$files" | grep '/workflows/')
mkdir -p "$tools"

actionlint="$tools/actionlint-$actionlint_version"
if [ ! -x "$actionlint" ] && command -v go >/dev/null; then
  if GOBIN="$tools" timeout 900 go install "github.com/rhysd/actionlint/cmd/actionlint@$actionlint_version" 2>"$tools/go.log"; then
    mv "$tools/actionlint" "$actionlint"
  else
    tail -n 2 "$tools/go.log"
  fi
fi
if [ -x "$actionlint" ]; then
  printf '%s\n' "$workflows" | xargs "$actionlint"
  echo "actionlint $actionlint_version: $(printf '%s\n' "$workflows" | wc -l) workflows, nothing found"
else
  echo 'set aside: actionlint, which needs Go and its module proxy'
fi

zizmor="$tools/zizmor-$zizmor_version"
if [ ! -x "$zizmor/bin/zizmor" ]; then
  python3 -m venv "$zizmor" || true
  timeout 300 "$zizmor/bin/pip" install --quiet --disable-pip-version-check "zizmor==$zizmor_version" || rm -rf "$zizmor"
fi
if [ -x "$zizmor/bin/zizmor" ]; then
  printf '%s\n.github/dependabot.yml\n' "$files" | xargs "$zizmor/bin/zizmor" --offline --no-progress --quiet
  echo "zizmor $zizmor_version: $(printf '%s\n' "$files" | wc -l) files, nothing found"
else
  echo 'set aside: zizmor, which needs Python and its package index'
fi
