"""The endpoint as a program: see the package's own text for its options."""
import argparse
import json
import signal
import threading

from .server import R2


def main():
    parser = argparse.ArgumentParser(
        description="A small S3 endpoint with R2's rules.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--parents", required=True, metavar="FILE.json")
    parser.add_argument("--data", metavar="DIR")
    parser.add_argument("--host", metavar="NAME[:PORT]")
    parser.add_argument("--log", metavar="FILE")
    parser.add_argument("--clock-offset", type=int, default=0,
                        metavar="SECONDS")
    options = parser.parse_args()
    with open(options.parents) as file:
        parents = json.load(file)
    log_file = open(options.log, "a") if options.log else None
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    endpoint = R2(parents, options.port, options.host, options.data,
                  options.clock_offset, log_file)
    endpoint.start()
    print(endpoint.url, flush=True)
    ended.wait()
    endpoint.stop()


if __name__ == "__main__":
    main()
