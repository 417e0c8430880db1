"""Another website of the deployment, with a link to us: somewhere to come from, and to go back to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote


@contextmanager
def neighbour(profiles_url: str) -> Iterator[str]:
    """Serve the site on a free port and give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here = f"http://{self.headers['Host']}{self.path}"
            link = f"{profiles_url}/find?return_to={quote(here, safe='')}"
            body = f"<title>Neighbour</title><h1>Neighbour {self.path}</h1><a href='{link}'>Add my works</a>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_arguments) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
