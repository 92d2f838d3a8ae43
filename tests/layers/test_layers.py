#!/usr/bin/python3
"""Does layers.sh notice when a rule of the house is broken?

A small source tree keeps every rule. Each row of BREAKAGES changes some of its
files and says which rules must fail by that, and what must be said of it.
"""
import collections
import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import layers

SRC = os.path.abspath(os.environ.get("MINTAGE_SRC")
                      or os.path.join(os.path.dirname(__file__), "../.."))
CC = shlex.split(os.environ.get("CC") or "cc")

# The small tree ------------------------------------------------------------

TREE = {
    "lib/local.mk": """\
# a comment that names %D%/base/none.c
libmintage_a_SOURCES = \\
\t%D%/base/slice.c %D%/base/slice.h \\
\t%D%/base/buffer.c %D%/base/buffer.h \\
\t%D%/base/buffer_internal.h \\
\t\\
\t%D%/sign/scope.c %D%/sign/scope.h \\
\t\\
\t%D%/render/render.c %D%/render/render.h
nodist_libmintage_a_SOURCES = %D%/render/templates_data.c
""",
    "lib/base/slice.h": """\
/* slice_twice() is getenv()'s neighbour here: comments may say so. */
#define CHECKED(what) __attribute__((what))
struct slice {
\tconst char *text;
\tint (*length)(void);
};
int slice_twice(int n) CHECKED(warn_unused_result);
extern const char *const slice_names[2];
static inline int slice_once(int n)
{
\treturn n;
}
""",
    "lib/base/slice.c": """\
#include "slice.h"
const char *const slice_names[2];
int slice_twice(int n)
{
\treturn n * 2;
}
""",
    "lib/base/buffer.h": """\
#include "lib/base/slice.h"
int buffer_add(int n);
""",
    "lib/base/buffer.c": """\
#include "buffer.h"
#include "slice.h"
int buffer_add(int n)
{
\treturn slice_twice(n) + !slice_names[0];
}
""",
    "lib/base/buffer_internal.h": "enum buffer_state { BUFFER_OPEN };\n",
    "lib/sign/scope.h": "int scope_check(int n);\n",
    "lib/sign/scope.c": """\
#include "lib/base/buffer.h"
#include "scope.h"
int scope_check(int n)
{
\treturn buffer_add(n);
}
""",
    "lib/render/render.h": "extern const int render_made;\n",
    "lib/render/render.c": '#include "render.h"\n',
    "lib/render/templates_data.c": "const int render_made = 1;\n",
    "cgi/local.mk": """\
libmintagecgi_a_SOURCES = \\
\t%D%/upstream/frames.c %D%/upstream/frames.h \\
\t\\
\t%D%/service/service.c %D%/service/service.h
mintage_fcgi_SOURCES = %D%/web/responder.c
libmintagecli_a_SOURCES = \\
\t%D%/cli/cli.c %D%/cli/cli.h
mintage_SOURCES = %D%/cli/main.c
mintage_online_SOURCES = %D%/online/online.c
""",
    "cgi/upstream/frames.h": "int frames_next(void);\n",
    "cgi/upstream/frames.c": """\
#include "frames.h"
int frames_next(void)
{
\treturn 1;
}
""",
    "cgi/service/service.h": "int service(void);\n",
    "cgi/service/service.c": """\
#include "lib/sign/scope.h"
#include "service.h"
int service(void)
{
\treturn scope_check(1);
}
""",
    "cgi/web/responder.c": """\
#include <stdlib.h>
#include "cgi/service/service.h"
int main(void)
{
\treturn service() + !getenv("HOME");
}
""",
    "cgi/cli/cli.h": """\
#define COMMANDS(ROW) ROW(mint) ROW(sign)
#define DECLARE(name) extern const int cli_##name;
COMMANDS(DECLARE)
int cli_run(void);
""",
    "cgi/cli/cli.c": """\
#include "cli.h"
int cli_run(void)
{
\treturn 0;
}
""",
    "cgi/cli/main.c": """\
#include "cli.h"
int main(void)
{
\treturn cli_run();
}
""",
    "cgi/online/online.c": """\
#include "cgi/upstream/frames.h"
#include "lib/base/slice.h"
int main(void)
{
\treturn frames_next() + slice_twice(1);
}
""",
}


def added(path, text):
    """The file with this text behind its own."""
    return {path: TREE.get(path, "") + text}


def listed(makefile, line):
    """The list with one more line in it, behind its first."""
    first, _, rest = TREE[makefile].partition("SOURCES = \\\n")
    return {makefile: f"{first}SOURCES = \\\n\t{line} \\\n{rest}"}


