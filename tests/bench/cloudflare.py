"""A batch that Cloudflare signs: how near it comes to the time that its calls
take at least, so many of them at a time."""
import os
import sys
import time

from lines import Row, line
from place import SRC, Missing, program

sys.path.insert(0, os.path.join(SRC, "tests", "e2e", "upstream"))

ENTRIES = 200
AT_A_TIME = 8
LATENCY = 0.1       # of the API of the tests, per call; a real one's is more


def timed(function):
    start = time.monotonic()
    answer = function()
    seconds = time.monotonic() - start
    if answer.status != 200:
        raise RuntimeError(f"answered {answer.status}: {answer.text[:300]}")
    return seconds


@line(12, "200 credentials signed by Cloudflare, 8 calls at a time")
def fetched(where, sizes):
    program("mintage-online")
    try:
        from cloud import GOOD, Cloud
    except ImportError as error:
        raise Missing(str(error)) from None
    keys = [f"k/{number}" for number in range(ENTRIES)]
    singles, batches = [], []
    with Cloud(api_concurrency=str(AT_A_TIME)) as site, \
            site.api.doing(latency=LATENCY):
        def one():
            return site.single({**GOOD, "objects": keys[:1]}, token="sky")

        def all_of_them():
            return site.batch({**GOOD, "objects": keys}, token="sky")
        all_of_them()       # the connections are there from now on
        for _ in range(sizes.runs):
            site.forget_calls()
            singles.append(timed(one))
            batches.append(timed(all_of_them))
    rounds = [batch / (ENTRIES / AT_A_TIME * single)
              for batch, single in zip(batches, singles)]
    return [Row("200 fetched, to 200/8 times the time of one", rounds, 1.3,
                at_least=False, single_seconds=singles,
                batch_seconds=batches)]
