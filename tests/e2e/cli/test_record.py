#!/usr/bin/python3
"""`mintage mint`: the audit log, and input and output that fail."""
import hashlib
import json
import os
import pwd
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import MINTAGE, Skip, case
from place import ACCOUNT, CONFIG, KEY_ID, LIMIT, Place, READ, main, same, told


@case("two lines of audit: what was issued before, how it ended after")
def _():
    with Place() as place:
        place.result(READ, "--each", "--object", 'a"\n', "--prefix", "p/",
                     "--ttl", "60")
        issue, outcome = place.audit()
        same((issue["event"], outcome["event"]), ("issue", "outcome"))
        same(issue["request"], outcome["request"])
        same((issue["caller"], issue["route"]), ("owner", "mint"))
        same(issue["user"], pwd.getpwuid(os.getuid()).pw_name)
        same((issue["account"], issue["parent"], issue["bucket"],
              issue["permission"], issue["ttlSeconds"], issue["count"]),
             (ACCOUNT, KEY_ID, "downloads", "object-read-only", 60, 2))
        same((outcome["result"], outcome["issued"]), ("complete", 2))
        scopes = ('downloads\tobject-read-only\t60\tobject\t"a\\"\\n"\n'
                  'downloads\tobject-read-only\t60\tprefix\t"p/"\n')
        same(issue["scopes"], hashlib.sha256(scopes.encode()).hexdigest())


@case("what can't be recorded is not issued")
def _():
    for log, words in [("none/audit.jsonl", "No such file"),
                       (".", "Is a directory"),
                       ("/dev/full", "No space left")]:
        with Place(CONFIG.replace("audit.jsonl", log)) as place:
            place.refused("mint", "--bucket=downloads", READ, says=words)


@case("a refusal that can't be recorded is a refusal, and a warning")
def _():
    with Place(CONFIG.replace("audit.jsonl", "/dev/full")) as place:
        done = place.refused("mint", "--bucket=elsewhere", READ, "--object=a",
                             says="elsewhere")
        assert ("warning: this refusal could not be recorded in /dev/full"
                in done.said), done.said


@case("a log that root makes belongs to the owner of its folder")
def _():
    if os.geteuid() != 0:
        raise Skip("only root can give a file away")
    with Place(CONFIG.replace("audit.jsonl", "log/audit.jsonl")) as place:
        folder, log = place.path("log"), place.path("log/audit.jsonl")
        os.mkdir(folder)
        os.chown(folder, 65534, 65533)
        place.result(READ, "--object=a")
        found = os.stat(log)
        same((found.st_uid, found.st_gid, found.st_mode & 0o777),
             (65534, 65533, 0o640))
        os.unlink(log)
        target = place.write("target", "")
        for link in (target, place.path("nothing")):
            os.symlink(link, log)
            place.refused("mint", "--bucket=downloads", READ,
                          says="audit log")
            os.unlink(log)
        same(os.path.getsize(target), 0)
        assert not os.path.exists(place.path("nothing"))


