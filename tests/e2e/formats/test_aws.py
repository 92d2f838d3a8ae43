#!/usr/bin/python3
"""aws, process and container: read by boto3."""
import base64
import configparser
import json
import os
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (MINTAGE, USERS, batch_path, case, equal, main, need,
                     query, single_path)
from reading import (BOTO, BUCKET, ENDPOINT, batch, body_of, clean_environment,
                     ended, folder_for, links_path, make_site, run, single,
                     store, whole, write)


def boto3_gets(folder, keys, environment):
    """What boto3 prints of these objects, in a process of its own."""
    return run([sys.executable, "-c", BOTO, ENDPOINT.url, BUCKET] + keys,
               folder, environment=environment)


def aws_environment(folder, profile=None, **more):
    """A client with files of its own and nothing else to go by."""
    paths = {"AWS_CONFIG_FILE": "config",
             "AWS_SHARED_CREDENTIALS_FILE": "credentials"}
    more.update({name: os.path.join(folder, path)
                 for name, path in paths.items()})
    if profile:
        more["PROFILE"] = profile
    return clean_environment(folder, **more)


@case("aws: boto3 finds a profile for each entry, and each opens its own")
def _(site):
    keys = ["plain", "käse = ; # [x].txt", "aws_access_key_id = x"]
    store(keys)
    answer = batch(site, "aws", objects=keys, prefixes=["pre/"])
    text = ended(answer, 4)
    for key in keys:
        need(f"\n# key: {key}\n" in text, f"{key} is not named")
    folder = folder_for(site)
    write(os.path.join(folder, "credentials"), answer.body)
    write(os.path.join(folder, "config"), b"")
    for number, key in enumerate(keys):
        found = boto3_gets(folder, [key, keys[number - 1]],
                           aws_environment(folder, f"mintage-{number}"))
        equal(found, body_of(key) + b"AccessDenied\n", key)


@case("aws: boto3 finds a single credential as [mintage], whatever its keys")
def _(site):
    keys = ["line\nfeed", "other"]
    store(keys)
    answer = single(site, "aws", objects=keys)
    ended(answer, 1)
    folder = folder_for(site)
    write(os.path.join(folder, "credentials"), answer.body)
    write(os.path.join(folder, "config"), b"[default]\nregion = auto\n")
    found = boto3_gets(folder, keys, aws_environment(folder, "mintage"))
    equal(found, b"".join(map(body_of, keys)))


@case("aws: configparser sees no section or setting that an entry made up")
def _(site):
    bad = "x\n[default]\naws_access_key_id = stolen\n#"
    answer = batch(site, "aws", onError="report", objects=[
        "good", bad, {"key": "y", "permission": "z\n[other]\n"}])
    parser = configparser.RawConfigParser()
    parser.read_string(ended(answer, 3, 2))
    equal(parser.sections(), ["mintage-0"])
    equal(parser.defaults(), {})
    equal(set(parser["mintage-0"]), {
        "aws_access_key_id", "aws_secret_access_key", "aws_session_token"})


@case("process: boto3 runs mintage as its credential_process")
def _(site):
    store(["mine/a", "b"])
    folder = folder_for(site)
    command = (f"{MINTAGE} mint --config {site.settings.path} --bucket "
               f"{BUCKET} --permission object-read-only --prefix mine/ "
               "--format process")
    write(os.path.join(folder, "config"),
          f"[profile r2]\ncredential_process = {command}\n".encode())
    found = boto3_gets(folder, ["mine/a", "b"], aws_environment(folder, "r2"))
    equal(found, body_of("mine/a") + b"AccessDenied\n")


@case("process: one JSON object, version the number 1")
def _(site):
    found = json.loads(whole(single(site, "process", objects=["a"]), 1))
    equal(found.pop("Version"), 1)
    equal(set(found), {"AccessKeyId", "SecretAccessKey", "SessionToken",
                       "Expiration"})


def container_query(**more):
    return query(bucket=BUCKET, permission="object-read-only", **more)


@case("container: boto3 fetches it from AWS_CONTAINER_CREDENTIALS_FULL_URI")
def _(site):
    store(["mine/ä b", "b"])
    folder = folder_for(site)
    uri = (f"http://127.0.0.1:{site.port}{site.mount}{single_path()}"
           + container_query(prefixes="mine/", format="container",
                             ttlSeconds="3600"))
    found = boto3_gets(folder, ["mine/ä b", "b"], aws_environment(
        folder, AWS_CONTAINER_CREDENTIALS_FULL_URI=uri,
        AWS_CONTAINER_AUTHORIZATION_TOKEN="Bearer "
        + site.settings.tokens["mine"]))
    equal(found, body_of("mine/ä b") + b"AccessDenied\n")


@case("container: GET issues for a bearer who asks for it, and is recorded")
def _(site):
    path = single_path() + container_query(objects="a", format="container")
    answer = site.request("GET", path, token="bulk")
    found = json.loads(whole(answer, 1))
    equal(set(found), {"AccessKeyId", "SecretAccessKey", "Token",
                       "Expiration"})
    site.audit(answer.id, "issue", "outcome")


@case("container: by GET nobody else gets anything")
def _(site):
    good = single_path() + container_query(objects="users/ann/a",
                                           format="container")
    basic = {"Authorization": "Basic "
             + base64.b64encode(f"ann:{USERS['ann']}".encode()).decode()}
    raw = {"Authorization": site.settings.tokens["bulk"]}
    for answer in (
            site.request("GET", good),
            site.request("GET", good, headers=raw),
            site.request("GET", good, mount="/office", headers=basic)):
        equal(answer.status, 401)
        need("Bearer" in answer.headers["WWW-Authenticate"],
             "WWW-Authenticate names no Bearer")
        need("Bearer TOKEN" in answer.errors[0]["message"], answer.text)
        site.audit(answer.id, "refused")
    for answer in (
            site.request("HEAD", good, token="bulk"),
            site.request("GET", good.replace("format=container",
                                             "format=json"), token="bulk"),
            site.request("GET", good.replace("&format=container", ""),
                         token="bulk"),
            site.request("GET", batch_path() + container_query(
                objects="a", format="container"), token="bulk"),
            site.request("GET", links_path() + query(
                bucket=BUCKET, objects="a", format="container"),
                token="bulk")):
        equal((answer.status, answer.headers["Allow"]), (405, "POST"))
        need("sessionToken" not in answer.text and "Token\"" not in
             answer.text, answer.text)
    equal(site.request("GET", good, token="wrong").status, 401)
    answer = site.request("GET", good + "&format=json", token="bulk")
    equal(answer.status, 400)
    answer = site.request("GET", good.replace("users%2Fann%2F", "private/"),
                          token="web")
    equal(answer.status, 403)


if __name__ == "__main__":
    main(make_site)
