"""Clients that others wrote: boto3, and programs run without settings."""
import os
import subprocess
import tempfile

import boto3
import botocore.config
import botocore.exceptions


def client(endpoint, who):
    return boto3.client(
        "s3", endpoint_url=endpoint.url, region_name="auto",
        aws_access_key_id=who.name, aws_secret_access_key=who.secret,
        aws_session_token=who.token,
        config=botocore.config.Config(signature_version="s3v4",
                                      s3={"addressing_style": "path"},
                                      retries={"max_attempts": 0}))


def boto_status(function, **params):
    """The HTTP status of a boto3 call that may fail."""
    try:
        answer = function(**params)
    except botocore.exceptions.ClientError as error:
        answer = error.response
    return answer["ResponseMetadata"]["HTTPStatusCode"]


def run(*command, **options):
    """A program in an environment without anybody's settings."""
    with tempfile.TemporaryDirectory() as home:
        env = {"PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C.UTF-8"}
        return subprocess.run(command, capture_output=True, env=env,
                              timeout=120, **options)
