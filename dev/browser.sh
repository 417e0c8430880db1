#!/bin/sh
# Find Chromium for the browser tests; install it where we may, otherwise say how.
set -eu
has() {
    [ -n "$1" ] && command -v "$1" >/dev/null 2>&1
}
# The shell starts a page in half the time of the whole browser, whose windows no one would see.
if has "${PROFILES_CHROMIUM:-}" || has chromium-headless-shell; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && has apt-get; then
    echo "installing chromium-headless-shell for the browser tests"
    apt-get update -qq >/dev/null 2>&1 || true
    for package in chromium-headless-shell chromium; do
        apt-get install -y -qq "$package" >/dev/null 2>&1 && exit 0
    done
fi
for browser in chromium chromium-browser google-chrome; do
    has "$browser" && exit 0
done
echo "The browser tests need Chromium. On Debian or Ubuntu: sudo apt install chromium;" >&2
echo "elsewhere install it and set PROFILES_CHROMIUM to its path." >&2
[ -z "${CI:-}" ]
