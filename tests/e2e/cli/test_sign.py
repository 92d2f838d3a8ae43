#!/usr/bin/python3
"""`mintage sign`: links, which the tests' S3 endpoint judges."""
import base64
import hashlib
import json
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case
from place import (ACCOUNT, CONFIG, KEY_ID, OTHER_ACCOUNT, Place,
                   SECOND_ACCOUNT, SECOND_PARENT, claims_of, judge_link, main,
                   query_of, remember, same)


@case("sign: a link an object, by GET and for 900 seconds unless asked")
def _():
    with Place() as place:
        keys = ["a b/ä.txt", "new\nline", "%2F?#&+", "-", "\U0001f600"]
        links = place.links(*[f"--object={key}" for key in keys])
        same([link["key"] for link in links], keys)
        for link in links:
            same((link["method"], link["headers"]), ("GET", {}))
            same(query_of(link)["X-Amz-Expires"], "900")
            assert "X-Amz-Security-Token" not in link["url"], link
        for method in ("GET", "HEAD", "PUT", "DELETE"):
            link, = place.links("--object=a", "--method", method, "--ttl=60")
            same((link["method"], query_of(link)["X-Amz-Expires"]),
                 (method, "60"))
        same(place.links("--object=a", "--sign=parent")[0]["key"], "a")


@case("sign: scoped links hold a token for one object and one action")
def _():
    with Place() as place:
        place.write("list", "m1\nm 2\n")
        for method, action in (("GET", "GetObject"), ("PUT", "PutObject")):
            links = place.links("--sign=scoped", "--object=o", "--ttl=60",
                                "--method", method, "list")
            same([link["key"] for link in links], ["o", "m1", "m 2"])
            for link in links:
                token = query_of(link)["X-Amz-Security-Token"]
                text = base64.b64decode(token)[4:]
                credential = {
                    "accessKeyId": KEY_ID, "sessionToken": token,
                    "secretAccessKey": hashlib.sha256(text).hexdigest(),
                    "expiresAt": link["expiresAt"]}
                remember(credential)
                claims = claims_of(credential)
                same((claims["actions"], claims["exp"] - claims["iat"]),
                     ([action], 60))
                same(claims["paths"], {"prefixPaths": [],
                                       "objectPaths": [link["key"]]})


@case("sign: an entry's method, ttl, name and headers are its own")
def _():
    digest = hashlib.sha256(b"x").hexdigest()
    with Place() as place:
        place.write("m.json", json.dumps([
            "a", {"key": "b", "method": "PUT", "contentType": "image/png",
                  "contentLength": 1, "sha256": digest},
            {"key": "c", "ttlSeconds": 60},
            {"key": "d", "filename": "ä, 1.txt"}]))
        a, b, c, d = place.links("m.json")
        same([link["method"] for link in (a, b, c, d)],
             ["GET", "PUT", "GET", "GET"])
        same(b["headers"], {"Content-Type": "image/png", "Content-Length": "1",
                            "x-amz-content-sha256": digest})
        same(query_of(c)["X-Amz-Expires"], "60")
        same(query_of(d)["response-content-disposition"],
             "attachment; filename=\"_, 1.txt\"; "
             "filename*=UTF-8''%C3%A4%2C%201.txt")
        place.write("m.csv", "method,key,contentType\nPUT,p,text/plain\n,g,\n")
        p, g = place.links("m.csv")
        same((p["method"], p["headers"], g["method"]),
             ("PUT", {"Content-Type": "text/plain"}, "GET"))


@case("sign: what an upload keeps and a download answers with, as options")
def _():
    with Place() as place:
        upload, = place.links(
            "--object=a", "--method=PUT", "--cache-control=no-cache",
            "--content-disposition=inline", "--content-encoding=gzip",
            "--if-none-match=*", '--metadata={"Author": "Ada"}')
        same(upload["headers"], {
            "Cache-Control": "no-cache", "Content-Disposition": "inline",
            "Content-Encoding": "gzip", "If-None-Match": "*",
            "x-amz-meta-author": "Ada"})
        judge_link(upload, "downloads")
        place.write("m.csv", "key,partNumber\nb,1\nb,2\n")
        for number, part in enumerate(place.links(
                "m.csv", "--method=PUT", "--upload-id=u"), 1):
            same((query_of(part)["partNumber"], query_of(part)["uploadId"]),
                 (str(number), "u"))
            judge_link(part, "downloads")
        part, = place.links("--object=b", "--method=PUT", "--upload-id=u",
                            "--part-number=7")
        same(query_of(part)["partNumber"], "7")
        shown, = place.links(
            "--object=a", "--disposition=inline",
            "--response-content-type=text/plain",
            "--response-cache-control=no-store")
        same([query_of(shown)["response-" + name] for name in (
            "content-disposition", "content-type", "cache-control")],
             ["inline", "text/plain", "no-store"])
        for option, words in [
                ("--disposition=open", "inline"), ("--metadata=a=b", "JSON"),
                ("--metadata={}", "names nothing"), ("--part-number=0", "10000"),
                ("--part-number=1.5", "10000"), ("--if-none-match=x", "*"),
                ("--cache-control=a  b", "blank"), ("--upload-id=", "1024")]:
            done = place.refused("sign", "--bucket=downloads", "--object=a",
                                 option, status=2, says=words)
            assert done.said.startswith(
                f"mintage: {option.split('=')[0]}: "), done.said
        place.refused("sign", "--bucket=downloads", "--object=a",
                      "--cache-control=x",
                      says=["entry 1 of objects", "'cacheControl' is for PUT"])


