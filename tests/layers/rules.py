"""The rules that are not about an order: places, names, headers, sizes.

Each function yields what breaks its rule, a sentence with the remedy.
"""
import collections
import glob
import os
import re

from order import ORDER, OUTSIDE, list_names
from tree import GENERATED, stem, within, without_strings

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

# Exported symbols that need no prefix, and why. No more should be needed.
FREE_NAMES = {"main": "the C language gives it that name"}

FUNCTION_MAX = 60
FILE_MAX = 450


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
                   f"ORDER of tests/layers/order.py")


def name_faults(objects):
    for path, names in sorted(objects.defines.items()):
        folder, name = os.path.split(stem(path))
        folder = os.path.basename(folder)
        own = {name, folder if name == folder else f"{folder}_{name}"}
        for symbol in sorted(names):
            if (path not in GENERATED and symbol not in FREE_NAMES
                    and symbol not in own
                    and not symbol.startswith(tuple(n + "_" for n in own))):
                yield (f"{path} exports {symbol}; make it static, or begin it "
                       f"with " + " or ".join(sorted(n + "_" for n in own)))
    for symbol, paths in sorted(objects.owners.items()):
        if len(paths) > 1 and symbol not in FREE_NAMES:
            yield f"{symbol} is exported by {list_names(paths)}; rename one"


# Headers and tags -----------------------------------------------------------

# MACRO(...) and __attribute__((...)) are passed over. So a header may declare
# what several files define if a macro lists it: COMMANDS(DECLARE_COMMAND).
DECORATION = re.compile(r"\b(?:__attribute__|[A-Z][A-Z0-9_]*)\s*(?=\()")


def skip_nested(text, at, pair):
    """The index behind the bracket that closes the one at index `at`."""
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
        own = stem(path) + ".c"
        if (path.endswith(".h") and own not in tree.texts
                and own not in GENERATED):
            names = list(declared_names(tree.code(path)))
            if names:
                yield (f"{path} declares {list_names(names)} but has no .c; "
                       f"declare each in the header of the file that has it")


def declaration_faults(tree, objects):
    made = {(os.path.dirname(path), name) for path in GENERATED
            for name in objects.defines.get(path, ())}
    for path in tree.texts:
        own = stem(path) + ".c"
        if not path.endswith(".h") or own not in objects.defines:
            continue
        for name in declared_names(tree.code(path)):
            if (os.path.dirname(path), name) in made:
                continue
            if name not in objects.defines[own]:
                owner = list_names(objects.owners.get(name, ["no file"]))
                yield (f"{path} declares {name}, which is not defined in "
                       f"{own} but in {owner}; declare it in that file's "
                       f"header")


TAG = re.compile(r"\b(struct|union|enum)\s+(\w+)\s*\{")


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


# Headers and words that only one place may use ------------------------------

def foreign_faults(tree):
    for path, name in tree.outer:
        for start, place, reason in FOREIGN:
            if name.startswith(start) and not within(path, place):
                yield f"{path} includes <{name}>, only {place} may: {reason}"


def word_faults(tree):
    for path in tree.texts:
        text = without_strings(tree.texts[path])
        for number, line in enumerate(text.split("\n"), 1):
            for word, place, reason in WORDS:
                if (re.search(rf"\b{word}\b", line)
                        and not within(path, place)):
                    yield f"{path}:{number} uses {word}: {reason}"


# Sizes ----------------------------------------------------------------------

def functions(code):
    """(first line, last line) of each function, counted from 1. clang-format
    puts the { and the } of a function alone into column 1."""
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
                       f"{last - first + 1} lines; split it, for none has more "
                       f"than {FUNCTION_MAX}")


def file_faults(tree):
    tests = [os.path.relpath(path, tree.src) for folder in ("e2e", "r2")
             for path in glob.glob(os.path.join(tree.src, "tests", folder,
                                                "**/*"), recursive=True)
             if os.path.isfile(path) and not path.endswith((".pyc", "/inside"))]
    for path in [*tree.texts, *sorted(tests)]:
        lines = tree.count_lines(path)
        if lines > FILE_MAX:
            yield (f"{path} has {lines} lines; split it, for no file has more "
                   f"than {FILE_MAX}")
