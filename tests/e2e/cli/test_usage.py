#!/usr/bin/python3
"""`mintage`: help, wrong usage, and which configuration is read."""
import os
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case
from place import Place, READ, main, same


@case("help and version go to standard output")
def _():
    with Place() as place:
        for arguments, words in [
                (["--version"], b"mintage "), (["--help"], b"Usage: mintage "),
                (["help"], b"Usage: mintage "),
                (["help", "mint"], b"--bucket"),
                (["help", "sign"], b"--method"), (["sign", "-h"], b"--sign"),
                (["help", "inspect"], b"TOKEN"),
                (["help", "check"], b"--config"),
                (["help", "caller"], b"NAME"), (["mint", "--help"], b"--each"),
                (["inspect", "-h"], b"--parent"),
                (["check", "--help"], b"--config"),
                (["caller", "--help"], b"add"),
                (["caller", "add", "--help"], b"add")]:
            done = place.run(*arguments)
            same(done.returncode, 0, arguments)
            assert words in done.stdout, (arguments, done.stdout)
            same(done.said, "", arguments)


@case("wrong usage ends with 2 and says what was meant")
def _():
    with Place() as place:
        for arguments, words in [
                ([], "Usage"), (["mnit"], "'mint'"), (["help", "chek"], "check"),
                (["zzzzzzzz"], "no command 'zzzzzzzz'\n"),
                (["mint", "--buckt", "x"], "'--bucket'"),
                (["mint", "--bucket"], "needs a value"),
                (["mint", "--each=3"], "takes no value"),
                (["mint", "-x"], "'-x'"), (["mint"], "--bucket"),
                (["mint", "-é"], "no option '-é'\n"),
                (["mint", "--bucket=x", "-é", "x"], "no option '-é'\n"),
                (["mint", "--bucket=x", "-–each"], "no option '-–each'\n"),
                (["mint", b"-\xff"], "no option '-\ufffd'\n"),
                (["mint", "--bucket", "downloads", READ, "a", "b"], "MANIFEST"),
                (["sign"], "--bucket"), (["sign", "--metod=PUT"], "'--method'"),
                (["sign", "--bucket=downloads", "--prefix=p/"], "'--prefix'"),
                (["sign", "--bucket=downloads", READ], "'--permission"),
                (["sign", "--bucket=downloads", "a", "b"], "MANIFEST"),
                (["mint", "--bucket=downloads", "--method=GET"], "'--method"),
                (["inspect"], "TOKEN"), (["inspect", "a", "b"], "TOKEN"),
                (["check", "x"], "--config"), (["caller"], "add"),
                (["caller", "ad", "x"], "'caller add'"),
                (["caller", "add"], "NAME")]:
            place.refused(*arguments, status=2, says=words)


@case("the configuration is --config, else $MINTAGE_CONFIG, else as installed")
def _():
    with Place() as place:
        bare = {name: value for name, value in os.environ.items()
                if name != "MINTAGE_CONFIG"}
        wrong = dict(bare, MINTAGE_CONFIG="/nowhere/mintage.conf")
        place.refused("check", environment=wrong, says="/nowhere/mintage.conf")
        done = place.run("check", "--config", place.config, environment=wrong)
        same(done.returncode, 0, done.said)
        done = place.run("check", environment=bare)
        assert done.returncode == 0 or "mintage.conf" in done.said, done.said


if __name__ == "__main__":
    main(runs=30, words=2)
