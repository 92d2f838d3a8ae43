"""What the program records, wherever that goes: a file or a pipe."""
import contextlib
import os


class FileLog:
    environment = {}

    def __init__(self, path):
        self.path = path
        self.at = 0

    def read(self):
        """What came since the last call."""
        try:
            with open(self.path, "rb") as file:
                file.seek(self.at)
                text = file.read()
        except FileNotFoundError:
            return b""
        self.at += len(text)
        return text

    def is_torn(self):
        """Whether it ends within a line."""
        with open(self.path, "rb") as file:
            text = file.read()
        return bool(text) and not text.endswith(b"\n")

    def close(self):
        pass


class PipeLog:
    """A pipe with a name, and its reader."""
    environment = {}

    def __init__(self, path):
        os.mkfifo(path, 0o600)
        self.file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self.end = b""

    def read(self):
        text = b""
        with contextlib.suppress(BlockingIOError):
            while True:
                part = os.read(self.file, 1 << 16)
                if not part:
                    break
                text += part
        self.end = (self.end + text)[-1:]
        return text

    def is_torn(self):
        return self.end not in (b"", b"\n")

    def close(self):
        os.close(self.file)
