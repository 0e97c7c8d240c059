#!/usr/bin/env bash
# Compile requirements/*.in into requirements/*.txt: every part pinned, with the hashes of its files and no address.
# Arguments go to uv: `scripts/lock.sh --upgrade` moves to the newest releases that the .in files allow.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
.venv/bin/python -m venv "$tools"
"$tools/bin/pip" --disable-pip-version-check --quiet install uv
for name in base test; do
    "$tools/bin/uv" pip compile --quiet --no-header --generate-hashes --no-emit-index-url --no-emit-find-links \
        --python-version 3.11 --python-platform x86_64-manylinux_2_36 "$@" \
        "requirements/$name.in" --output-file "requirements/$name.txt"
done
