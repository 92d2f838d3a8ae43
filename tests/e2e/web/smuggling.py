"""Requests by hand whose variables come twice or hold any bytes, and how many
of them were issued."""
from bench import bench
from harness import equal
from wire import PARAMS, record, size


def pairs(values):
    """Name-value pairs as PARAMS carries them; a name may come twice, and
    both may be any bytes."""
    return b"".join(size(len(name)) + size(len(value)) + name + value
                    for name, value in values)


def listed(values):
    return [(name.encode(), value.encode("utf-8", "surrogateescape"))
            for name, value in values.items() if value is not None]


def send(connection, values, body=b"", keep=False):
    """A whole request, whose values are a list."""
    connection.begin(keep)
    data = pairs(values)
    for start in range(0, len(data), 65535):
        connection.send(record(PARAMS, data[start:start + 65535]))
    connection.send(record(PARAMS))
    connection.body(body)


class Issued:
    """Asserts that so many requests were issued within."""

    def __init__(self, count):
        self.count = count

    def __enter__(self):
        self.before = len(bench.issued())

    def __exit__(self, kind, *_):
        if kind is None:
            equal(len(bench.issued()) - self.before, self.count, "issued")
