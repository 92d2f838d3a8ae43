"""Where the source and the programs under test are.

Importing this also lets `import r2` and `import api` find the tests' S3
endpoint and the tests' Cloudflare API, and removes from the environment what
would change how programs behave.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SRC = os.path.abspath(os.environ.get("MINTAGE_SRC")
                      or os.path.join(HERE, "..", "..", "..", ".."))
BUILD = os.path.abspath(os.environ.get("MINTAGE_BUILD") or SRC)
RESPONDER = os.path.join(BUILD, "mintage.fcgi")
MINTAGE = os.path.join(BUILD, "mintage")
SANITIZED = os.environ.get("MINTAGE_SANITIZERS", "no") not in ("", "no")

sys.path[1:1] = [os.path.join(SRC, "tests", "r2"),
                 os.path.join(SRC, "tests", "cloud")]

# curl, boto3 and others must not take these from whoever runs the tests.
for _name in [name for name in os.environ
              if name.startswith("AWS_") or name.lower().endswith("_proxy")
              or name == "MINTAGE_CONFIG"]:
    del os.environ[_name]
