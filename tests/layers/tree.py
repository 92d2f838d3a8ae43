"""What layers.py looks at: the source, and the object files made of it."""
import collections
import glob
import os
import re
import shlex
import subprocess

# The build makes these files. A header of their folder declares what they
# define.
GENERATED = ("lib/render/templates_data.c", "lib/confine/filter_data.c",
             "cgi/web/assets_data.c")

# Programs that run while the build makes such a file, and are in no library.
GENERATORS = ("lib/confine/generate.c",)


# The source -----------------------------------------------------------------

TOKENS = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|' r"'(?:[^'\\\n]|\\.)*'", re.S)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)', re.M)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
LISTED = re.compile(r"(?:^|[\s=])%D%/(\S+\.[ch])(?=\s|$)")


def blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def without_comments(text):
    """Comments become spaces, so that lines keep their numbers."""
    return TOKENS.sub(lambda match: blank(match) if match.group()[0] == "/"
                      else match.group(), text)


def without_strings(text):
    return TOKENS.sub(blank, text)


def stem(path):
    return path[:-2]


def within(path, place):
    """Whether `place` is a folder above `path` ("cgi/"), its own folder, or
    the file itself without its suffix."""
    if place.endswith("/"):
        return path.startswith(place)
    return place in (stem(path), os.path.dirname(path))


class Tree:
    """The source: its files, what each includes, and the lists in local.mk."""

    def __init__(self, src):
        self.src = src
        self.texts = {}      # path -> text without comments
        self.includes = []   # (path, path included)
        self.outer = []      # (path, name of a header from outside)
        self.lost = []       # (path, name in quotes that is no file)
        self.listed = {}     # path -> its unit: (local.mk, line number)
        self.lines = {}      # unit -> the files of that line, as written there
        self.repeated = []   # paths listed twice
        for path in self.find():
            with open(os.path.join(src, path), encoding="utf-8") as file:
                self.texts[path] = without_comments(file.read())
        for path in self.texts:
            self.read_includes(path)
        for makefile in ("lib/local.mk", "cgi/local.mk"):
            self.read_list(makefile)
        self.folders = {os.path.dirname(path) for path in self.texts}

    def find(self):
        paths = []
        for top in ("lib", "cgi"):
            paths += glob.glob(os.path.join(self.src, top, "**/*.[ch]"),
                               recursive=True)
        paths = [os.path.relpath(path, self.src) for path in sorted(paths)]
        return [path for path in paths if path not in GENERATED + GENERATORS]

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
                names = LISTED.findall(line.partition("#")[0])
                self.lines[makefile, number] = " ".join(
                    "%D%/" + name for name in names)
                for name in names:
                    path = os.path.join(os.path.dirname(makefile), name)
                    if path in self.listed:
                        self.repeated.append(path)
                    if path not in GENERATED:
                        self.listed[path] = (makefile, number)

    def unit(self, path):
        """The line that lists `path`, as (local.mk, number). For a file that
        is not listed, ("", its path without the suffix)."""
        return self.listed.get(path, ("", stem(path)))

    def unit_name(self, unit):
        paths = [path for path in sorted(self.texts) if self.unit(path) == unit]
        return " + ".join(sorted({stem(path) for path in paths}))

    def code(self, path):
        """The text without comments, strings and preprocessor lines, which
        leave spaces behind."""
        return without_strings(DIRECTIVE.sub(blank, self.texts[path]))

    def count_lines(self, path):
        with open(os.path.join(self.src, path), "rb") as file:
            return file.read().count(b"\n")


# The objects ----------------------------------------------------------------

class Objects:
    """What each object file defines and needs, as nm lists it."""

    def __init__(self, tree, build):
        self.build = build
        self.defines = {}    # path of the .c -> names
        self.needs = {}      # path of the .c -> names
        self.missing = []    # paths of .c files with no object to look at
        self.owners = collections.defaultdict(list)  # name -> paths
        built = {}
        for path in [*tree.texts, *GENERATED]:
            found = path.endswith(".c") and self.find(tree.src, path)
            if found:
                built[found] = path
                self.defines[path], self.needs[path] = set(), set()
            elif path.endswith(".c") and path not in GENERATED:
                self.missing.append(path)
        if built:
            self.read(built)

    def find(self, src, path):
        """The object made of `path`, or None. An object that is older than
        its source does not count. automake calls it PROGRAM-NAME.o where a
        program has flags of its own."""
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
        command = [*shlex.split(os.environ.get("NM") or "nm"),
                   "-P", "-A", "-g", *built]
        said = subprocess.run(command, check=True, text=True,
                              stdout=subprocess.PIPE).stdout
        for line in said.splitlines():
            made, _, rest = line.partition(": ")
            name, kind = rest.split()[:2]
            path = built[made]
            # The compiler and its sanitizers add symbols like these.
            if name.startswith("__") or "." in name:
                continue
            if kind in "Uwv":
                self.needs[path].add(name)
            else:
                self.defines[path].add(name)
                self.owners[name].append(path)

    def uses(self):
        """(path, path used) -> the names. Leaves out generated files."""
        arrows = collections.defaultdict(list)
        for path, names in self.needs.items():
            for name in sorted(names):
                for owner in self.owners.get(name, []):
                    if owner != path and not {owner, path} & set(GENERATED):
                        arrows[path, owner].append(name)
        return arrows
