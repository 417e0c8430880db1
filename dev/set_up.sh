#!/bin/sh
# Make the virtual environment and install what the lock names: set_up.sh FOLDER runtime|dev
set -eu
venv=$1
what=$2
python=${PYTHON:-python3}

stop() {
    echo "$1" >&2
    exit 1
}

for candidate in "$python" python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        found=$candidate
        break
    fi
done
[ -n "${found:-}" ] || stop "Python 3.11 or newer is needed; '$python' is not. Install it (on Debian 12:
apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3.11 ..."

free=$(df -Pk . | awk 'NR == 2 {print $4}')
[ "$free" -gt 900000 ] || stop "Only $((free / 1024)) MB are free here; the installation needs about 900 MB.
Free some space, then start the same command again."

if ! "$venv/bin/python" -c '' 2>/dev/null; then
    echo "making the virtual environment $venv with $("$found" --version)"
    rm -rf "$venv"
    if ! "$found" -m venv "$venv" >/dev/null 2>&1; then
        # Debian keeps the installer that venv needs in a package of its own.
        rm -rf "$venv"
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
            echo "installing python3-venv"
            (apt-get update -qq && apt-get install -y -qq python3-venv) >/dev/null 2>&1 || true
        fi
        "$found" -m venv "$venv" >/dev/null 2>&1 || stop "This Python cannot make virtual environments.
On Debian: apt install python3-venv, then start the same command again."
    fi
fi

if ! [ -x "$venv/bin/uv" ]; then
    echo "installing the installer (uv)"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
        -r requirements/uv.lock || stop "The installer could not be fetched. Is the network there?
Then start the same command again."
fi

echo "installing $(grep -c '^[a-zA-Z0-9]' "requirements/$what.lock") packages from requirements/$what.lock"
VIRTUAL_ENV="$PWD/$venv" "$venv/bin/uv" pip install --compile-bytecode --require-hashes -r "requirements/$what.lock" ||
    stop "Installing failed; see the reason above. Finished steps are kept: run the same command again."
VIRTUAL_ENV="$PWD/$venv" "$venv/bin/uv" pip install --quiet --no-deps --no-build-isolation -e .
touch "$venv/runtime.done"
[ "$what" = runtime ] || touch "$venv/dev.done"
