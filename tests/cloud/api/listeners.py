"""Ports that are listened on, or taken, by nobody who answers."""
import contextlib
import socket
import threading


class Trap:
    """Listens and notes who comes: a proxy that must not be used."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.came = 0
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                self.came += 1
                connection.close()

    def stop(self):
        self.socket.close()


class Deaf:
    """A port that is taken and refuses everyone."""

    def __init__(self):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def stop(self):
        self.socket.close()
