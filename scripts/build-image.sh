#!/usr/bin/env bash
# Builds the image where no registry of images can be reached: on a base of Debian's own packages and this checkout's Node.
# usage: scripts/build-image.sh NAME    needs buildah, mmdebstrap, npm; as root, without a daemon. Prints the image's id.
set -euo pipefail
name=${1:?usage: scripts/build-image.sh NAME}
cd "$(dirname "$0")/.."
base=localhost/practicum-base
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=${STORAGE_DRIVER:-vfs}

if ! buildah inspect --type image "$base" >/dev/null 2>&1; then
  # This machine's own sources of packages, and what it trusts.
  mapfile -t sources < <(ls /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null)
  # shellcheck source=/dev/null
  mmdebstrap --quiet --variant=minbase --include=ca-certificates "$(. /etc/os-release && echo "$VERSION_CODENAME")" \
    "$work/root.tar" "${sources[@]}"
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$work/root.tar" / >/dev/null
  buildah copy --quiet "$container" node_modules/node/bin/node /usr/local/bin/node >/dev/null
  buildah copy --quiet "$container" "$(npm root -g)/npm" /usr/local/lib/node_modules/npm >/dev/null
  buildah run "$container" -- ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
  buildah commit --quiet --rm "$container" "$base" >/dev/null
fi

# What reaches a package registry here reaches it in the build; none of it stays in the image.
cat "$(npm config get userconfig)" >"$work/npmrc" 2>/dev/null || true
echo 'cafile=/etc/ssl/certs/ca-certificates.crt' >>"$work/npmrc"
buildah build --quiet --format docker --build-arg "NODE=$base" --volume /etc/ssl/certs:/etc/ssl/certs:ro \
  --volume "$work/npmrc:/root/.npmrc:ro" --tag "$name" .
