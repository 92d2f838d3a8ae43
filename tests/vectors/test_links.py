#!/usr/bin/python3
"""links.json and waf.json are what links.py makes, and Node's crypto judges
the links of waf.json by the rules beside them."""
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../e2e/lib")
from harness import SRC, Skip, case, equal, main, need

HERE = os.path.join(SRC, "tests", "vectors")


def read(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as f:
        return f.read()


def judge(questions):
    """What waf.mjs says to [(rule, url, seconds)]."""
    if not shutil.which("node"):
        raise Skip("node is not installed")
    asked = [{"rule": rule, "url": url, "at": at}
             for rule, url, at in questions]
    done = subprocess.run(["node", os.path.join(HERE, "waf.mjs")],
                          input=json.dumps(asked).encode(), timeout=100,
                          stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def changed(text, place):
    other = "B" if text[place] == "A" else "A"
    return text[:place] + other + text[place + 1:]


@case("the vectors are what links.py makes")
def _():
    for name in ("links", "waf"):
        done = subprocess.run(
            [sys.executable, os.path.join(HERE, "links.py"), name],
            stdout=subprocess.PIPE, timeout=100, check=True)
        need(done.stdout.decode() == read(name + ".json"),
             f"{name}.json is not what links.py makes: run it again")


@case("each kind of link has vectors with a published source, or says why not")
def _():
    # lighttpd publishes the formula and a program for these, and no link.
    without = {"signed", "secdownload-hmac-sha1", "secdownload-hmac-sha256"}
    vectors = json.loads(read("links.json"))
    equal({one["kind"] for one in vectors if one.get("source")} | without,
          {one["kind"] for one in vectors})
    for verdict in ("good", "over", "bad"):
        equal({one["kind"] for one in vectors if one["verdict"] == verdict}
              | {"secure-link"}, {one["kind"] for one in vectors}, verdict)


@case("the WAF lets each link in while it lives, and not a second longer")
def _():
    questions, wanted = [], []
    for one in json.loads(read("waf.json")):
        for at, let_in in ((0, True), (one["seconds"] - 1, True),
                           (one["seconds"], False), (10 ** 9, False)):
            questions.append((one["rule"], one["url"], one["now"] + at))
            wanted.append(let_in)
    equal(judge(questions), wanted)


@case("the WAF lets no link in that was changed, and needs the link's rule")
def _():
    vectors = json.loads(read("waf.json"))
    questions = []
    for one in vectors:
        url, rule, now = one["url"], one["rule"], one["now"]
        start = len("https://" + one["host"] + "/")
        for place in range(start, len(url), max(1, len(url) // 40)):
            questions.append((rule, changed(url, place), now))
            questions.append((rule, url[:place], now))
        questions += [(rule, url + more, now)
                      for more in ("=", "%3D", "A", "&a=b", "#x")]
        questions += [(other["rule"], url, now) for other in vectors
                      if other["secret"] != one["secret"]]
    answers = judge(questions)
    need(not any(answers), f"{sum(answers)} of {len(answers)} were let in: "
         f"{[q for q, yes in zip(questions, answers) if yes][:3]}")


@case("a link to one key opens no longer key")
def _():
    one = json.loads(read("waf.json"))[0]
    start, code = one["url"].split("?verify=")
    questions = [(one["rule"], start + between + code, one["now"])
                 for between in (".pdf?ab=", "?erify==", "12345678", "/?verif=",
                                 "?verify?", "x?verify=", "?a?verify=",
                                 "?verify=?verify=", "?verify==", "%3Fverify=")]
    equal(judge(questions), [False] * len(questions))


@case("a rule is nothing to other hosts")
def _():
    one = json.loads(read("waf.json"))[0]
    equal(judge([(one["rule"], "https://other.example.org/a", 0)]), [True])


if __name__ == "__main__":
    main()
