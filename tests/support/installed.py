"""Programs of others that tests need: found, installed where we may, otherwise a clear word."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.shared import ROOT

APACHE_MODULE = Path("/usr/lib/apache2/modules/mod_auth_openidc.so")
APACHE = "/usr/sbin/apache2"
OLDEST_NODE = 20
"""openid-client needs the web's cryptography as a global, which came with it."""
NODE_FOLDER = ROOT / "tests" / "npm"


def _missing(message: str) -> None:
    """Fail where all must run, skip elsewhere; the same rule as for the browser."""
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def _install(*packages: str) -> None:
    """Install Debian packages, where we are root and apt is there; whether it worked is seen afterwards."""
    if os.geteuid() or not shutil.which("apt-get"):
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    for words in (["apt-get", "update", "-q"], install):
        subprocess.run(words, env=environment, capture_output=True, check=False, timeout=240)


def apache() -> str:
    """Return the path of Apache, with its OpenID module beside it."""
    if not (Path(APACHE).exists() and APACHE_MODULE.exists()):
        _install("apache2", "libapache2-mod-auth-openidc")
    if not (Path(APACHE).exists() and APACHE_MODULE.exists()):
        _missing("no Apache with OpenID: apt install apache2 libapache2-mod-auth-openidc")
    return APACHE


def node_version() -> int:
    """Return the first number of Node's version; Debian 12's own Node is 18."""
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True, timeout=60)
    return int(said.stdout.strip().removeprefix("v").split(".")[0])


def node_folder(folder: Path = NODE_FOLDER) -> Path:
    """Return the folder with what its package-lock.json names installed."""
    if not shutil.which("npm"):
        _install("nodejs", "npm")
    if not (shutil.which("node") and shutil.which("npm")):
        _missing(f"no Node: install nodejs and npm, version {OLDEST_NODE} or newer")
    if (version := node_version()) < OLDEST_NODE:
        _missing(f"Node {version} is too old: install version {OLDEST_NODE} or newer")
    lock, done = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
    if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
        words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        said = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=240)
        if said.returncode:
            _missing(f"npm could not install what the lock names: {said.stderr[-500:]}")
        done.touch()
    return folder
