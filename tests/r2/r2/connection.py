"""HTTP/1.1: requests read from a socket, responses written to it."""
import re
import socket
import socketserver
import threading
import time

from .answers import error_response, http_time
from .errors import Refused, need
from .sigv4 import split_query

MAX_HEAD = 256 * 1024           # bytes of a request's line and headers
MAX_BODY = 512 * 1024 * 1024    # bytes of a request's body
REASONS = {200: "OK", 204: "No Content", 206: "Partial Content",
           304: "Not Modified", 400: "Bad Request", 401: "Unauthorized",
           403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
           409: "Conflict", 411: "Length Required",
           412: "Precondition Failed", 416: "Range Not Satisfiable",
           500: "Internal Server Error", 501: "Not Implemented"}


class Request:
    """One HTTP request, its body still in the socket."""

    def __init__(self, connection, line, headers):
        self.connection = connection
        self.headers = headers      # [(lower-case name, value)] as bytes
        parts = line.decode("latin-1").split(" ")
        need(len(parts) == 3 and parts[2] in ("HTTP/1.1", "HTTP/1.0")
             and parts[1].startswith("/"), "InvalidArgument",
             "malformed request line")
        self.method, target, self.version = parts
        self.raw_path, _, query = target.partition("?")
        self.query = split_query(query)     # [(name, value)] as bytes
        self.body_read = False

    def header(self, name):
        """A header's value, or None; one given twice is joined by ','."""
        values = [value for found, value in self.headers
                  if found == name.encode()]
        return b",".join(values).decode("latin-1") if values else None

    def param(self, name):
        """A query parameter's value, or None; twice is an error."""
        values = [value for found, value in self.query
                  if found == name.encode()]
        need(len(values) < 2, "InvalidArgument", f"{name} stands twice")
        try:
            return values[0].decode("utf-8") if values else None
        except UnicodeDecodeError:
            raise Refused("InvalidArgument",
                          f"{name} is not UTF-8") from None

    def waits(self):
        """Whether the client waits for 100 Continue before its body."""
        return (self.header("expect") or "").lower() == "100-continue"

    def keeps_alive(self):
        tokens = (self.header("connection") or "").lower()
        return self.version == "HTTP/1.1" and "close" not in tokens

    def body_length(self):
        """Bytes of the body to come, or -1 where it comes in chunks."""
        coding = self.header("transfer-encoding")
        length = self.header("content-length")
        if coding is not None:
            need(coding.lower() == "chunked" and length is None,
                 "InvalidArgument", "a body of unknown length")
            return -1
        if length is None:
            need(self.method not in ("PUT", "POST"), "MissingContentLength",
                 "Content-Length is missing")
            return 0
        need(re.fullmatch(r"[0-9]{1,18}", length), "InvalidArgument",
             "Content-Length is no number")
        need(int(length) <= MAX_BODY, "EntityTooLarge", "too large")
        return int(length)

    def read_body(self):
        length = self.body_length()
        if self.waits():
            self.connection.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.body_read = True
        if length < 0:
            return self.read_chunked()
        return self.read_exactly(length)

    def read_exactly(self, length):
        data = self.connection.rfile.read(length)
        if len(data) != length:
            raise ConnectionError("the body was cut short")
        return data

    def read_chunked(self):
        chunks, total, size = [], 0, None
        while size != 0:
            line = self.connection.rfile.readline(1024)
            match = re.fullmatch(rb"([0-9A-Fa-f]{1,8})(?:;.*)?\r\n", line)
            if not match:
                raise ConnectionError("a malformed chunk")
            size = int(match[1], 16)
            total += size
            if total > MAX_BODY:
                raise ConnectionError("too large")
            chunks.append(self.read_exactly(size))
            if size and self.connection.rfile.readline(1024) != b"\r\n":
                raise ConnectionError("a malformed chunk")
        while self.connection.rfile.readline(MAX_HEAD) not in (b"\r\n", b""):
            pass
        return b"".join(chunks)


def read_head(file):
    """Request line and [(lower-case name, value)]; None at the end."""
    line, total, headers = file.readline(MAX_HEAD), 0, []
    if not line.endswith(b"\n"):
        return None
    while True:
        header = file.readline(MAX_HEAD)
        total += len(header)
        if not header.endswith(b"\n") or total > MAX_HEAD:
            return None
        if header in (b"\r\n", b"\n"):
            return line.rstrip(b"\r\n"), headers
        name, colon, value = header.partition(b":")
        if not colon or not name or name != name.strip():
            return None
        headers.append((name.lower(), value.strip()))


class Connection(socketserver.StreamRequestHandler):
    timeout = 60
    disable_nagle_algorithm = True

    def handle(self):
        try:
            while self.serve_one():
                pass
        except OSError:
            pass        # the client went away, or stop() closed the socket

    def serve_one(self):
        head = read_head(self.rfile)
        if head is None:
            return False
        try:
            request = Request(self, *head)
        except Refused as refused:
            self.send(None, error_response(refused), False)
            return False
        response = self.server.endpoint.answer(request)
        keep = request.keeps_alive() and (request.body_read
                                          or not request.waits())
        self.send(request, response, keep)
        return self.finish_body(request) and keep

    def send(self, request, response, keep):
        """Head and body in one write; HEAD gets no body."""
        status = response.status
        body, length = response.body, response.length
        if request is not None and request.method == "HEAD":
            length = 0 if length is None else length
            body = b""
        length = len(body) if length is None else length
        lines = [f"HTTP/1.1 {status} {REASONS[status]}",
                 f"Date: {self.date()}"]
        lines += [f"{name}: {value}" for name, value in response.headers]
        if status not in (204, 304):
            lines.append(f"Content-Length: {length}")
        if not keep:
            lines.append("Connection: close")
        head = "\r\n".join(lines) + "\r\n\r\n"
        self.wfile.write(head.encode("latin-1") + body)

    def date(self):
        """The Date header. A test that wants another clock overrides this."""
        return http_time(time.time())

    def finish_body(self, request):
        """Reads a body that was refused unread, so that the reply arrives.

        Tells whether the connection can serve another request.
        """
        if request.body_read:
            return True
        if request.waits():
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(2)
            while self.connection.recv(65536):
                pass
            return False
        try:
            request.read_body()
        except Refused:
            return False
        return True


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address, endpoint):
        self.endpoint = endpoint
        self.open = set()
        self.open_lock = threading.Lock()
        super().__init__(address, Connection)

    def process_request(self, request, client_address):
        with self.open_lock:
            self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        with self.open_lock:
            self.open.discard(request)
        super().shutdown_request(request)

    def close_all(self):
        """Ends connections that clients keep open."""
        with self.open_lock:
            for connection in self.open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