@case("a reader that goes away ends it with 1 and the outcome says so")
def _():
    with Place() as place:
        place.write("list", "".join(f"key {i}\n" for i in range(20000)))
        with subprocess.Popen(
                [MINTAGE, "mint", "--bucket=downloads", READ, "--each", "list"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                cwd=place.folder, env=place.environment()) as process:
            process.stdout.read(1000)
            process.stdout.close()
            said = process.stderr.read()
            told.append(said)
            same(process.wait(LIMIT), 1)
        assert b"Broken pipe" in said, said
        issue, outcome = place.audit()
        same((issue["count"], outcome["result"]), (20000, "client-gone"))
        assert outcome["issued"] < 20000, outcome


@case("pipes that don't block lose nothing")
def _():
    with Place() as place:
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        os.set_blocking(theirs_in, False)
        os.set_blocking(theirs_out, False)
        with subprocess.Popen(
                [MINTAGE, "mint", "--bucket=downloads", READ, "--each", "-"],
                stdin=theirs_in, stdout=theirs_out, cwd=place.folder,
                env=place.environment()) as process:
            os.close(theirs_in)
            os.close(theirs_out)
            # It answers after the last key only.
            with open(ours_out, "wb") as file:
                file.write(b"a key\n" * 20000)
            with open(ours_in, "rb") as file:
                answer = json.load(file)
            same(process.wait(LIMIT), 0)
        same(len(answer["result"]), 20000)


@case("a manifest that is changed while it is read ends it with 1")
def _():
    with Place() as place:
        path = place.write("list", "".join(f"key {i}\n" for i in range(20000)))
        with subprocess.Popen(
                [MINTAGE, "mint", "--bucket=downloads", READ, "--each", "list"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                cwd=place.folder, env=place.environment()) as process:
            # It has begun, and can't end: a pipe doesn't hold so much.
            process.stdout.read(1)
            was = os.stat(path)
            with open(path, "r+b") as file:
                file.write(b"KEY")
            # Its time of modification can be put back.
            os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
            _, said = process.communicate(timeout=LIMIT)
            told.append(said)
            same(process.returncode, 1)
        assert b"was changed" in said, said


@case("a file may be longer than max-body, whoever can write it")
def _():
    with Place() as place:
        place.write("mintage.conf", CONFIG.replace(
            "[mintage]\n", "[mintage]\nmax-body = 1K\n"))
        for mode in (0o600, 0o664):
            path = place.write("list", "x/" * 500 + "\n" + "y/" * 500 + "\n")
            os.chmod(path, mode)
            same(len(place.result(READ, "--each", "list")), 2, mode)


@case("a manifest that others can write is read once: what is issued is checked")
def _():
    with Place() as place:
        keys = [f"key {i}" for i in range(20000)]
        path = place.write("list", "".join(key + "\n" for key in keys))
        os.chmod(path, 0o666)
        with subprocess.Popen(
                [MINTAGE, "mint", "--bucket=downloads", READ, "--each", "list"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
                cwd=place.folder, env=place.environment()) as process:
            first = process.stdout.read(1)
            with open(path, "r+b") as file:
                file.seek(-6, os.SEEK_END)
                file.write(b"OTHER")
            out, said = process.communicate(timeout=LIMIT)
            same((process.returncode, said), (0, b""))
        same([each["key"] for each in json.loads(first + out)["result"]], keys)


@case("a file that was linked where calls are counted is left alone")
def _():
    with Place() as place:
        os.mkdir(os.path.join(place.folder, "state"))
        mine = place.write("mine", "x" * 5000)
        os.link(mine, os.path.join(place.folder, "state", "metrics.4"))
        place.write("mintage.conf", CONFIG.replace(
            "[mintage]\n", "[mintage]\nstate-dir = state\n"))
        place.result(READ, "--object=a")
        with open(mine) as file:
            same(file.read(), "x" * 5000)


@case("standard output that is full or closed: 1, and no secret elsewhere")
def _():
    with Place() as place:
        for redirect in (">/dev/full", ">&-", ">&- <&-", ">&- 2>&- <&-"):
            done = subprocess.run(
                ["sh", "-c", f'exec "$0" "$@" {redirect}', MINTAGE, "mint",
                 "--bucket=downloads", READ, "--object=a"],
                cwd=place.folder, env=place.environment(), timeout=LIMIT,
                capture_output=True, check=False)
            told.append(done.stderr)
            same(done.returncode, 1, redirect)
            same(place.audit()[-1]["result"], "client-gone", redirect)
        # Nothing else than lines of JSON: what was for standard output would
        # have failed to parse.
        same(len(place.audit()), 8)
        with open(place.log, "rb") as file:
            assert b"sessionToken" not in file.read()


if __name__ == "__main__":
    main(runs=10, words=10)
