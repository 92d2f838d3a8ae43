#!/usr/bin/python3
"""rclone: copies with what we issue."""
import os
import re
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case, equal, main
from reading import (BUCKET, ENDPOINT, UPLOADS, batch, body_of, ended,
                     folder_for, make_site, run, same_files, single, store,
                     write)


def rclone(folder, *arguments):
    return run(["rclone", "--config", os.path.join(folder, "rclone.conf"),
                "--retries", "1", "--low-level-retries", "1", *arguments],
               folder)


@case("rclone: lists and copies all below a prefix with a single credential")
def _(site):
    keys = ["tree/a.txt", "tree/sub/käse \"b\" 'c'.txt", "tree/sub/100% d.txt",
            "tree/-e"]
    store(keys + ["other/f"])
    answer = single(site, "rclone", prefixes=["tree/"])
    ended(answer, 1)
    folder = folder_for(site)
    write(os.path.join(folder, "rclone.conf"), answer.body)
    equal(rclone(folder, "listremotes"), b"mintage:\n")
    listed = rclone(folder, "lsf", "-R", "--files-only",
                    f"mintage:{BUCKET}/tree")
    equal(sorted(listed.decode().splitlines()),
          sorted(key[len("tree/"):] for key in keys))
    rclone(folder, "copy", f"mintage:{BUCKET}/tree", "copy")
    same_files(os.path.join(folder, "copy"),
               {key[len("tree/"):]: body_of(key) for key in keys})


@case("rclone: has a remote for each entry of a batch, and no other")
def _(site):
    store(["one/a", "two.txt"])
    bad = "x\n[evil]\ntype = local\n#"
    answer = batch(site, "rclone", objects=["two.txt", bad],
                   prefixes=["one/"], onError="report")
    ended(answer, 3, 1)
    folder = folder_for(site)
    write(os.path.join(folder, "rclone.conf"), answer.body)
    remotes = rclone(folder, "listremotes").decode().split()
    equal(len(remotes), 2, f"remotes {remotes}")
    sections = dict(re.findall(r"# (key|prefix): .*\n.*\n\[(.*)\]",
                               answer.text))
    rclone(folder, "copyto", f"{sections['key']}:{BUCKET}/two.txt", "got/2")
    rclone(folder, "copy", f"{sections['prefix']}:{BUCKET}/one", "got")
    same_files(os.path.join(folder, "got"),
               {"2": body_of("two.txt"), "a": body_of("one/a")})


@case("rclone: copies a folder up")
def _(site):
    answer = site.single({"bucket": UPLOADS, "prefixes": ["in/"],
                          "permission": "object-read-write",
                          "format": "rclone"})
    folder = folder_for(site)
    write(os.path.join(folder, "rclone.conf"), answer.body)
    os.makedirs(os.path.join(folder, "up/sub"))
    for name in ("up/a b", "up/sub/ä"):
        write(os.path.join(folder, name), body_of(name))
    rclone(folder, "copy", "up", f"mintage:{UPLOADS}/in")
    equal(ENDPOINT.get(UPLOADS, "in/a b"), body_of("up/a b"))
    equal(ENDPOINT.get(UPLOADS, "in/sub/ä"), body_of("up/sub/ä"))


if __name__ == "__main__":
    main(make_site)
