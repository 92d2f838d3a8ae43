#!/usr/bin/python3
"""The manual's lines that make manifests of other programs' lists: each is run
as it stands there. Programs that ask a service are asked for a local folder, or
are stood for by what they print."""
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import SRC, Skip, case
from place import Place, main, same

NAMES = ["a.txt", "deep/er/b.txt", "two words.txt", "Árvíztűrő.txt",
         "=cmd, \"q\" 'a'.txt", "x [1] #.txt", "\\back.txt", "-dash"]
NEWLINE = "new\nline.txt"

# The commands that can't run here, and what stands for them.
STANDINS = {
    "aws": """#!/usr/bin/python3
import json, sys
import jmespath
with open("listing.json", encoding="utf-8") as file:
    found = json.load(file)
if "--query" in sys.argv:
    found = jmespath.search(sys.argv[sys.argv.index("--query") + 1], found)
assert sys.argv[sys.argv.index("--output") + 1] == "json"
print(json.dumps(found, indent=4))
""",
    "s3cmd": """#!/usr/bin/python3
import json
with open("listing.json", encoding="utf-8") as file:
    for each in json.load(file)["Contents"]:
        print("2026-11-27 06:07 %12d  s3://reports/%s" % (
            each["Size"], each["Key"]))
""",
    "mc": """#!/usr/bin/python3
import json
print(json.dumps({"status": "success", "type": "folder", "key": "deep/"}))
with open("listing.json", encoding="utf-8") as file:
    for each in json.load(file)["Contents"]:
        print(json.dumps({
            "status": "success", "type": "file", "size": each["Size"],
            "lastModified": "2026-11-27T06:07:49Z", "key": each["Key"],
            "etag": "x", "url": "https://r2.example.org/reports/"}))
""",
}


def manual():
    """(manifest format, command) for each of the lines."""
    if not shutil.which("mandoc"):
        raise Skip("mandoc is not installed")
    text = subprocess.run(
        ["mandoc", "-T", "ascii", os.path.join(SRC, "cgi/man/mintage.1")],
        stdout=subprocess.PIPE, check=True).stdout.decode()
    text = re.sub(".\b", "", text)
    section = re.search(r"^ +Lists of other programs$(.*?)^ +Formats$", text,
                        re.M | re.S).group(1)
    return re.findall(r"^ +(lines|json): [^$]*?^ +\$ (.*?)\n(?=\n)", section,
                      re.M | re.S)


def fill(place, names):
    """The files, in a working tree, in an archive, and as a listing."""
    folder = place.path("tree/reports")
    for name in names:
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b"x")
    if shutil.which("git"):
        for command in (["git", "init", "-q"], ["git", "add", "-A"]):
            subprocess.run(command, cwd=folder, check=True)
    with tarfile.open(folder + ".tar", "w") as archive:
        for name in sorted(os.listdir(folder)):
            if name != ".git":
                archive.add(os.path.join(folder, name), name)
    tools = place.path("tools")
    os.mkdir(tools)
    for name, text in STANDINS.items():
        place.write("tools/" + name, text, 0o755)
    return folder


def keys_of(place, command, form, folder):
    """Run the line, and what `mintage sign` makes of what it prints."""
    work = folder if command.startswith(("find", "git")) else \
        os.path.dirname(folder)
    environment = dict(
        place.environment(), LC_ALL="C.UTF-8",
        PATH=place.path("tools") + ":" + os.environ["PATH"],
        RCLONE_CONFIG="/dev/null", RCLONE_CONFIG_R2_TYPE="alias",
        RCLONE_CONFIG_R2_REMOTE=os.path.dirname(folder))
    done = subprocess.run(["sh", "-c", command], cwd=work, check=False,
                          capture_output=True, env=environment, timeout=60)
    same(done.returncode, 0, f"{command}: {done.stderr.decode()}")
    links = place.links("--manifest-format", form, stdin=done.stdout)
    return sorted(link["key"] for link in links)


def run_all(names, wanted):
    """Run the lines that `wanted` takes. Returns their first words."""
    ran = []
    with Place() as place:
        folder = fill(place, names)
        listing = {"Contents": [{"Key": name, "Size": 1} for name in names]}
        place.write("tree/listing.json", json.dumps(listing))
        for form, command in manual():
            words = re.findall(r"(?:^|\|\s+)(\w+)",
                               re.sub(r"'[^']*'", "", command))
            if not wanted(form, command):
                continue
            missing = [word for word in words if word not in STANDINS
                       and not shutil.which(word)]
            if missing:
                print("# not run, without", *missing, command)
                continue
            found = [key for key in keys_of(place, command, form, folder)
                     if not key.startswith(".git/")]
            same(found, sorted(names), command)
            ran.append(words[0])
    return ran


@case("each line of the manual makes a manifest of exactly the keys")
def _():
    found = manual()
    same(sorted(re.match(r"\w+", command).group() for _, command in found),
         sorted("find find git tar rclone rclone rclone aws aws s3cmd mc"
                .split()))
    ran = run_all(NAMES, lambda form, command: True)
    assert "find" in ran and len(ran) >= 2, ran


@case("those that make JSON keep names that hold newlines")
def _():
    # rclone reads local names that hold newlines as other names.
    if not run_all([*NAMES, NEWLINE], lambda form, command:
                   form == "json" and not command.startswith("rclone")):
        raise Skip("jq is not installed")


if __name__ == "__main__":
    main(runs=2, words=2)
