#!/usr/bin/python3
"""`make demo`: what it shows is so, and nothing stays behind."""
import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import BUILD, R2_HOST, SRC, case, equal, free_port, main, need


def start(folder, port, **more):
    """The script, in a session of its own as a terminal gives it."""
    return subprocess.Popen(
        ["sh", os.path.join(SRC, "cgi/deploy/demo.sh")], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True, env={
            **os.environ, "MINTAGE_BUILD": BUILD, "MINTAGE_SRC": SRC,
            "TMPDIR": folder, "DEMO_PORT": str(port), "DEMO_ONCE": "",
            **more})


def leaves_nothing(folder):
    equal(os.listdir(folder), [], "what is left in TMPDIR")


def leads_to_r2(link):
    """A GET of the link is answered by an address that is signed for GET."""
    _, _, host, path = link.split("/", 3)
    connection = http.client.HTTPConnection(host, timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", "/" + path)
        answer = connection.getresponse()
        url = urllib.parse.urlsplit(answer.msg["Location"])
    equal(answer.status, 302)
    need(url.hostname.endswith("." + R2_HOST), url.hostname)
    need(url.path.endswith("/" + path.partition("/")[2]), url.path)
    need("X-Amz-Signature=" in url.query, url.query)


@case("once: a credential for every name, its record, a line to paste")
def _():
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        with start(folder, port, DEMO_ONCE="1") as process:
            said = process.communicate(timeout=100)[0]
        equal(process.returncode, 0, f"exit status of {said}")
        leaves_nothing(folder)
    number = re.search(r"sending (\d+) names", said)[1]
    need(int(number) > 100, f"{number} names")
    for word in (f"{number} credentials came back", f'"count":{number},',
                 f"link   http://127.0.0.1:{port}/files/", "HTTP/1.1 302",
                 '"event":"issue"', '"event":"outcome"', "größe.txt",
                 f"http://127.0.0.1:{port}/mint/", "| curl -H"):
        need(word in said, f"{word!r} is not in {said}")
    need(not re.search(r'"(sessionToken|secretAccessKey)":"[^".]{20}'
                       "|X-Amz-Signature=[^&.]{20}", said),
         "a secret is shown")


@case("up: the line to paste works; after Ctrl-C nothing is left")
def _():
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        with start(folder, port) as process:
            try:
                said = ""
                while "Ctrl-C" not in said:
                    line = process.stdout.readline()
                    need(line, f"it ended: {said}")
                    said += line
                paste = re.search("^printf .*$", said, re.M)[0]
                answer = subprocess.run(
                    ["sh", "-c", paste], stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL, check=True, text=True).stdout
                need(answer.rstrip().endswith('"success":true}'), answer)
                equal(answer.count('"sessionToken"'), 2, "credentials")
                leads_to_r2(re.search("^link +(.*)$", said, re.M)[1])
            finally:
                os.killpg(process.pid, signal.SIGINT)
            equal(process.wait(60), 0, "exit status")
        leaves_nothing(folder)
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))


@case("a port that is taken, or is none: said, and no other is used")
def _():
    with socket.socket() as taken, tempfile.TemporaryDirectory() as folder:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        for number, word in ((port, f"port {port} is taken"),
                             (65536, "is not a port"), ("x", "not a port")):
            with start(folder, number, DEMO_ONCE="1") as process:
                said = process.communicate(timeout=100)[0]
            equal(process.returncode, 1, f"exit status of {said}")
            need(word in said, said)
        leaves_nothing(folder)


if __name__ == "__main__":
    main()
