#!/usr/bin/python3
"""layers - see that lib/ and cgi/ keep to the rules of the house.

  layers                    check every rule; speaks TAP
  layers --order [FOLDER]   print the order that the code of FOLDER asks for,
                            or of every folder, as lines for its local.mk
  layers --sort             put the lines of each local.mk into that order

A file may use what is lower than itself. Two orders say what that is. The order
of the folders is in order.py. The order of the files in a folder is that of the
lines in lib/local.mk and cgi/local.mk, lowest first; files on one line are one
unit and may use each other. Both orders hold for includes and, where the object
files are built, for every symbol that one object takes from another.

  MINTAGE_SRC, MINTAGE_BUILD  both default to the tree this file is in
  NM                          the program that lists symbols; default: nm
"""
import os
import sys

import order
import rules
from tree import Objects, Tree

SRC = os.path.abspath(os.environ.get("MINTAGE_SRC")
                      or os.path.join(os.path.dirname(__file__), "../.."))
BUILD = os.path.abspath(os.environ.get("MINTAGE_BUILD") or SRC)


def source_rules(tree):
    """(name, faults) of each rule that needs the source alone."""
    for folder in order.folders_in_order(tree):
        count = sum(os.path.dirname(source) == folder
                    for source, _ in tree.includes)
        yield (f"{folder} includes only lower files ({count} includes)",
               order.include_faults(tree, folder))
    yield ("no circle of includes",
           order.circle_faults(tree, tree.includes, "includes"))
    yield ("order.py has every folder, local.mk every file",
           [*rules.folder_faults(tree), *rules.list_faults(tree)])
    yield ("a header without a .c declares no function",
           rules.bare_header_faults(tree))
    yield "private headers stay in their folder", rules.private_faults(tree)
    yield "a struct, union or enum tag is defined once", rules.tag_faults(tree)
    yield ("headers from outside are included in their place only",
           rules.foreign_faults(tree))
    yield "lib/ does not read the environment", rules.word_faults(tree)
    yield (f"no function over {rules.FUNCTION_MAX} lines",
           rules.function_faults(tree))
    yield f"no file over {rules.FILE_MAX} lines", rules.file_faults(tree)


def object_rules(tree, objects):
    """(name, faults) of each rule that needs the object files as well."""
    uses = objects.uses()
    for folder in order.folders_in_order(tree):
        count = sum(len(names) for (source, _), names in uses.items()
                    if os.path.dirname(source) == folder)
        yield (f"{folder} takes symbols only from lower files "
               f"({count} symbols)",
               order.symbol_faults(tree, objects, folder))
    yield "no circle of calls", order.circle_faults(tree, uses, "needs")
    yield "exported names begin with their file's", rules.name_faults(objects)
    yield ("a header declares what its own .c defines",
           rules.declaration_faults(tree, objects))


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


def main(arguments, src=SRC, build=BUILD):
    tree = Tree(src)
    objects = Objects(tree, build)
    if arguments[:1] == ["--order"]:
        order.print_order(tree, objects,
                          arguments[1:] or order.folders_in_order(tree))
    elif arguments == ["--sort"]:
        order.sort_lists(tree, objects)
    elif arguments:
        sys.exit("Usage: layers.sh [--order [FOLDER...] | --sort]")
    elif not check(tree, objects):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