def function(name, lines_long):
    return (f"static int {name}(void)\n{{\n" + "\tthing();\n" * (lines_long - 3)
            + "}\n")


# How each rule is broken ---------------------------------------------------

Breakage = collections.namedtuple("Breakage", "name changes fails says")

FILES = "order.py has every folder, local.mk every file"
EXPORTS = "exported names begin with their file's"
HEADERS = "a header declares what its own .c defines"
BARE = "a header without a .c declares no function"
INCLUDES = "{} includes only lower files"
SYMBOLS = "{} takes symbols only from lower files"
INCLUDE_CIRCLE = "no circle of includes"
SYMBOL_CIRCLE = "no circle of calls"
TAGS = "a struct, union or enum tag is defined once"
OUTER = "headers from outside are included in their place only"

BREAKAGES = [
    # Includes.
    Breakage("an include of a higher folder",
             added("lib/sign/scope.h", '#include "cgi/upstream/frames.h"\n'),
             [INCLUDES.format("lib/sign")],
             "lib/sign/scope.h includes cgi/upstream/frames.h: lib/sign may "
             "not use cgi/upstream"),
    Breakage("an include of a folder on the same line",
             added("lib/sign/scope.c", '#include "lib/render/render.h"\n'),
             [INCLUDES.format("lib/sign")],
             "lib/sign may not use lib/render"),
    Breakage("web includes cli",
             added("cgi/web/responder.c", '#include "cgi/cli/cli.h"\n'),
             [INCLUDES.format("cgi/web")], "cgi/web may not use cgi/cli"),
    Breakage("online includes more than the frames",
             added("cgi/online/online.c", '#include "lib/sign/scope.h"\n'),
             [INCLUDES.format("cgi/online")],
             "cgi/online may not use lib/sign"),
    Breakage("another folder includes online",
             {**listed("cgi/local.mk", "%D%/online/http.h"),
              "cgi/online/http.h": "",
              **added("cgi/web/responder.c",
                      '#include "cgi/online/http.h"\n')},
             [INCLUDES.format("cgi/web")], "cgi/web may not use cgi/online"),
    Breakage("an include against the order in the folder",
             {**listed("lib/local.mk", "%D%/base/first.h"),
              "lib/base/first.h": '#include "slice.h"\n'},
             [INCLUDES.format("lib/base")],
             "lib/base/first.h includes lib/base/slice.h, but lib/local.mk "
             "lists lib/base/slice after lib/base/first"),
    Breakage("an include of what is not there",
             added("lib/sign/scope.h", '#include "slice.h"\n'),
             [INCLUDES.format("lib/sign")],
             'lib/sign/scope.h includes "slice.h", which is not there'),
    Breakage("two headers that include each other",
             added("lib/base/slice.h", '#include "buffer.h"\n'),
             [INCLUDES.format("lib/base"), INCLUDE_CIRCLE],
             "lib/base/slice includes lib/base/buffer includes "
             "lib/base/slice"),
    Breakage("a private header seen from another folder",
             added("lib/sign/scope.c",
                   '#include "lib/base/buffer_internal.h"\n'),
             ["private headers stay in their folder"],
             "lib/sign/scope.c includes lib/base/buffer_internal.h"),
    # Places.
    Breakage("a file that no local.mk lists", {"lib/base/extra.c": ""},
             [FILES], "lib/base/extra.c is not listed"),
    Breakage("a listed file that is not there",
             listed("lib/local.mk", "%D%/base/gone.c"),
             [FILES], "lib/base/gone.c is listed in lib/local.mk but is not "
             "there"),
    Breakage("a file that is listed twice",
             listed("lib/local.mk", "%D%/sign/scope.c %D%/sign/scope.h"),
             [FILES], "lib/sign/scope.c is listed twice"),
    Breakage("a header on another line than its .c",
             {**listed("lib/local.mk",
                       "%D%/base/pair.h \\\n\t%D%/base/pair.c"),
              "lib/base/pair.h": "", "lib/base/pair.c": ""},
             [FILES], "lib/base/pair.c and its header stand on two lines"),
    Breakage("a .c directly in lib/", {"lib/loose.c": ""},
             [FILES], "lib/loose.c lies in no folder"),
    Breakage("a folder without a place",
             {**listed("lib/local.mk", "%D%/attic/old.c"),
              "lib/attic/old.c": ""},
             [FILES], "lib/attic has no place among the folders"),
    # Symbols.
    Breakage("a call of a higher folder",
             added("lib/sign/scope.c", "int service(void);\n"
                   "int scope_up(void) { return service(); }\n"),
             [SYMBOLS.format("lib/sign"), SYMBOL_CIRCLE],
             "lib/sign/scope.c uses service of cgi/service/service.c: "
             "lib/sign may not use cgi/service"),
    Breakage("a variable of a file that is listed later",
             {**added("lib/base/slice.c", "extern int buffer_count;\n"
                      "int slice_count(void) { return buffer_count; }\n"),
              **added("lib/base/buffer.c", "int buffer_count;\n")},
             [SYMBOLS.format("lib/base"), SYMBOL_CIRCLE],
             "lib/base/slice.c uses buffer_count of lib/base/buffer.c, but "
             "lib/local.mk lists lib/base/buffer after lib/base/slice"),
    Breakage("two files that call each other",
             added("lib/base/slice.c", "int buffer_add(int n);\n"
                   "int slice_add(int n) { return buffer_add(n); }\n"),
             [SYMBOLS.format("lib/base"), SYMBOL_CIRCLE],
             "lib/base/slice needs lib/base/buffer needs lib/base/slice"),
    Breakage("online calls more than the frames",
             added("cgi/online/online.c", "int service(void);\n"
                   "int online(void) { return service(); }\n"),
             [SYMBOLS.format("cgi/online")],
             "cgi/online may not use cgi/service"),
    # Names.
    Breakage("an exported name without its file's",
             added("lib/sign/scope.c", "int check_scope;\n"),
             [EXPORTS], "lib/sign/scope.c exports check_scope; make it "
             "static, or begin it with scope_ or sign_scope_"),
    Breakage("a name that two files export",
             added("cgi/web/responder.c", "int cli_run(void) { return 1; }\n"),
             [EXPORTS, SYMBOLS.format("cgi/cli")],
             "cli_run is exported by cgi/cli/cli.c, cgi/web/responder.c"),
    Breakage("a header that declares another file's function",
             added("lib/base/buffer.h", "int slice_twice(int n);\n"),
             [HEADERS], "lib/base/buffer.h declares slice_twice, which is not "
             "defined in lib/base/buffer.c but in lib/base/slice.c"),
    Breakage("a header that declares another file's variable",
             added("lib/base/buffer.h", "extern const char *slice_names[];\n"),
             [HEADERS], "lib/base/buffer.h declares slice_names"),
    Breakage("a header without a .c that declares a function",
             added("lib/base/buffer_internal.h",
                   "void (*buffer_state_of(int n))(void);\n"),
             [BARE], "lib/base/buffer_internal.h declares buffer_state_of but "
             "has no .c"),
    Breakage("a tag that two files define",
             added("cgi/cli/cli.c", "enum slice { CLI_SLICE };\n"),
             [TAGS], "slice is defined in cgi/cli/cli.c (enum), "
             "lib/base/slice.h (struct)"),
    # What has one door.
    Breakage("nettle outside lib/base/digest",
             added("lib/sign/scope.c", "#if 0\n#include <nettle/sha2.h>\n"
                   "#endif\n"),
             [OUTER], "lib/sign/scope.c includes <nettle/sha2.h>, only "
             "lib/base/digest may"),
    Breakage("FastCGI in lib/",
             added("lib/sign/scope.c", "#if 0\n#include <fcgiapp.h>\n"
                   "#endif\n"),
             [OUTER], "lib/ knows nothing of FastCGI"),
    Breakage("curl outside cgi/online/http",
             added("cgi/online/online.c", "#if 0\n#include <curl/curl.h>\n"
                   "#endif\n"),
             [OUTER], "only cgi/online/http may"),
    Breakage("getenv in lib/",
             added("lib/sign/scope.c", "char *getenv(const char *);\n"),
             ["lib/ does not read the environment"],
             "lib/sign/scope.c:7 uses getenv"),
    # Sizes.
    Breakage("a function of 61 lines",
             added("lib/base/slice.c",
                   "#define thing()\n" + function("slice_long", 61)),
             ["no function over 60 lines"],
             "lib/base/slice.c:8 begins a function of 61 lines"),
    Breakage("a file of 451 lines", {"lib/render/render.c": "\n" * 451},
             ["no file over 450 lines"], "lib/render/render.c has 451 lines"),
    Breakage("an end-to-end suite of 451 lines",
             {"tests/e2e/web/test_web.py": "\n" * 451},
             ["no file over 450 lines"],
             "tests/e2e/web/test_web.py has 451 lines"),
]

# Changes that break nothing.
HARMLESS = {
    **added("lib/base/slice.c", "#define thing()\n"
            + function("slice_long", 60)),
    "lib/render/render.c": '#include "render.h"\n' + "\n" * 449,
    "tests/r2/test_r2.py": "\n" * 450,
}


# Trying them ---------------------------------------------------------------

def write(folder, files):
    """Write the files; a header may be included more than once."""
    for path, text in files.items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write("#pragma once\n" * path.endswith(".h") + text)


def compile_files(folder, paths):
    """Each .c to its .o, as automake names them."""
    for path in paths:
        if path.endswith(".c"):
            place, name = os.path.split(path[:-2])
            if place == "cgi/online":
                name = "mintage_online-" + name
            subprocess.run([*CC, "-w", "-iquote", ".", "-c", path, "-o",
                            f"{place}/{name}.o"], cwd=folder, check=True)


def run_script(folder, *arguments):
    environment = dict(os.environ, MINTAGE_SRC=folder, MINTAGE_BUILD=folder,
                       PYTHON=sys.executable)
    return subprocess.run(
        ["sh", os.path.join(SRC, "tests/layers.sh"), *arguments], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)


def changed(whole, folder, changes):
    """A copy of the small tree with its objects, and these changes."""
    shutil.copytree(whole, folder)
    write(folder, changes)
    compile_files(folder, changes)


def failed_rules(output):
    return [re.sub(r" \(\d+ (includes|symbols)\)", "", name)
            for name in re.findall(r"^not ok \d+ - (.*)$", output, re.M)]


def need(condition, output):
    if not condition:
        raise AssertionError(output)


def check_whole(whole, folder):
    answer = run_script(whole)
    need(answer.returncode == 0 and not failed_rules(answer.stdout)
         and "SKIP" not in answer.stdout
         and "# checked 15 includes and 8 symbols" in answer.stdout,
         answer.stdout)


def check_harmless(whole, folder):
    changed(whole, folder, HARMLESS)
    answer = run_script(folder)
    need(answer.returncode == 0 and not failed_rules(answer.stdout),
         answer.stdout)


def check_bare(whole, folder):
    """Without objects the rules that need them are skipped, not passed."""
    write(folder, TREE)
    answer = run_script(folder)
    skipped = re.findall(r"^ok \d+ - (.*) # SKIP no object files",
                         answer.stdout, re.M)
    need(answer.returncode == 0 and len(skipped) == 11
         and {EXPORTS, HEADERS, SYMBOL_CIRCLE} < set(skipped), answer.stdout)


def check_status(whole, folder):
    """A broken rule is an exit status too."""
    changed(whole, folder, {"lib/loose.c": ""})
    answer = run_script(folder)
    need(answer.returncode == 1 and failed_rules(answer.stdout) == [FILES],
         answer.stdout)


def check_sort(whole, folder):
    """--sort mends an order that the code allows to be mended."""
    lists = TREE["lib/local.mk"].replace("/slice.", "/x.").replace(
        "/buffer.", "/slice.").replace("/x.", "/buffer.")
    changed(whole, folder, {"lib/local.mk": lists})
    need(run_script(folder).returncode == 1, "the wrong order passed")
    answer = run_script(folder, "--sort")
    need(answer.returncode == 0 and not answer.stdout, answer.stdout)
    with open(os.path.join(folder, "lib/local.mk"), encoding="utf-8") as file:
        text = file.read()
    need(text == TREE["lib/local.mk"], text)
    answer = run_script(folder, "--order", "lib/base")
    need(answer.stdout.split("\n")[1:3] == [
        "\t%D%/base/slice.c %D%/base/slice.h \\",
        "\t%D%/base/buffer.c %D%/base/buffer.h \\"], answer.stdout)


def check_breakage(breakage):
    def check(whole, folder):
        changed(whole, folder, breakage.changes)
        with contextlib.redirect_stdout(io.StringIO()) as output:
            status = layers.main([], folder, folder)
        said = output.getvalue()
        need(status == 1 and breakage.says in said
             and sorted(failed_rules(said)) == sorted(breakage.fails), said)
    return check


def main():
    checks = [("the whole tree keeps every rule", check_whole),
              ("what is just allowed is allowed", check_harmless),
              ("without objects their rules are skipped", check_bare),
              ("a broken rule makes layers.sh fail", check_status),
              ("--sort and --order say what the code asks for", check_sort)]
    checks += [(breakage.name, check_breakage(breakage))
               for breakage in BREAKAGES]
    failed = False
    with tempfile.TemporaryDirectory() as work:
        whole = os.path.join(work, "whole")
        write(whole, TREE)
        compile_files(whole, TREE)
        for number, (name, check) in enumerate(checks, 1):
            try:
                check(whole, os.path.join(work, str(number)))
                print(f"ok {number} - {name}")
            except AssertionError as error:
                failed = True
                print(f"not ok {number} - {name}")
                print("\n".join("# " + line
                                for line in str(error).split("\n")))
    print(f"1..{len(checks)}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
