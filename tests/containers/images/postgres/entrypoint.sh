#!/bin/sh
# What the official image's entrypoint does, as far as compose.yaml asks for it.
set -eu
[ "${1:-}" = postgres ] && shift
data=/var/lib/postgresql/18/docker
if [ ! -s "$data/PG_VERSION" ]; then
    mkdir -p "$data"
    chown -R postgres "$data"
    printf '%s' "$POSTGRES_PASSWORD" > /run/password
    chown postgres /run/password
    setpriv --reuid=postgres --regid=postgres --clear-groups initdb -D "$data" -U "$POSTGRES_USER" --pwfile=/run/password \
        --auth-host=scram-sha-256 --auth-local=trust ${POSTGRES_INITDB_ARGS:-}
    rm /run/password
    echo "host all all all scram-sha-256" >> "$data/pg_hba.conf"
    setpriv --reuid=postgres --regid=postgres --clear-groups pg_ctl -D "$data" -w -o "-c listen_addresses=''" start
    setpriv --reuid=postgres --regid=postgres --clear-groups psql -U "$POSTGRES_USER" -d postgres -c "CREATE DATABASE $POSTGRES_DB"
    setpriv --reuid=postgres --regid=postgres --clear-groups pg_ctl -D "$data" -w stop
fi
exec setpriv --reuid=postgres --regid=postgres --clear-groups postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/tmp "$@"
