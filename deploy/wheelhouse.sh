#!/usr/bin/env bash
# Fetches what the image installs into deploy/wheelhouse, by locked hash, for a build that reaches no package index.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
# of the base image, not of the Python that runs this
version=${PYTHON_VERSION:-3.11}
rm -rf deploy/wheelhouse
for lock in runtime build; do
    "$python" -m pip download --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
        --python-version "$version" --dest deploy/wheelhouse -r "requirements/$lock.txt"
done
