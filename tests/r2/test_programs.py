#!/usr/bin/python3
"""Programs that others wrote: boto3, curl, rclone and aria2c."""
import contextlib
import hashlib
import io
import os
import tempfile

import boto3.s3.transfer

from programs import boto_status, client, run
from signer import AS_PARENT, NOTHING, UNSIGNED, Credential, mint
from support import main, tap


def test_boto3(endpoint):
    """boto3 with a temporary credential, from put to delete."""
    who = mint(endpoint, {"paths": {"prefixPaths": ["boto/"]}})
    s3 = client(endpoint, who)
    s3.put_object(Bucket="my-bucket", Key="boto/Ő +1", Body=b"body",
                  ContentType="text/x-b", Metadata={"a": "b"})
    answer = s3.get_object(Bucket="my-bucket", Key="boto/Ő +1")
    tap.same((answer["Body"].read(), answer["ContentType"],
              answer["Metadata"]), (b"body", "text/x-b", {"a": "b"}),
             "boto3: put and get")
    tap.same(s3.head_object(Bucket="my-bucket", Key="boto/Ő +1")
             ["ContentLength"], 4, "boto3: head")
    s3.copy_object(Bucket="my-bucket", Key="boto/copy",
                   CopySource={"Bucket": "my-bucket", "Key": "boto/Ő +1"})
    answer = s3.list_objects_v2(Bucket="my-bucket", Prefix="boto/")
    tap.same([item["Key"] for item in answer["Contents"]],
             ["boto/copy", "boto/Ő +1"], "boto3: copy and list")
    s3.delete_object(Bucket="my-bucket", Key="boto/copy")
    tap.same(boto_status(s3.head_object, Bucket="my-bucket",
                         Key="boto/copy"), 404, "boto3: delete")
    body = os.urandom(11 * 1024 * 1024)
    s3.upload_fileobj(io.BytesIO(body), "my-bucket", "boto/large",
                      Config=boto3.s3.transfer.TransferConfig(
                          multipart_threshold=1, max_concurrency=2,
                          multipart_chunksize=5 * 1024 * 1024))
    tap.ok(endpoint.get("my-bucket", "boto/large") == body,
           "boto3: upload in parts")
    answer = s3.head_object(Bucket="my-bucket", Key="boto/large")
    tap.ok(answer["ETag"].endswith('-3"'), "boto3: ETag of three parts",
           answer["ETag"])
    tap.same((boto_status(s3.get_object, Bucket="my-bucket", Key="a.txt"),
              boto_status(s3.get_object, Bucket="other-bucket", Key="a"),
              boto_status(s3.list_objects_v2, Bucket="my-bucket"),
              boto_status(client(endpoint, Credential(
                  who.name, "0" * 64, who.token)).get_object,
                  Bucket="my-bucket", Key="boto/large")),
             (403, 403, 403, 403), "boto3: turned away")


def test_curl(endpoint):
    """curl --aws-sigv4; it leaves x-amz-content-sha256 to its caller."""
    who = mint(endpoint, {"paths": {"objectPaths": ["curl/file.txt"]}})

    def curl(url, *options, payload=NOTHING):
        result = run("curl", "-sS", "--aws-sigv4", "aws:amz:auto:s3", "-u",
                     f"{who.name}:{who.secret}", "-H",
                     f"x-amz-security-token: {who.token}", "-H",
                     f"x-amz-content-sha256: {payload}", "-w",
                     "%{stderr}%{http_code}", *options, endpoint.url + url)
        return int(result.stderr or b"0"), result.stdout

    body = b"from curl"
    with tempfile.NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        digest = hashlib.sha256(body).hexdigest()
        target = "/my-bucket/curl/file.txt"
        tap.same(curl(target, "-T", file.name, payload=digest)[0], 200,
                 "curl: upload with its hash")
        tap.same(curl(target, "-T", file.name, payload=UNSIGNED)[0], 200,
                 "curl: upload without")
        with open(file.name, "rb") as stream:
            status = run("sh", "-c", "cat | curl -sS -T - -o /dev/null -w "
                         "'%{http_code}' -H 'Transfer-Encoding: chunked' "
                         f"'{self_put(endpoint)}'", stdin=stream).stdout
        tap.same((status, endpoint.get("my-bucket", "piped")),
                 (b"200", body), "curl: upload of unknown length")
    tap.same(curl(target), (200, body), "curl: download")
    tap.same(curl(target, "-r", "0-3"), (206, b"from"), "curl: a range")
    tap.same(curl(target, "-I")[0], 200, "curl: HEAD")
    tap.same(curl("/my-bucket/a.txt")[0], 403, "curl: another key")
    tap.same(curl("/other-bucket/curl/file.txt")[0], 403,
             "curl: another bucket")
    tap.same(curl("/my-bucket?list-type=2")[0], 403, "curl: a listing")
    tap.same(curl(target, "-X", "DELETE")[0], 204, "curl: DELETE")


