#!/usr/bin/env bash
# Debian's Chromium for the console's tests: installed where that may be done, and said loudly where it may not.
set -euo pipefail
command -v chromium >/dev/null && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    { timeout 300 apt-get update -qq && timeout 900 apt-get install -y -qq --no-install-recommends chromium; } >/dev/null || true
fi
if ! command -v chromium >/dev/null; then
    echo "############################################################################" >&2
    echo "# WARNING: there is no chromium here and it could not be installed.         #" >&2
    echo "# The console's browser tests are skipped: nothing is known of the screens. #" >&2
    echo "############################################################################" >&2
fi
