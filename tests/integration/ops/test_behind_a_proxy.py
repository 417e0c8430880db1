"""Deployed as deploy/ says: two web hosts and a worker behind nginx with TLS, restarted one by one."""

import os
import re
import shutil
import ssl
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from profiles.ops.demo.visitor import Visitor
from tests.support import environment, services
from tests.support.load import under_load
from tests.support.served import Served, database, free_port, start, stop
from tests.support.shared import ROOT

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin")
TIMEOUT = 20
pytestmark = [
    pytest.mark.proof,
    pytest.mark.usefixtures("stands", "django_db_setup"),
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    paths = folder / "profiles.crt", folder / "profiles.key"
    request = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext"
    files = ["subjectAltName=DNS:localhost", "-out", paths[0], "-keyout", paths[1]]
    subprocess.run([*request.split(), *files], check=True, capture_output=True)
    return paths


def written_for_here(
    certificate: tuple[Path, Path], folder: Path, *, tls: int, plain: int, hosts: list[int]
) -> str:
    """Return deploy/nginx.conf with the names, paths and ports of this machine."""
    text = (ROOT / "deploy/nginx.conf").read_text()
    servers = "\n".join(f"server 127.0.0.1:{port} max_fails=2 fail_timeout=2s;" for port in hosts)
    for old, new in {
        "profiles.example.org": "localhost",
        "/etc/nginx/certificates/profiles.crt": str(certificate[0]),
        "/etc/nginx/certificates/profiles.key": str(certificate[1]),
        "/var/cache/profiles-nginx": str(folder / "cache"),
        "server web:8000 max_fails=2 fail_timeout=2s;": servers,
        "listen 443 ssl;": f"listen 127.0.0.1:{tls} ssl;",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "Host $host;": "Host $http_host;",
        "https://$host$": f"https://localhost:{tls}$",
    }.items():
        assert text.count(old), old
        text = text.replace(old, new)
    return text


@contextmanager
def nginx(folder: Path, sites: str):
    conf = folder / "nginx.conf"
    # As root, nginx's workers would be another user, who may not write its cache below the tests' folder.
    user = "user root;" if os.geteuid() == 0 else ""
    paths = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf.write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;"
        f"events {{ worker_connections 1024; }} http {{ access_log off; {paths} {sites} }}"
    )
    command = [NGINX, "-p", str(folder), "-c", str(conf)]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    with subprocess.Popen(command) as process:
        try:
            yield
        finally:
            process.terminate()


@dataclass
class Site:
    """The installation: where it is, and its web hosts by port."""

    url: str
    plain_url: str
    served: Served
    web: dict[int, subprocess.Popen] = field(default_factory=dict)

    def start(self, port: int) -> None:
        """Start a web host and wait until it is ready."""
        self.web[port] = start(self.served, "serve", "--port", str(port), "--processes", "2")
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with (
                suppress(OSError),
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz?only=database,schema"),
            ):
                return
            time.sleep(0.1)
        raise AssertionError("the web host is not ready")

    def replace(self, port: int) -> float:
        """Stop a web host as its supervisor does, and start it again; return how long stopping took."""
        began = time.monotonic()
        self.web[port].terminate()
        self.web[port].wait(30)
        seconds = time.monotonic() - began
        self.start(port)
        # As deploy/nginx.conf says: it takes this host for gone two seconds longer than it is.
        time.sleep(3)
        return seconds


@pytest.fixture(scope="module")
def site(certificate, tmp_path_factory):
    tls, plain, *hosts = (free_port() for _ in range(4))
    url = f"https://localhost:{tls}"
    with ExitStack() as ends:
        variables = {
            **os.environ,
            "DATABASE_URL": ends.enter_context(database()),
            "PROFILES_URL": url,
            "PROFILES_MODE": "demo",
            "PROFILES_TRUSTED_PROXIES": "127.0.0.1",
            # Two web hosts share this machine.
            "PROFILES_METRICS_PORT": "0",
            "PROFILES_WORKER_METRICS_PORT": "0",
            "PYTHONPATH": str(ROOT / "src"),
        }
        site = Site(url, f"http://localhost:{plain}", Served(url, variables))
        site.served.run("migrate")
        ends.callback(lambda: stop([*site.web.values(), *site.served.processes]))
        for port in hosts:
            site.start(port)
        site.served.start("worker")
        folder = tmp_path_factory.mktemp("nginx")
        sites = written_for_here(certificate, folder, tls=tls, plain=plain, hosts=hosts)
        ends.enter_context(nginx(folder, sites))
        yield site


def signed_in(site: Site) -> Visitor:
    services.register(environment.stands, site.url)
    bob = Visitor()
    bob.go(f"{site.url}/sign_in")
    bob.press("Sign in with Globus")
    bob.press("Continue", organization="University of Example")
    bob.press("bob@univ.example")
    bob.press("Allow")
    bob.expect("Settings")
    return bob


@pytest.fixture
def trusted(certificate, monkeypatch):
    """Trust the certificate, in this process."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    assert ssl.get_default_verify_paths().cafile == str(certificate[0])
    return str(certificate[0])


def test_plain_http_leads_to_https_and_metrics_are_not_public(site, trusted):
    answer = requests.get(f"{site.plain_url}/sign_in?next=/why", allow_redirects=False, timeout=TIMEOUT)
    metrics = requests.get(f"{site.url}/metrics", verify=trusted, timeout=TIMEOUT)
    page = requests.get(f"{site.url}/sign_in", verify=trusted, timeout=TIMEOUT)

    assert (answer.status_code, answer.headers["Location"]) == (301, f"{site.url}/sign_in?next=/why")
    assert metrics.status_code == 404
    assert "Strict-Transport-Security" in page.headers


def test_a_client_cannot_choose_the_address_that_it_is_counted_under(site, trusted):
    def left(claimed: str) -> int:
        answer = requests.get(
            f"{site.url}/users", headers={"X-Forwarded-For": claimed}, verify=trusted, timeout=TIMEOUT
        )
        return int(re.search(r"\br=(\d+)", answer.headers["RateLimit"])[1])

    first, second = left("192.0.2.1"), left("192.0.2.2")

    assert second == first - 1


def test_a_rolling_restart_under_load_fails_no_request_and_ends_no_session(site, trusted, capsys):
    bob = signed_in(site)
    key = site.served.run(
        "service-key", "create", "load", "--scope", "claims:read", "--scope", "claims:write"
    )
    token = re.search(r"\bdcp_svc_\w+", key)[0]
    with under_load(site.url, token=token, trusted=trusted) as answers:
        stops = [site.replace(port) for port in list(site.web)]

    with capsys.disabled():
        line = f"2 web hosts restarted, each stopped within {max(stops):.1f} s; answers: {dict(answers)}"
        sys.stdout.write(f"\ndeploy: {line}\n")
    assert set(answers) == {"page 200", "api 200", "claim 202"}
    assert min(answers.values()) > 50
    assert max(stops) < 15
    bob.go(f"{site.url}/settings")
    bob.expect("Auto-Update")
