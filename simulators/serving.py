"""A small threaded WSGI server for the simulators: HTTP/1.1, timeouts, broken connections on request, a quick end."""

import json
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from functools import cached_property
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

LARGEST_BODY: Final = 20_000_000
STOP_SIGNALS: Final = {signal.SIGTERM, signal.SIGINT}

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class BadBody(Exception):
    """The body of a request is not what its content type says."""


@dataclass(frozen=True)
class Part:
    """One field of a form that carries files. `filename` is empty for plain values."""

    name: str
    kind: str
    filename: str
    content: bytes


@dataclass(frozen=True)
class Request:
    """One HTTP request, read completely. Header names are lower case; a repeated argument keeps its last value."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @cached_property
    def arguments(self) -> dict[str, str]:
        """The query string, decoded."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @cached_property
    def form(self) -> dict[str, str]:
        """The urlencoded body, or the plain values of a form that carries files, decoded; empty for any other body."""
        if self.parts:
            return {part.name: part.content.decode("utf-8", "replace") for part in self.parts if not part.filename}
        if not self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return {}
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The fields of a form that carries files, in order; empty for any other body."""
        kind = self.headers.get("content-type", "")
        if not kind.startswith("multipart/form-data"):
            return ()
        whole: EmailMessage = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + self.body)
        fields = whole.iter_parts() if whole.is_multipart() else ()
        return tuple(_part(field) for field in fields)

    @property
    def is_json(self) -> bool:
        """Whether the body calls itself JSON."""
        return self.headers.get("content-type", "").startswith("application/json")

    def json(self) -> Any:
        """Read the body as JSON; raises BadBody when it is not."""
        try:
            return json.loads(self.body or b"null")
        except ValueError as problem:
            raise BadBody(str(problem)) from problem


@dataclass(frozen=True)
class Response:
    """What goes back: after `wait_seconds`, or never when `drop` cuts the connection instead.

    With `breaks_off` the connection is cut in the middle of the body.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    wait_seconds: float = 0.0
    drop: bool = False
    breaks_off: bool = False

    def with_headers(self, *headers: tuple[str, str]) -> "Response":
        """Add headers to a copy."""
        return replace(self, headers=self.headers + headers)


Handle = Callable[[Request], Response]


def json_response(value: Any, *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """Serialise a value as UTF-8 JSON."""
    return Response(status=status, body=json.dumps(value, ensure_ascii=False).encode(), headers=headers)


def redirect(location: str) -> Response:
    """Send a browser on with 303, so that reloading does not post again."""
    return Response(status=303, content_type="text/plain", headers=(("Location", location),))


def wsgi(handle: Handle, *, stopping: threading.Event) -> Application:
    """Make a WSGI application of a function from request to response."""

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        response = handle(_request(environ))
        if response.wait_seconds:
            stopping.wait(response.wait_seconds)
        if response.drop:
            environ["simulators.drop"]()
            return []
        if response.breaks_off:
            environ["simulators.break_off"]()
        headers = [("Content-Type", response.content_type), ("Content-Length", str(len(response.body)))]
        start_response(f"{response.status} {_phrase(response.status)}", headers + list(response.headers))
        return [response.body]

    return application


class Server(ThreadingHTTPServer):
    """One thread per connection; none of them holds up the end."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, *, port: int, application: Application) -> None:
        self.application = application
        super().__init__(("127.0.0.1", port), Connection)

    def server_bind(self) -> None:
        """Bind without the reverse look-up of the standard library, which can hang without a network."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent about clients that hang up; report what is our own defect."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Connection(BaseHTTPRequestHandler):
    """Speaks HTTP/1.1 with keep-alive and hands each request to the WSGI application."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    disable_nagle_algorithm = True
    wbufsize = -1
    breaks_off = False
    server: Server

    def answer(self) -> None:
        """Read one request, call the application, write one answer in one piece."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            self.send_error(413 if length else 411)
            return
        head: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[..., None]:
            head[:] = [status, headers]
            return lambda data: None

        body = b"".join(self.server.application(self._environ(length), start_response))
        if head:
            self._write(head[0], head[1], body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - names set by the standard library

    def _environ(self, length: int) -> Environ:
        parts = urlsplit(self.path)
        environ: Environ = {
            "REQUEST_METHOD": self.command,
            "PATH_INFO": unquote(parts.path),
            "QUERY_STRING": parts.query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(length),
            "wsgi.input": BytesIO(self.rfile.read(length)),
            "wsgi.errors": sys.stderr,
            "simulators.drop": self._drop,
            "simulators.break_off": self._break_off,
        }
        environ.update({f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()})
        return environ

    def _write(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(int(status[:3]), status[4:])
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        shown = b"" if self.command == "HEAD" else body
        self.wfile.write(shown[: len(shown) // 2] if self.breaks_off else shown)
        self.wfile.flush()
        if self.breaks_off:
            self._drop()

    def _break_off(self) -> None:
        self.breaks_off = True

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named by the standard library
        """Keep quiet: standard output carries one line, `ready`."""


def hold_signals() -> None:
    """Keep stop signals for `wait_for_stop`; call it before the first thread starts, threads inherit it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)


def wait_for_stop() -> None:
    """Say `ready` on standard output and sleep until SIGTERM or SIGINT."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    signal.sigwait(STOP_SIGNALS)


def listen(handle: Handle, *, port: int, stopping: threading.Event) -> Server:
    """Serve in a background thread; ends the program with one sentence if the port is taken."""
    try:
        server = Server(port=port, application=wsgi(handle, stopping=stopping))
    except OSError as problem:
        raise SystemExit(f"Cannot listen on 127.0.0.1:{port}: {problem.strerror}.") from problem
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    return server


def serve(handle: Handle, *, port: int, at_end: Callable[[], None] | None = None) -> None:
    """Run one simulator until it is told to stop, then call `at_end`."""
    hold_signals()
    stopping = threading.Event()
    server = listen(handle, port=port, stopping=stopping)
    wait_for_stop()
    stopping.set()
    server.shutdown()
    server.server_close()
    if at_end:
        at_end()


def _part(field: Any) -> Part:
    return Part(
        name=str(field.get_param("name", "", header="content-disposition")),
        kind=str(field.get_content_type()),
        filename=str(field.get_filename() or ""),
        content=bytes(field.get_payload(decode=True) or b""),
    )


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase


def _request(environ: Environ) -> Request:
    headers = {key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key.startswith("HTTP_")}
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    return Request(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"],
        query=environ["QUERY_STRING"],
        headers=headers,
        body=environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)),
    )
