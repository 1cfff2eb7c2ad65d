#!/usr/bin/env bash
# Fetches what the image installs into deploy/wheelhouse, by locked hash, for a build that reaches no package index.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
rm -rf deploy/wheelhouse
for lock in runtime build; do
    "$python" -m pip download --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
        --dest deploy/wheelhouse -r "requirements/$lock.txt"
done
