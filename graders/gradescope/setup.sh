#!/usr/bin/env bash
# Runs once when Gradescope builds the autograder's image: Python 3.11 or newer and the libraries.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"

find_python() {
    for name in python3.14 python3.13 python3.12 python3.11 python3; do
        if command -v "$name" >/dev/null &&
            "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

if ! python="$(find_python)"; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update
    apt-get install -y --no-install-recommends libseccomp2 ca-certificates
    for version in 3.13 3.12 3.11; do
        apt-get install -y --no-install-recommends "python$version" "python$version-venv" && break
    done
    python="$(find_python)" || {
        echo "This image offers no Python 3.11 or newer; choose Ubuntu 22.04 or later." >&2
        exit 1
    }
fi

"$python" -m venv "$root/venv"
"$root/venv/bin/python" -m pip install --quiet --no-cache-dir -r "$root/source/requirements.txt"
