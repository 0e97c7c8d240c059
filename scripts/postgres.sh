#!/usr/bin/env bash
# Run a command with DATABASE_URL naming a PostgreSQL server of its own, thrown away when the command ends.
#
#     scripts/postgres.sh COMMAND [ARGUMENT...]     run it; its exit code is this script's
#     scripts/postgres.sh --bindir                  say where the server's programs are, or fail
#
# The server listens on 127.0.0.1 on a free port, with a password made for this run. It forgets everything, so it
# need not wait for the disk. PostgreSQL refuses to run as root: then it runs as `postgres`, or else as nobody.
set -euo pipefail

bindir() {
    local candidate
    for candidate in "$(pg_config --bindir 2>/dev/null || true)" $(compgen -G '/usr/lib/postgresql/*/bin' | sort -rV) \
        "$(dirname "$(command -v initdb || echo /nowhere/initdb)")"; do
        # pg_config may belong to the client library alone.
        if [ -x "$candidate/initdb" ] && [ -x "$candidate/postgres" ]; then
            echo "$candidate"
            return 0
        fi
    done
    echo "No PostgreSQL server found. On Debian: apt-get install postgresql" >&2
    return 1
}

bin=$(bindir)
if [ "${1:-}" = --bindir ]; then
    echo "$bin"
    exit 0
fi
[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARGUMENT...] | --bindir" >&2; exit 2; }

here=$(mktemp -d)
as_owner() { (cd "$here" && "$@"); }
if [ "$(id -u)" -eq 0 ]; then
    owner=nobody
    ! getent passwd postgres >/dev/null || owner=postgres
    chown "$owner" "$here"
    as_owner() { (cd "$here" && setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups -- "$@"); }
fi

stop() {
    local code=$?
    trap - EXIT
    as_owner "$bin/pg_ctl" --pgdata="$here/data" --mode=immediate --silent stop >/dev/null 2>&1 || true
    rm -rf "$here"
    exit "$code"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
(umask 077 && printf '%s' "$password" >"$here/password")
[ "$(id -u)" -ne 0 ] || chown "$owner" "$here/password"
as_owner "$bin/initdb" --pgdata="$here/data" --username=yishiting --pwfile="$here/password" --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$here/initdb.log" 2>&1 || { cat "$here/initdb.log" >&2; exit 1; }

# Another process may take a free port before the server does, so try a few.
for _ in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    if as_owner "$bin/pg_ctl" --pgdata="$here/data" --log="$here/server.log" --silent --wait start -o "\
        -c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$here \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off \
        -c max_connections=250 -c shared_buffers=128MB -c timezone=UTC" >/dev/null 2>&1; then
        started=1
        break
    fi
done
[ -n "${started:-}" ] || { cat "$here/server.log" >&2; exit 1; }

PGPASSWORD=$password "$bin/createdb" --host=127.0.0.1 --port="$port" --username=yishiting yishiting
export DATABASE_URL="postgres://yishiting:$password@127.0.0.1:$port/yishiting"
set +e
"$@"
