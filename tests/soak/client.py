#!/usr/bin/python3
"""client.py - the clients of one server, until standard input ends.

The first line of standard input describes the server and what to do, as JSON:
see Soaked.description in place.py and `clients_of` in run. Each answer of which
something came is a line in the file of receipts. At the end, standard output
gets the sums, as JSON.
"""
import collections
import contextlib
import http.client
import json
import os
import random
import select
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import asking
from keeping import receipt

SLOW_ENTRIES = 2000     # entries of an answer that is read slowly
PATIENCE = 60           # seconds until a client gives up


class Clients:
    def __init__(self, known):
        self.known = known
        self.sums = collections.Counter()
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.begun = time.monotonic()
        self.file = open(known["receipts"], "w", encoding="utf-8")

    def elapsed(self):
        """How much of the time is over, from 0 to 1."""
        return (time.monotonic() - self.begun) / self.known["seconds"]

    def keep(self, asked, response, body, ended):
        kept = receipt(asked, response.status, response.msg, body, ended,
                       self.known)
        text = json.dumps(kept) + "\n"
        with self.lock:
            self.sums["answers"] += 1
            self.sums[f"status {response.status}"] += 1
            self.file.write(text)
            self.file.flush()

    def count(self, what):
        with self.lock:
            self.sums[what] += 1

    def random(self, *who):
        return random.Random(f"{self.known['seed']} {self.known['name']} "
                             f"{who}")

    # Those who ask all the time

    def ask_on(self, number, choose, pause):
        chance = self.random("asks", number)
        connection = None
        while not self.over.is_set():
            asked = choose(chance, self.known, self.elapsed())
            self.count("requests")
            connection = connection or http.client.HTTPConnection(
                "127.0.0.1", self.known["port"], timeout=PATIENCE)
            if not self.ask(connection, asked):
                connection.close()
                connection = None
            self.over.wait(chance.uniform(0, 2 * pause))

    def ask(self, connection, asked):
        """Whether the connection can be used again."""
        try:
            connection.request(asked.method, asked.path, asked.body,
                               asked.headers)
            response = connection.getresponse()
        except TimeoutError:
            self.count("waited in vain")
            return False
        except (OSError, http.client.HTTPException):
            self.count("lost")
            return False
        body, ended = rest_of(response)
        self.keep(asked, response, body, ended)
        return ended and not response.will_close

    # Those who go in the middle

    def cut(self, count):
        chance = self.random("cuts")
        for number in range(count):
            due = (number + chance.random()) / count * 0.95
            while self.elapsed() < due:
                if self.over.wait(0.02):
                    return
            self.count("requests")
            with contextlib.suppress(OSError, http.client.HTTPException):
                self.cut_one(chance)
            self.count("cuts")

    def cut_one(self, chance):
        asked = asking.batch(chance, self.known, 0, chance.randint(50, 800))
        text = as_text(asked)
        head = text.index(b"\r\n\r\n")
        place = chance.choice(["head", "body", "sent", "answer", "answer"])
        end = {"head": chance.randint(1, head),
               "body": chance.randint(head, len(text) - 1)}.get(place,
                                                                len(text))
        with socket.create_connection(("127.0.0.1", self.known["port"]),
                                      PATIENCE) as connection:
            connection.sendall(text[:end])
            if place == "answer":
                response = http.client.HTTPResponse(connection, method="POST")
                response.begin()
                body = response.read(chance.choice([1, 1000, 50000, 200000]))
                self.keep(asked, response, body, False)
                response.close()
            else:
                time.sleep(chance.choice([0, 0.005, 0.05]))
            if chance.random() < 0.5:       # the end of it is a reset
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                      struct.pack("ii", 1, 0))

    # Those who read slowly

    def read_slowly(self, number):
        chance = self.random("slow", number)
        while not self.over.is_set():
            self.count("requests")
            with contextlib.suppress(OSError, http.client.HTTPException):
                self.read_one(chance)
            self.over.wait(0.2)

    def read_one(self, chance):
        asked = asking.batch(chance, self.known, 0, SLOW_ENTRIES)
        with socket.socket() as connection:
            connection.settimeout(PATIENCE)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
            connection.connect(("127.0.0.1", self.known["port"]))
            connection.sendall(as_text(asked))
            with http.client.HTTPResponse(connection,
                                          method="POST") as response:
                response.begin()
                body, ended = rest_of(response, lambda: self.over.wait(
                    chance.uniform(0.02, 0.06)), 16384)
                self.keep(asked, response, body, ended)
        self.count("slow answers")

    # All of them

    def run(self):
        known = self.known
        chosen = [(self.ask_on, number, asking.choose, known["pause"])
                  for number in range(known["askers"])]
        if known["remote"] in known["secrets"]:
            # A few, because Cloudflare counts how many calls there are.
            chosen.append((self.ask_on, "sky", asking.sky, 0.3))
        chosen.append((self.cut, known["cuts"]))
        chosen += [(self.read_slowly, number)
                   for number in range(known["slow"])]
        threads = [threading.Thread(target=function, args=arguments)
                   for function, *arguments in chosen]
        for thread in threads:
            thread.start()
        while not select.select([sys.stdin], [], [], 1)[0]:
            pass
        self.over.set()
        for thread in threads:
            thread.join()
        self.file.close()
        print(json.dumps(self.sums))


def rest_of(response, wait=None, most=1 << 20):
    """(what came, whether the body is complete according to HTTP)."""
    found = bytearray()
    try:
        while True:
            part = response.read1(most)
            if not part:
                break
            found += part
            if wait:
                wait()
        response.close()        # its connection can be used again
    except (http.client.HTTPException, OSError):
        return bytes(found), False
    # read1 does not tell a body that fell short of its length.
    return bytes(found), response.length in (None, 0)


def as_text(asked):
    fields = {"Host": "here", **asked.headers,
              "Content-Length": len(asked.body), "Connection": "close"}
    return (f"{asked.method} {asked.path} HTTP/1.1\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in fields.items())
        + "\r\n").encode() + asked.body


if __name__ == "__main__":
    threading.excepthook = lambda failed: os._exit(
        1 if sys.excepthook(failed.exc_type, failed.exc_value,
                            failed.exc_traceback) else 1)
    Clients(json.loads(sys.stdin.readline())).run()
