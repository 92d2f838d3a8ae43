"""The audit log over all files into which it is rotated, while it grows."""
import fcntl
import glob
import json
import os

BEGIN = b'{"time":"'
EVENTS = {"issue", "outcome", "redirect", "refused", "refusals", "retry"}


class Record:
    def __init__(self, path):
        self.path = path
        self.places = {}        # inode -> how far it was read
        self.issues = {}        # request -> its line
        self.outcomes = {}      # request -> its result
        self.lines = 0
        self.torn = []          # beginnings of lines, which are marked
        self.wrong = []

    def read_on(self, last=False):
        """Read what is new. At the very end (`last`), what no line's end
        follows is a torn line too."""
        for path in glob.glob(self.path + "*"):
            try:
                with open(path, "rb") as file:
                    text = self.rest_of(file, last)
            except FileNotFoundError:
                continue        # it was rotated just now
            for line in text.split(b"\n")[:-1]:
                self.add(line)

    def rest_of(self, file, last):
        """What is new in a file, in whole lines. The lock keeps writers from
        cutting back what is read."""
        fcntl.flock(file, fcntl.LOCK_SH)
        inode = os.fstat(file.fileno()).st_ino
        file.seek(self.places.get(inode, 0))
        text = file.read()
        fcntl.flock(file, fcntl.LOCK_UN)
        if last and text and not text.endswith(b"\n"):
            text += b"\n"
        text = text[:text.rfind(b"\n") + 1]
        self.places[inode] = self.places.get(inode, 0) + len(text)
        return text

    def add(self, line):
        self.lines += 1
        try:
            found = json.loads(line)
            event, request = found["event"], found["request"]
        except (ValueError, KeyError):
            self.add_torn(line)
            return
        if event not in EVENTS:
            self.wrong.append(f"an event {event}")
        elif event in ("issue", "redirect"):
            if request in self.issues:
                self.wrong.append(f"two lines of issue for {request}")
            self.issues[request] = found
        elif event == "outcome":
            if request in self.outcomes:
                self.wrong.append(f"two outcomes for {request}")
            self.outcomes[request] = found["result"], found["issued"]

    def add_torn(self, line):
        """A line that was not written to its end is the beginning of one, and
        the end of the line marks it: no other line follows in it."""
        if line[:len(BEGIN)] != BEGIN[:len(line)] or BEGIN in line[1:] \
                or line.endswith(b"}"):
            self.wrong.append(f"torn without a mark: {line[:300]!r}")
        self.torn.append(line)

    def count(self):
        """How many credentials and links are recorded."""
        return sum(line.get("count", 1) for line in self.issues.values())
