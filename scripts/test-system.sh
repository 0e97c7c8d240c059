#!/usr/bin/env bash
# What the tests need from the system and pip and npm cannot bring: a browser, fonts for what it draws, a PostgreSQL
# server to run for a while. Missing parts are installed by apt as root; anybody else is told the command to run.
set -euo pipefail

missing=()
# Without windows it draws the same, on half the machine; a whole one does as well.
command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || missing+=(chromium-headless-shell)
# dpkg rather than fc-list: fontconfig itself may be missing.
dpkg-query --show --showformat='${db:Status-Status}' fonts-noto-cjk 2>/dev/null | grep -qx installed \
    || compgen -G '/usr/share/fonts/*/noto*/NotoSansCJK*' >/dev/null \
    || missing+=(fonts-noto-cjk)
# The driver of the browser brings a node of its own, which wants this library; Debian's packages do not bring it along.
/sbin/ldconfig -p | grep 'libatomic\.so\.1' >/dev/null || missing+=(libatomic1)
"$(dirname "$0")/postgres.sh" --bindir >/dev/null 2>&1 || missing+=(postgresql)

if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "The tests need these parts of the system: ${missing[*]}. Run this, then 'make test' again:" >&2
    echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 2
fi

echo "Installing for the tests: ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -q >&2
apt-get install -q -y --no-install-recommends "${missing[@]}" >&2
