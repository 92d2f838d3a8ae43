"""The sample of a configuration, filled in as its head tells its owner to."""
import hashlib
import os
import re

from harness import SRC

SAMPLE = os.path.join(SRC, "cgi/deploy/mintage.conf")


def text():
    with open(SAMPLE, encoding="utf-8") as file:
        return file.read()


def in_force(sample, *sections):
    """The sample with these sections in force: without the ";" before them and
    their keys. All sections, where none is named."""
    name = "|".join(map(re.escape, sections)) or r".*"
    return re.sub(rf"^;\[({name})\]$.*?(?=^;\[|\Z)", lambda part: re.sub(
        r"^;(\[|[a-z0-9-]+ =)", r"\1", part[0], flags=re.M), sample,
        flags=re.M | re.S)


def with_values(sample, **values):
    """The sample with these values in place of those shown, in every section
    in force. A value of None removes the line."""
    for name, value in values.items():
        line = re.compile(rf"^{name.replace('_', '-')} = .*\n", re.M)
        new = "" if value is None else f"{name.replace('_', '-')} = {value}\n"
        assert line.search(sample), name
        sample = line.sub(lambda _, new=new: new, sample)
    return sample


def portal(sample, account, parent, token):
    """The sample with one parent and one caller, whose token this is."""
    return with_values(
        in_force(sample, "account main", "parent portal", "caller web"),
        id=account, access_key_id=parent, endpoint=None,
        bearer_sha256=hashlib.sha256(token.encode()).hexdigest(),
        max_entries="100000")
