#!/bin/sh
# See that Chromium is there for the browser tests; install it where we may, otherwise say how.
set -eu
for browser in "${PROFILES_CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$browser" ] && command -v "$browser" >/dev/null 2>&1; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing chromium for the browser tests"
    apt-get update -qq >/dev/null 2>&1 || true
    apt-get install -y -qq chromium >/dev/null 2>&1 && exit 0
fi
echo "The browser tests need Chromium. On Debian or Ubuntu: sudo apt install chromium;" >&2
echo "elsewhere install it and set PROFILES_CHROMIUM to its path." >&2
[ -z "${CI:-}" ]