def self_put(endpoint):
    return client(endpoint, AS_PARENT).generate_presigned_url(
        "put_object", Params={"Bucket": "my-bucket", "Key": "piped"})


def rclone_config(endpoint, who, path):
    with open(path, "w") as file:
        file.write("[r2]\ntype = s3\nprovider = Cloudflare\n"
                   f"access_key_id = {who.name}\n"
                   f"secret_access_key = {who.secret}\n"
                   f"session_token = {who.token}\nregion = auto\n"
                   f"endpoint = {endpoint.url}\nacl = private\n"
                   "no_check_bucket = true\n")


def test_rclone(endpoint):
    who = mint(endpoint, {"paths": {"prefixPaths": ["rclone/"]}})
    files = {"one.txt": b"1", "sub/Ő two+.txt": b"2",
             "large": os.urandom(6 * 1024 * 1024)}
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "rclone.conf")
        rclone_config(endpoint, who, config)
        for name, body in files.items():
            path = os.path.join(folder, "from", name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(body)

        def rclone(*arguments):
            return run("rclone", "--config", config, "--retries", "1",
                       *arguments)

        result = rclone("copy", folder + "/from", "r2:my-bucket/rclone",
                        "--s3-upload-cutoff", "5M", "--s3-chunk-size", "5M")
        got = {name: endpoint.get("my-bucket", "rclone/" + name)
               for name in files}
        tap.ok(result.returncode == 0 and got == files, "rclone: copy there",
               result.stderr.decode())
        result = rclone("lsf", "-R", "--files-only", "r2:my-bucket/rclone/")
        tap.same(sorted(result.stdout.decode().splitlines()), sorted(files),
                 "rclone: ls")
        result = rclone("copy", "r2:my-bucket/rclone/", folder + "/to")
        same = run("diff", "-r", folder + "/from", folder + "/to")
        tap.ok(result.returncode == same.returncode == 0,
               "rclone: copy back", result.stderr.decode(), same.stdout)
        tap.ok(rclone("lsf", "r2:my-bucket/other/").returncode != 0,
               "rclone: another prefix turned away")


def test_downloaders(endpoint):
    """aria2c -i and curl -K, with links of a temporary credential."""
    who = mint(endpoint, {"paths": {"prefixPaths": ["load/"]}})
    s3 = client(endpoint, who)
    files = {f"file {number} é": os.urandom(1000 * number + 5)
             for number in range(4)}
    files["large"] = os.urandom(5 * 1024 * 1024)
    links = {}
    for name, body in files.items():
        endpoint.put("my-bucket", "load/" + name, body)
        links[name] = s3.generate_presigned_url(
            "get_object", Params={"Bucket": "my-bucket",
                                  "Key": "load/" + name})
    lists = {
        "aria2c": "".join(f"{url}\n  out={name}\n  dir=out\n"
                          for name, url in links.items()),
        "curl": "".join(f'url = "{url}"\noutput = "out/{name}"\n'
                        for name, url in links.items()),
    }
    commands = {
        "aria2c": ["aria2c", "--no-conf", "-q", "-x4", "-s4", "-k1M", "-i",
                   "list"],
        "curl": ["curl", "-sS", "-f", "--create-dirs", "-K", "list"],
    }
    for program, command in commands.items():
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "list"), "w") as file:
                file.write(lists[program])
            endpoint.log.clear()
            result = run(*command, cwd=folder)
            got = {}
            with contextlib.suppress(FileNotFoundError):
                for name in os.listdir(os.path.join(folder, "out")):
                    with open(os.path.join(folder, "out", name),
                              "rb") as file:
                        got[name] = file.read()
            tap.ok(got == files, f"{program}: a list of links",
                   result.returncode, result.stderr.decode(), sorted(got))
            if program == "aria2c":
                tap.ok(206 in [entry.status for entry in endpoint.log],
                       "aria2c: in ranges", endpoint.log)


if __name__ == "__main__":
    main()
