"""Who may use whom: the order of the folders and of the files in them."""
import collections
import os
import sys

from tree import stem, within

# The folders, lowest first. A folder may use itself and the folders of the
# lines above its own; folders on one line do not see each other. Folders that
# are not there yet have their place already.
ORDER = """
lib/base
lib/confine
lib/sign lib/render lib/links
lib/config lib/manifest lib/audit
lib/policy lib/state
cgi/input cgi/upstream
cgi/service
cgi/issue
cgi/download cgi/share cgi/uploads cgi/lfs cgi/sts
cgi/web cgi/cli
"""

# Folders outside that order, and all that they may use (a folder, or a file
# without its suffix).
OUTSIDE = {"cgi/online": ["lib/base", "cgi/upstream/frames"]}


def folder_position(folder):
    for number, line in enumerate(ORDER.split("\n")):
        if folder in line.split():
            return number, folder
    return len(ORDER), folder


def folders_in_order(tree):
    return sorted(tree.folders, key=folder_position)


def folder_may_use(folder, path):
    """Whether files of `folder` may use `path`, which lies in another."""
    if folder in OUTSIDE:
        return any(within(path, place) for place in OUTSIDE[folder])
    other = os.path.dirname(path)
    return (folder_position(other)[0] < folder_position(folder)[0]
            and other not in OUTSIDE)


def arrow_fault(tree, source, target, what):
    """Why `source` may not use `target`; None when it may."""
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
    """Each node that `start` leads to -> the node before it on the way."""
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
    """The shortest way from each node back to itself, each circle once."""
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


# The order that the code asks for -------------------------------------------

def units_in_order(tree, objects, folder):
    """The units of a folder, each after all that it uses, and otherwise in
    the order of the list. A circle has no such order: there the unit that
    lacks the fewest others goes first, and standard error says so."""
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
    """A key that sorts units by their lines, then unlisted ones by name."""
    return unit[0] == "", unit


def unit_line(tree, unit):
    """The files of a unit as local.mk lists them, or is to list them."""
    paths = sorted(path for path in tree.texts if tree.unit(path) == unit)
    return tree.lines.get(unit) or " ".join(
        "%D%/" + path.partition("/")[2] for path in paths)


def print_order(tree, objects, folders):
    for folder in folders:
        print(f"# {folder}")
        for unit in units_in_order(tree, objects, folder):
            print(f"\t{unit_line(tree, unit)} \\")


def sort_lists(tree, objects):
    """Rewrite each local.mk. The lines of a folder are dealt out anew among
    the places where they stand. A line that begins an assignment (X_SOURCES =
    %D%/web/responder.c) stays where it is."""
    for makefile in ("lib/local.mk", "cgi/local.mk"):
        with open(os.path.join(tree.src, makefile), encoding="utf-8") as file:
            lines = file.read().split("\n")
        for folder in folders_in_order(tree):
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
