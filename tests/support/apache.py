"""A web server that is not ours, which protects a page by our sign-in."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.support.installed import APACHE_MODULE, apache

CLIENT_ID, SECRET = "apache", "apache-secret-for-loopback-only-00000000000"
MODULES = (
    *("mpm_event", "authz_core", "authn_core", "auth_basic", "authz_user"),
    *("headers", "mime", "dir", "filter", "include"),
)
PERSON = """<!doctype html><title>Client</title><p>Signed in</p>
<p>name: <!--#echo var="OIDC_CLAIM_name" --></p>
<p>orcid: <!--#echo var="OIDC_CLAIM_preferred_username" --></p>
<p>email: <!--#echo var="OIDC_CLAIM_email" --></p><p>token: <!--#echo var="OIDC_access_token" --></p>
<form action="/protected/callback"><input type="hidden" name="refresh" value="{base}/protected/page.html">
<input type="hidden" name="access_token" value='<!--#echo var="OIDC_access_token" -->'>
<button>Refresh</button></form>
<form action="/protected/callback"><input type="hidden" name="logout" value="{base}/">
<button>Sign out</button></form>
"""
SIGNED_OUT = """<!doctype html><title>Client</title><p>Not signed in</p>
<form action="/protected/page.html"><button>Sign in</button></form>"""
CONFIGURATION = """
ServerRoot "{folder}"
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile "{folder}/apache.pid"
ErrorLog "{folder}/error.log"
LogLevel info auth_openidc:debug
DefaultRuntimeDir "{folder}"
StartServers 1
TypesConfig /etc/mime.types
DocumentRoot "{folder}/pages"
{modules}
LoadModule auth_openidc_module {openid}
{user}

OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {client_id}
OIDCClientSecret {secret}
OIDCProviderTokenEndpointAuth client_secret_basic
OIDCRedirectURI {base}/protected/callback
OIDCDefaultURL {base}/protected/page.html
OIDCDefaultLoggedOutURL {base}/goodbye.html
OIDCCryptoPassphrase a-passphrase-of-the-tests-only
OIDCResponseType code
{pkce}
OIDCScope "openid profile {scope} email"
OIDCRemoteUserClaim sub
OIDCPassClaimsAs both
OIDCSessionType server-cache
OIDCCacheType shm
OIDCCookiePath /

<Directory "{folder}/pages">
    Require all granted
    Options +Includes
    SetOutputFilter INCLUDES
</Directory>
<Location "/protected">
    AuthType openid-connect
    Require valid-user
    Header set X-Sub "%{{OIDC_CLAIM_sub}}e"
    Header set X-Orcid "%{{OIDC_CLAIM_orcid}}e"
    Header set X-Name "%{{OIDC_CLAIM_name}}e"
    Header set X-Auth-Time "%{{OIDC_CLAIM_auth_time}}e"
</Location>
"""


def party(base: str) -> dict[str, object]:
    """Describe this web server as it is registered with us."""
    return {
        "client_id": CLIENT_ID,
        "client_secret": SECRET,
        "name": "A page behind Apache",
        "redirect_uris": [f"{base}/protected/callback"],
        "logout_return_uris": [f"{base}/goodbye.html"],
        "backchannel_logout_uri": f"{base}/protected/callback?logout=backchannel",
        "scopes": ["openid", "profile", "orcid", "email"],
        "is_first_party": True,
    }


@contextmanager
def running(
    folder: Path, *, issuer: str, base: str, secret: str = SECRET, shows_person: bool = False
) -> Iterator[str]:
    """Run Apache in a folder of its own until the block ends.

    ``shows_person``: with only what its documentation asks for, so without PKCE, and a page for a browser.
    """
    pages = folder / "pages"
    (pages / "protected").mkdir(parents=True)
    (pages / "protected" / "page.html").write_text(
        PERSON.format(base=base) if shows_person else "<p>For people who are signed in.</p>"
    )
    (pages / "index.html").write_text(SIGNED_OUT)
    (pages / "goodbye.html").write_text("<p>Signed out.</p>")
    program = apache()
    loaded = [f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES]
    text = CONFIGURATION.format(
        folder=folder,
        port=base.rpartition(":")[2],
        base=base,
        issuer=issuer,
        client_id=CLIENT_ID,
        secret=secret,
        pkce="" if shows_person else "OIDCPKCEMethod S256",
        scope="offline_access" if shows_person else "orcid",
        modules="\n".join(loaded),
        openid=APACHE_MODULE,
        user="" if os.geteuid() else "User www-data\nGroup www-data",
    )
    file = folder / "apache.conf"
    file.write_text(text)
    if not os.geteuid():
        # Its children run as another user, who must be able to read the pages.
        for each in [*folder.parents[:3], folder]:
            each.chmod(each.stat().st_mode | 0o055)
    process = subprocess.Popen([program, "-f", str(file), "-D", "FOREGROUND"], start_new_session=True)
    try:
        _wait(base, process, folder)
        yield base
    finally:
        process.terminate()
        process.wait(10)


def _wait(base: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(100):
        assert process.poll() is None, (folder / "error.log").read_text()[-2000:]
        try:
            if requests.get(f"{base}/goodbye.html", timeout=2).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError((folder / "error.log").read_text()[-2000:])


def version() -> str:
    """Return the version of the installed module."""
    words = ["dpkg-query", "-W", "-f", "${Version}", "libapache2-mod-auth-openidc"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout
