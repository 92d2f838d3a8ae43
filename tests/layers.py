#!/usr/bin/python3
"""layers - see that lib/ and cgi/ keep to the rules of the house.

  layers                    check every rule; speaks TAP
  layers --order [FOLDER]   print the order that the code of FOLDER asks for,
                            or of every folder, as lines for its local.mk
  layers --sort             put the lines of each local.mk into that order

Two orders say who may use whom. The order of the folders is ORDER, below. The
order of the files in a folder is that of the lines in lib/local.mk and
cgi/local.mk: files on one line are one unit, and a unit may use those that its
folder lists before it. Both orders hold for includes and, where the object
files are built, for every symbol that one object takes from another.

  MINTAGE_SRC, MINTAGE_BUILD  both default to the tree this file is in
  NM                          the program that lists symbols; default: nm
"""
import collections
import glob
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

# The folders, lowest first. A folder may use itself and the folders of the
# lines above its own; folders on one line do not see each other. Folders that
# are not there yet have their place already.
ORDER = """
lib/base
lib/sign lib/render
lib/config lib/manifest lib/audit
lib/policy lib/links lib/state
cgi/input cgi/upstream
cgi/service
cgi/issue
cgi/download cgi/share cgi/uploads cgi/lfs cgi/sts
cgi/web cgi/cli
"""

# Folders outside that order, and all that they may use (a folder, or a file
# without its suffix).
OUTSIDE = {"cgi/online": ["lib/base", "cgi/upstream/frames"]}

# Headers from outside that only one place may include, and why.
FOREIGN = [
    ("nettle/", "lib/base/digest", "it is the only door to the hashes"),
    ("fcgi", "cgi/", "lib/ knows nothing of FastCGI"),
    ("json-c/", "cgi/", "lib/base/json reads JSON by itself"),
    ("curl/", "cgi/online/http", "it is the only door to libcurl"),
]

# Words that only one place may use, and why.
WORDS = [(word, "cgi/", "lib/ knows nothing of the environment")
         for word in ("getenv", "secure_getenv", "environ")]

# Headers that only files of their own folder may include.
PRIVATE = re.compile(r"(.*_)?(internal|reader|ops)\.h")

# Made by the build. It has no header of its own: one of its folder declares
# what it defines.
GENERATED = "lib/render/templates_data.c"

# Exported symbols that need no prefix, and why. Aim at none but main.
FREE_NAMES = {"main": "the C language gives it that name"}

FUNCTION_MAX = 60
FILE_MAX = 450


# The source -----------------------------------------------------------------

TOKENS = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|' r"'(?:[^'\\\n]|\\.)*'", re.S)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)', re.M)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
TAG = re.compile(r"\b(struct|union|enum)\s+(\w+)\s*\{")
LISTED = re.compile(r"(?:^|[\s=])%D%/(\S+\.[ch])(?=\s|$)")


def blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def without_comments(text):
    """Comments become spaces, so that lines keep their numbers."""
    return TOKENS.sub(
        lambda match: blank(match) if match.group()[0] == "/"
        else match.group(), text)


def without_strings(text):
    return TOKENS.sub(blank, text)


def stem(path):
    return path[:-2]


def within(path, place):
    """Is `path` in this folder ("cgi/"), or this file with either suffix?"""
    if place.endswith("/"):
        return path.startswith(place)
    return stem(path) == place or os.path.dirname(path) == place


class Tree:
    """The source: its files, what each includes, and the lists in local.mk."""

    def __init__(self, src):
        self.src = src
        self.texts = {}      # path -> text without comments
        self.includes = []   # (path, path included)
        self.outer = []      # (path, name of a header from outside)
        self.lost = []       # (path, name in quotes that is no file)
        self.listed = {}     # path -> its unit: (local.mk, line number)
        self.repeated = []   # paths listed twice
        for path in self.find():
            with open(os.path.join(src, path), encoding="utf-8") as file:
                self.texts[path] = without_comments(file.read())
        for path in self.texts:
            self.read_includes(path)
        for makefile in ("lib/local.mk", "cgi/local.mk"):
            self.read_list(makefile)
        self.folders = sorted({os.path.dirname(path) for path in self.texts},
                              key=folder_position)

    def find(self):
        paths = []
        for top in ("lib", "cgi"):
            paths += glob.glob(os.path.join(self.src, top, "**/*.[ch]"),
                               recursive=True)
        paths = [os.path.relpath(path, self.src) for path in sorted(paths)]
        return [path for path in paths if path != GENERATED]

    def read_includes(self, path):
        for mark, name in INCLUDE.findall(self.texts[path]):
            target = name
            if "/" not in name:
                target = os.path.join(os.path.dirname(path), name)
            if mark == "<":
                self.outer.append((path, name))
            elif target in self.texts:
                self.includes.append((path, target))
            else:
                self.lost.append((path, name))

    def read_list(self, makefile):
        with open(os.path.join(self.src, makefile), encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                for name in LISTED.findall(line.partition("#")[0]):
                    path = os.path.join(os.path.dirname(makefile), name)
                    if path in self.listed:
                        self.repeated.append(path)
                    if path != GENERATED:
                        self.listed[path] = (makefile, number)

    def unit(self, path):
        """What `path` is one with: its line, or its name when unlisted."""
        return self.listed.get(path) or (
            self.listed.get(stem(path) + ".c")
            or self.listed.get(stem(path) + ".h") or ("", stem(path)))

    def unit_name(self, unit):
        paths = [path for path in sorted(self.texts) if self.unit(path) == unit]
        return " + ".join(sorted({stem(path) for path in paths}))

    def code(self, path):
        """The text without comments, strings and preprocessor lines."""
        return without_strings(DIRECTIVE.sub(blank, self.texts[path]))

    def count_lines(self, path):
        with open(os.path.join(self.src, path), "rb") as file:
            return file.read().count(b"\n")


# The objects ----------------------------------------------------------------

class Objects:
    """What nm tells of the object files of a build."""

    def __init__(self, tree, build):
        self.build = build
        self.defines = {}    # path of the .c -> names
        self.needs = {}      # path of the .c -> names
        self.missing = []    # paths of .c files with no object to look at
        self.owners = collections.defaultdict(list)  # name -> paths
        built = {}
        for path in [*tree.texts, GENERATED]:
            found = path.endswith(".c") and self.find(tree.src, path)
            if found:
                built[found] = path
                self.defines[path], self.needs[path] = set(), set()
            elif path.endswith(".c") and path != GENERATED:
                self.missing.append(path)
        if built:
            self.read(built)

    def find(self, src, path):
        """The object made of `path`; one older than its source is none.
        automake names it PROGRAM-NAME.o where a program has its own flags."""
        folder, name = os.path.split(stem(path))
        source = os.path.join(src, path)
        for made in [os.path.join(self.build, folder, name + ".o"),
                     *glob.glob(os.path.join(self.build, folder,
                                             f"*-{name}.o"))]:
            if os.path.exists(made) and (
                    not os.path.exists(source)
                    or os.path.getmtime(made) >= os.path.getmtime(source)):
                return made
        return None

    def read(self, built):
        command = [os.environ.get("NM") or "nm", "-P", "-A", "-g", *built]
        said = subprocess.run(command, check=True, text=True,
                              stdout=subprocess.PIPE).stdout
        for line in said.splitlines():
            made, _, rest = line.partition(": ")
            name, kind = rest.split()[:2]
            path = built[made]
            # Such names are the compiler's and its sanitizers'.
            if name.startswith("__") or "." in name:
                continue
            if kind in "Uwv":
                self.needs[path].add(name)
            else:
                self.defines[path].add(name)
                self.owners[name].append(path)

    def uses(self):
        """(path, path used) -> the names, without the generated file."""
        arrows = collections.defaultdict(list)
        for path, names in self.needs.items():
            for name in sorted(names):
                for owner in self.owners.get(name, []):
                    if owner != path and GENERATED not in (owner, path):
                        arrows[path, owner].append(name)
        return arrows


# Who may use whom -----------------------------------------------------------

def folder_position(folder):
    for number, line in enumerate(ORDER.split("\n")):
        if folder in line.split():
            return number, folder
    return len(ORDER), folder


def folder_may_use(folder, path):
    """May files of `folder` use `path`, which lies in another?"""
    if folder in OUTSIDE:
        return any(within(path, place) for place in OUTSIDE[folder])
    other = os.path.dirname(path)
    return (folder_position(other)[0] < folder_position(folder)[0]
            and other not in OUTSIDE)


def arrow_fault(tree, source, target, what):
    """Why `source` may not use `target`, or None."""
    folder = os.path.dirname(source)
    other = os.path.dirname(target)
    a, b = tree.unit(source), tree.unit(target)
    if other != folder:
        if folder_may_use(folder, target):
            return None
        return (f"{source} {what}: {folder} may not use {other}; move what "
                f"both need to a lower folder, or hand it over as an argument")
    if a == b or "" in (a[0], b[0]) or a > b:
        return None
    return (f"{source} {what}, but {b[0]} lists {stem(target)} after "
            f"{stem(source)}; change the order there (layers.sh --order "
            f"{folder}), or move what is used to a file before both")


def list_names(names, limit=4):
    rest = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {rest} more" if rest > 0 else "")


def include_faults(tree, folder):
    for source, target in tree.includes:
        if os.path.dirname(source) == folder:
            yield arrow_fault(tree, source, target, f"includes {target}")
    for source, name in tree.lost:
        if os.path.dirname(source) == folder:
            yield (f'{source} includes "{name}", which is not there; name it '
                   f"from the root of the source, or bare when it lies beside")


def symbol_faults(tree, objects, folder):
    for (source, target), names in objects.uses().items():
        if os.path.dirname(source) == folder:
            yield arrow_fault(tree, source, target,
                              f"uses {list_names(names)} of {target}")


# Circles --------------------------------------------------------------------

def reachable(arrows, start):
    """Everything that can be reached from `start` -> one step before it."""
    before = {}
    waiting = collections.deque([start])
    while waiting:
        node = waiting.popleft()
        for target in sorted(arrows.get(node, ())):
            if target not in before:
                before[target] = node
                waiting.append(target)
    return before


def find_circles(arrows):
    """The shortest way from each node to itself; each circle once."""
    circles = {}
    for start in sorted(arrows):
        before = reachable(arrows, start)
        if start not in before:
            continue
        way = [start]
        while before[way[0]] != start:
            way.insert(0, before[way[0]])
        circles.setdefault(frozenset(way), [start, *way])
    return list(circles.values())


def unit_arrows(tree, pairs):
    arrows = collections.defaultdict(set)
    for source, target in pairs:
        if tree.unit(source) != tree.unit(target):
            arrows[tree.unit(source)].add(tree.unit(target))
    return arrows


def circle_faults(tree, pairs, verb):
    for circle in find_circles(unit_arrows(tree, pairs)):
        yield (f" {verb} ".join(map(tree.unit_name, circle))
               + "; move what they share to a file of its own")


# Lists and names ------------------------------------------------------------

def list_faults(tree):
    for path in tree.texts:
        top = path.partition("/")[0]
        if path not in tree.listed and path.count("/") > 1:
            yield (f"{path} is not listed; add it to the lines of its folder "
                   f"in {top}/local.mk")
        if path.endswith(".c") and path in tree.listed and tree.listed.get(
                stem(path) + ".h", tree.listed[path]) != tree.listed[path]:
            yield f"{path} and its header stand on two lines; make them one"
    for path in tree.listed:
        if path not in tree.texts:
            yield (f"{path} is listed in {tree.listed[path][0]} but is not "
                   f"there; remove it from the list")
    for path in tree.repeated:
        yield f"{path} is listed twice; remove one of them"


def folder_faults(tree):
    for path in tree.texts:
        if path.count("/") == 1:
            yield f"{path} lies in no folder; move it into one"
    for folder in tree.folders:
        if (folder.count("/") and folder not in OUTSIDE
                and folder not in ORDER.split()):
            yield (f"{folder} has no place among the folders; give it one in "
                   f"ORDER of tests/layers.py")


def name_faults(objects):
    for path, names in sorted(objects.defines.items()):
        folder, name = os.path.split(stem(path))
        folder = os.path.basename(folder)
        own = {name, folder if name == folder else f"{folder}_{name}"}
        for symbol in sorted(names):
            if (path != GENERATED and symbol not in FREE_NAMES
                    and symbol not in own
                    and not symbol.startswith(tuple(n + "_" for n in own))):
                yield (f"{path} exports {symbol}; make it static, or begin it "
                       f"with " + " or ".join(sorted(n + "_" for n in own)))
    for symbol, paths in sorted(objects.owners.items()):
        if len(paths) > 1 and symbol not in FREE_NAMES:
            yield f"{symbol} is exported by {list_names(paths)}; rename one"


# Headers and tags -----------------------------------------------------------

# MACRO(...) and __attribute__((...)) declare nothing by themselves. So a table
# that a macro lists (COMMANDS(DECLARE)) may be declared by any header.
DECORATION = re.compile(r"\b(?:__attribute__|[A-Z][A-Z0-9_]*)\s*(?=\()")


def skip_nested(text, at, pair):
    """The place behind the bracket that closes the one at `at`."""
    depth = 0
    for at in range(at, len(text)):
        depth += (text[at] == pair[0]) - (text[at] == pair[1])
        if depth == 0:
            break
    return at + 1


def without_decoration(code):
    while True:
        match = DECORATION.search(code)
        if not match:
            return code
        code = (code[:match.start()]
                + code[skip_nested(code, match.end(), "()"):])


def without_bodies(code):
    """Bodies of functions become ";", those of structs become nothing."""
    while "{" in code:
        at = code.index("{")
        end = ";" if code[:at].rstrip().endswith(")") else ""
        code = code[:at] + end + code[skip_nested(code, at, "{}"):]
    return code


def declared_names(code):
    """The functions and extern variables that the text of a header declares,
    without those that are static (inline)."""
    for statement in without_bodies(without_decoration(code)).split(";"):
        if re.search(r"\b(static|typedef|inline)\b", statement):
            continue
        function = re.search(r"(\w+)\s*\((?!\s*\*)", statement)
        if function and not function.group(1).lower().endswith("assert"):
            yield function.group(1)
        elif not function and re.search(r"\bextern\b", statement):
            name = re.search(r"(\w+)\s*(\[.*)?$", statement.strip(), re.S)
            if name:
                yield name.group(1)


def bare_header_faults(tree):
    for path in tree.texts:
        if path.endswith(".h") and stem(path) + ".c" not in tree.texts:
            names = list(declared_names(tree.code(path)))
            if names:
                yield (f"{path} declares {list_names(names)} but has no .c; "
                       f"declare each in the header of the file that has it")


def declaration_faults(tree, objects):
    generated = objects.defines.get(GENERATED, set())
    for path in tree.texts:
        own = stem(path) + ".c"
        if not path.endswith(".h") or own not in objects.defines:
            continue
        for name in declared_names(tree.code(path)):
            if (os.path.dirname(path) == os.path.dirname(GENERATED)
                    and name in generated):
                continue
            if name not in objects.defines[own]:
                owner = list_names(objects.owners.get(name, ["no file"]))
                yield (f"{path} declares {name}, which is not defined in "
                       f"{own} but in {owner}; declare it in that file's "
                       f"header")


def tag_faults(tree):
    places = collections.defaultdict(list)
    for path in tree.texts:
        for kind, tag in TAG.findall(tree.code(path)):
            places[tag].append((path, kind))
    for tag, found in sorted(places.items()):
        if len(found) > 1:
            where = list_names([f"{path} ({kind})" for path, kind in found])
            yield f"{tag} is defined in {where}; rename all but one"


def private_faults(tree):
    for source, target in tree.includes:
        if (PRIVATE.fullmatch(os.path.basename(target))
                and os.path.dirname(source) != os.path.dirname(target)):
            yield (f"{source} includes {target}, which is for its own folder "
                   f"alone; use another header of that folder")


# What only one place may use ------------------------------------------------

def foreign_faults(tree):
    for path, name in tree.outer:
        for start, place, reason in FOREIGN:
            if name.startswith(start) and not within(path, place):
                yield f"{path} includes <{name}>, only {place} may: {reason}"


def word_faults(tree):
    for path in tree.texts:
        for number, line in enumerate(tree.code(path).split("\n"), 1):
            for word, place, reason in WORDS:
                if (re.search(rf"\b{word}\b", line)
                        and not within(path, place)):
                    yield f"{path}:{number} uses {word}: {reason}"


# Sizes ----------------------------------------------------------------------

def functions(code):
    """(first line, last line) of each function, counted from 1. As
    clang-format lays them out, its { and its } stand alone in column 1."""
    lines = code.split("\n")
    start = 0
    for number, line in enumerate(lines, 1):
        if line.rstrip() == "{":
            start = number
            while start > 1 and re.search(r"[^;}\s]\s*$", lines[start - 2]):
                start -= 1
        elif line.rstrip() == "}" and start:
            yield start, number
            start = 0


def function_faults(tree):
    for path in tree.texts:
        for first, last in functions(tree.code(path)):
            if last - first + 1 > FUNCTION_MAX:
                yield (f"{path}:{first} begins a function of "
                       f"{last - first + 1} lines; {FUNCTION_MAX} are the most,"
                       f" so split it")


def file_faults(tree):
    tests = [os.path.relpath(path, tree.src) for folder in ("e2e", "r2")
             for path in glob.glob(os.path.join(tree.src, "tests", folder,
                                                "**/*"), recursive=True)
             if os.path.isfile(path) and not path.endswith(".pyc")]
    for path in [*tree.texts, *sorted(tests)]:
        lines = tree.count_lines(path)
        if lines > FILE_MAX:
            yield (f"{path} has {lines} lines; {FILE_MAX} are the most, so "
                   f"split it")


# The order that the code asks for -------------------------------------------

def units_in_order(tree, objects, folder):
    """The units of a folder, each after all that it uses, otherwise as they
    are listed. In a circle the one that lacks the fewest others goes first."""
    def here(pair):
        return all(os.path.dirname(path) == folder for path in pair)

    arrows = unit_arrows(tree, filter(here, [*tree.includes, *objects.uses()]))
    reach = {unit: reachable(arrows, unit) for unit in arrows}
    waiting = sorted({tree.unit(path) for path in tree.texts
                      if os.path.dirname(path) == folder}, key=listed_first)

    def lacking(unit):
        return [used for used in arrows.get(unit, ()) if used in waiting]

    order = []
    while waiting:
        ready = [unit for unit in waiting
                 if all(unit in reach.get(used, ()) for used in lacking(unit))]
        order.append(min(ready, key=lambda unit: len(lacking(unit))))
        waiting.remove(order[-1])
    for circle in find_circles(arrows):
        print("a circle: " + " uses ".join(map(tree.unit_name, circle)),
              file=sys.stderr)
    return order


def listed_first(unit):
    """Sorts units by their lines, and behind them the unlisted by name."""
    return unit[0] == "", unit


def unit_line(tree, unit):
    paths = sorted(path for path in tree.texts if tree.unit(path) == unit)
    return " ".join("%D%/" + path.partition("/")[2] for path in paths)


def print_order(tree, objects, folders):
    for folder in folders:
        print(f"# {folder}")
        for unit in units_in_order(tree, objects, folder):
            print(f"\t{unit_line(tree, unit)} \\")


def sort_lists(tree, objects):
    """Only the places change hands that hold nothing but files of a folder;
    what stands in an assignment of its own stays there."""
    for makefile in ("lib/local.mk", "cgi/local.mk"):
        with open(os.path.join(tree.src, makefile), encoding="utf-8") as file:
            lines = file.read().split("\n")
        for folder in tree.folders:
            units = [unit for unit in units_in_order(tree, objects, folder)
                     if unit[0] == makefile
                     and lines[unit[1] - 1].startswith("\t%D%/")]
            texts = [unit_line(tree, unit) for unit in units]
            for unit, text in zip(sorted(units), texts):
                end = " \\" if lines[unit[1] - 1].endswith("\\") else ""
                lines[unit[1] - 1] = f"\t{text}{end}"
        with open(os.path.join(tree.src, makefile), "w",
                  encoding="utf-8") as file:
            file.write("\n".join(lines))


# The verdicts ---------------------------------------------------------------

def source_rules(tree):
    """(name, faults) of each rule that needs the source alone."""
    for folder in tree.folders:
        count = sum(os.path.dirname(source) == folder
                    for source, _ in tree.includes)
        yield (f"{folder}: {count} includes name only what stands before",
               include_faults(tree, folder))
    yield ("no circle of includes",
           circle_faults(tree, tree.includes, "includes"))
    yield ("every folder and every file has its place",
           [*folder_faults(tree), *list_faults(tree)])
    yield ("a header without a .c declares no function",
           bare_header_faults(tree))
    yield "private headers stay in their folder", private_faults(tree)
    yield "a struct, union or enum tag is defined once", tag_faults(tree)
    yield "headers from outside have one door each", foreign_faults(tree)
    yield "lib/ does not read the environment", word_faults(tree)
    yield f"no function over {FUNCTION_MAX} lines", function_faults(tree)
    yield f"no file over {FILE_MAX} lines", file_faults(tree)


def object_rules(tree, objects):
    """(name, faults) of each rule that needs the object files as well."""
    uses = objects.uses()
    for folder in tree.folders:
        count = sum(len(names) for (source, _), names in uses.items()
                    if os.path.dirname(source) == folder)
        yield (f"{folder}: {count} symbols are of what stands before",
               symbol_faults(tree, objects, folder))
    yield "no circle of calls", circle_faults(tree, uses, "needs")
    yield "exported names begin with their file's", name_faults(objects)
    yield ("a header declares what its own .c defines",
           declaration_faults(tree, objects))


def check(tree, objects):
    """Print the verdict on every rule. Returns whether all are kept."""
    verdicts = [(name, sorted(set(filter(None, faults))), "")
                for name, faults in source_rules(tree)]
    skip = "" if objects.defines else (
        f" # SKIP no object files in {objects.build}")
    verdicts += [(name, sorted(set(filter(None, faults))), skip)
                 for name, faults in object_rules(tree, objects)]
    for number, (name, faults, skip) in enumerate(verdicts, 1):
        print(f"{'not ' if faults else ''}ok {number} - {name}{skip}")
        for fault in faults:
            print(f"#   {fault}")
    for path in objects.missing if objects.defines else []:
        print(f"# {path} has no object file that is up to date, so its "
              f"symbols were not checked")
    symbols = sum(map(len, objects.uses().values()))
    print(f"# checked {len(tree.includes)} includes and {symbols} symbols")
    print(f"1..{len(verdicts)}")
    return not any(faults for _, faults, _ in verdicts)


def main(arguments):
    src = os.path.abspath(os.environ.get("MINTAGE_SRC")
                          or os.path.dirname(HERE))
    tree = Tree(src)
    objects = Objects(tree, os.path.abspath(
        os.environ.get("MINTAGE_BUILD") or src))
    if arguments[:1] == ["--order"]:
        print_order(tree, objects, arguments[1:] or tree.folders)
    elif arguments == ["--sort"]:
        sort_lists(tree, objects)
    elif arguments:
        sys.exit("Usage: layers.sh [--order [FOLDER...] | --sort]")
    elif not check(tree, objects):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