@case("sign: 20,000 keys through a pipe, as many links out, in ndjson")
def _():
    with Place() as place:
        keys = [f"folder {i % 97}/file-{i}.bin" for i in range(20000)]
        done = place.run("sign", "--bucket=downloads", "--format=ndjson", "-",
                         stdin="\n".join(keys).encode())
        same(done.returncode, 0, done.said)
        *links, end = map(json.loads, done.stdout.splitlines())
        same([link["key"] for link in links], keys)
        same(end["result_info"], {"count": 20000, "failed": 0})
        for link in links[::100]:
            judge_link(link, "downloads")


@case("sign: what is refused, and by which exit status")
def _():
    with Place(CONFIG + SECOND_PARENT.replace("downloads", "reports")) as place:
        for option, words in [
                ("--method=POST", "use PUT"), ("--method=get", "GET"),
                ("--method=", "GET"), ("--sign=both", "scoped"),
                ("--ttl=604801", "604800"), ("--on-error=no", "report")]:
            done = place.refused("sign", "--bucket=downloads", "--object=a",
                                 option, status=2, says=words)
            assert done.said.startswith(
                f"mintage: {option.split('=')[0]}: "), done.said
        place.refused("sign", "--bucket=downloads", says="name objects")
        place.refused("sign", "--bucket=reports", "--object=a",
                      "--method=PUT", says="mintage: --method: ")
        same(len(place.links("--object=a", bucket="reports")), 1)
        place.refused("sign", "--bucket=downloads", "--object=ok",
                      "--object=a/../b", says=["entry 2 of objects: ",
                                             "credential"])
        place.write("m.json", json.dumps([
            "a", {"key": "b", "contentType": "a/b"}, {"key": "./c"},
            {"key": "d", "method": "PUT", "sha256": "0"}]))
        done = place.refused("sign", "--bucket=downloads", "m.json")
        same([line.split(": ")[1] for line in done.said.splitlines()],
             ["entry 2, contentType", "entry 3", "entry 4, sha256"])
        links = place.links("--on-error=report", "m.json", status=1)
        same([("error" in link) for link in links], [False, True, True, True])
        place.write("p.json", '{"prefixes":["p/"]}')
        place.refused("sign", "--bucket=downloads", "p.json",
                      says=["entry 1 of prefixes: ", "one object"])


@case("sign: a key that clients may squash is warned of, on standard error")
def _():
    with Place() as place:
        done = place.run("sign", "--bucket=downloads", "--object=a//b",
                         "--object=ok", "--object=/c")
        same(done.returncode, 0)
        lines = done.said.splitlines()
        same([line.split(": ")[:3] for line in lines],
             [["mintage", "warning",
               "2 entries, the first is entry 1 of objects"]])
        for link in json.loads(done.stdout)["result"]:
            judge_link(link, "downloads")


@case("sign: the account is the one whose parent may do the method")
def _():
    with Place(CONFIG + SECOND_ACCOUNT) as place:
        link, = place.links("--object=a", "--method=PUT")
        assert ACCOUNT in link["url"], link
        link, = place.links("--object=a", "--parent=abroad")
        assert f"//{OTHER_ACCOUNT}.eu." in link["url"], link
        place.refused("sign", "--bucket=downloads", "--object=a",
                      says=["--account", "main", "other"])
        place.refused("sign", "--bucket=abroad", "--object=a", "--method=PUT",
                      says="abroad")


@case("sign: two lines of audit, with the action and every link's scope")
def _():
    with Place() as place:
        place.write("m.json", '["a",{"key":"b","method":"PUT"}]')
        place.links("--ttl=60", "m.json")
        issue, outcome = place.audit()
        same((issue["caller"], issue["route"], issue["actions"],
              issue["ttlSeconds"], issue["count"]),
             ("owner", "sign", ["GetObject"], 60, 2))
        same((outcome["result"], outcome["issued"]), ("complete", 2))
        scopes = ('downloads\tGetObject\t60\tobject\t"a"\n'
                  'downloads\tPutObject\t60\tobject\t"b"\n')
        same(issue["scopes"], hashlib.sha256(scopes.encode()).hexdigest())


if __name__ == "__main__":
    main(runs=25, words=200)
