"""The example service, listening in a thread of the tests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.simple_server import make_server

from dev.example_service.__main__ import Quiet, Server
from dev.example_service.pages import ExampleService
from dev.example_service.profiles import SCOPE, Profiles

from profiles.sso.registry import registration
from tests.support.served import free_port

CLIENT_ID, SECRET = "example-service", "example-secret-for-loopback-only-0000000000"


@contextmanager
def running(issuer: str) -> Iterator[str]:
    """Register the example and run it until the block ends; yields where it is at home."""
    port = free_port()
    own_url = f"http://127.0.0.1:{port}"
    said = {
        "client_id": CLIENT_ID,
        "client_secret": SECRET,
        "name": "Example service",
        "redirect_uris": [f"{own_url}/callback"],
        "logout_return_uris": [f"{own_url}/"],
        "backchannel_logout_uri": f"{own_url}/backchannel",
        "scopes": SCOPE.split(),
    }
    registration.ensure(said, by="tests")
    profiles = Profiles(issuer, client_id=CLIENT_ID, secret=SECRET, own_url=own_url)
    application = ExampleService(profiles)
    with make_server("127.0.0.1", port, application, server_class=Server, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield own_url
        server.shutdown()
        thread.join()
