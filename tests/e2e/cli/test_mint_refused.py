#!/usr/bin/python3
"""`mintage mint`: what is refused, and which parent and account are taken."""
import json
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case
from place import (ACCOUNT, CONFIG, KEY_ID, OTHER_ACCOUNT, OTHER_KEY_ID,
                   OTHER_SECRET, Place, READ, SECOND_ACCOUNT, SECOND_PARENT,
                   claims_of, main, remember, same)


# ---- mint: what is refused --------------------------------------------------

@case("values that can't be right end with 2 and name their option")
def _():
    cases = [(f"--ttl={ttl}", "--ttl") for ttl in
             ("0", "-1", "604801", "1.5", "1e3", "", " 900", "0x10",
              "8d", "1H", "1h30m", "1 h")]
    cases += [
        ("--permission=object-read", "--permission"),
        ("--permission=", "--permission"),
        ("--permission=OBJECT-READ-ONLY", "--permission"),
        ("--actions=Getobject", "--actions"), ("--actions=", "--actions"),
        ("--actions=GetObject,GetObject", "--actions"),
        ("--actions=PutObject", "--actions"),
        ("--format=yaml", "--format"), ("--format=", "--format"),
        ("--on-error=ignore", "--on-error"), ("--on-error=report", "--on-error"),
        ("--manifest-format=xml", "--manifest-format"),
        ("--manifest-format=json", "--manifest-format"),
        ("--bucket=downloads", "--bucket"),
    ]
    with Place() as place:
        for option, name in cases:
            arguments = ["mint", "--bucket", "downloads", option]
            if not option.startswith("--permission"):
                arguments.append(READ)
            done = place.refused(*arguments, status=2)
            assert done.said.startswith(f"mintage: {name}: "), \
                (option, done.said)
        for bucket in ("My_Bucket", "ab", 64 * "a", "-ab", "ab-", "a.b", ""):
            place.refused("mint", READ, "--bucket", bucket, status=2,
                          says="mintage: --bucket: ")
        place.refused("mint", "--bucket=downloads", status=2,
                      says="mintage: --permission: ")
        place.refused("mint", "--bucket=downloads", READ, "--parent=portal",
                      "--parent=portal", status=2, says="--parent")


@case("what the parent may not do ends with 1, and is in the audit log")
def _():
    with Place() as place:
        place.refused("mint", "--bucket=others", READ, says="--bucket")
        place.refused("mint", "--bucket=uploads", "--permission",
                      "admin-read-only", says="--permission")
        lines = place.audit()
        same([line["event"] for line in lines], ["refused", "refused"])
        same([line["status"] for line in lines], [403, 403])
        same({line["caller"] for line in lines}, {"owner"})


@case("keys and prefixes of the command line that are none are refused")
def _():
    with Place() as place:
        for option in ("--object", "--prefix"):
            name = option[2:] + ("s" if option == "--object" else "es")
            for key in ("", 1025 * "k", b"\xff"):
                place.refused("mint", "--bucket=downloads", READ, option, "ok",
                              option, key, says=f"mintage: entry 2 of {name}: ")
        place.result(READ, "--object", 1024 * "k")
        place.refused("mint", "--bucket=downloads", READ, "--each",
                      says="entries")


@case("a prefix without a slash is warned of")
def _():
    with Place() as place:
        done = place.mint(READ, "--prefix", "users/ann")
        remember(json.loads(done.stdout)["result"])
        assert "mintage: warning: entry 1 of prefixes: " in done.said, done.said
        same(len(json.loads(done.stdout)["messages"]), 1)


# ---- mint: parents and accounts ---------------------------------------------

@case("of two parents that fit one must be named, by name or id")
def _():
    with Place(CONFIG + SECOND_PARENT) as place:
        place.refused("mint", "--bucket=downloads", READ,
                      says=["mintage: --parent: ", KEY_ID, OTHER_KEY_ID])
        for name in ("second", OTHER_KEY_ID):
            claims_of(place.result(READ, "--parent", name), OTHER_SECRET,
                      OTHER_KEY_ID)
        claims_of(place.result(READ, "--parent=portal"))
        claims_of(place.result(READ, bucket="uploads"))
        place.refused("mint", "--bucket=downloads", READ, "--parent=third",
                      says=["--parent", "third"])


@case("the account is the parent's, the one named, or the one that fits")
def _():
    host = OTHER_ACCOUNT + ".eu.r2.cloudflarestorage.com"
    with Place(CONFIG + SECOND_ACCOUNT) as place:
        abroad = (OTHER_SECRET, OTHER_KEY_ID, host)
        for options, bucket in [(["--parent=abroad"], "downloads"),
                                (["--account=other"], "downloads"),
                                (["--account", OTHER_ACCOUNT], "downloads"),
                                ([], "abroad")]:
            claims = claims_of(place.result(READ, *options, bucket=bucket),
                               *abroad)
            same(claims["sub"], OTHER_ACCOUNT)
        same(claims_of(place.result(READ, bucket="uploads"))["sub"], ACCOUNT)
        place.refused("mint", "--bucket=downloads", READ,
                      says=["--account", "main", "other"])
        place.refused("mint", "--bucket=nowhere", READ, says="nowhere")
        place.refused("mint", "--bucket=downloads", status=2,
                      says="--permission")
        place.refused("mint", "--bucket=downloads", READ, "--account=third",
                      says=["--account", "third"])
        place.refused("mint", "--bucket=downloads", READ, "--account=main",
                      "--parent=abroad", says="--parent")


@case("an account in two jurisdictions is not two that fit")
def _():
    both = SECOND_ACCOUNT.replace(OTHER_ACCOUNT, ACCOUNT)
    with Place(CONFIG + both) as place:
        host = ACCOUNT + ".eu.r2.cloudflarestorage.com"
        claims_of(place.result(READ, bucket="abroad"), OTHER_SECRET,
                  OTHER_KEY_ID, host)
        claims_of(place.result(READ, bucket="uploads"))
        place.refused("mint", "--bucket=downloads", READ, says="--parent")


if __name__ == "__main__":
    main(runs=50, words=15)
