#!/usr/bin/python3
"""What `make torture` has found: a row and a way to fail for each bug."""
import argparse
import importlib.machinery
import importlib.util
import os
import sys

HERE = sys.path[0]
sys.path[1:1] = [os.path.join(HERE, "..", "e2e", "lib")]
import faults
from harness import case, equal, main, need


def driver():
    loader = importlib.machinery.SourceFileLoader(
        "torture_run", os.path.join(HERE, "run"))
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader("torture_run", loader))
    loader.exec_module(module)
    return module


def holds(row, fault, step=1):
    """Assert that the row stands every such fault."""
    options = argparse.Namespace(fault=fault, number=None, slice=step)
    tally = driver().run_row(row, options, faults.build(), 0)
    need(not tally.failures, f"{row}: {tally.failures[:3]}")
    need(tally.faults > 0, f"{row}: {fault} was never injected")


@case("a configuration, template or secret that is cut while it is read")
def _():
    holds("fastcgi single reload", "read:zero")


@case("a page that memory runs out for does not look whole")
def _():
    holds("fastcgi page", "memory:ENOMEM")
    holds("fastcgi page as json", "memory:ENOMEM")
    holds("fastcgi page as json", "memory:ENOMEM+")


@case("a bad /healthz says why, also where memory is out")
def _():
    holds("cgi health", "memory:ENOMEM+", 3)


@case("counters that are written in parts are not damaged")
def _():
    holds("fastcgi limited", "write:half")


@case("a check makes no audit log, whatever can't be looked at")
def _():
    holds("command check", "stat:EACCES", 3)


@case("a command that can't give up new privileges says so")
def _():
    holds("command mint csv", "confine:ENOSYS")


@case("a folder that can't be looked at is not taken for one that comes later")
def _():
    holds("fastcgi start", "stat:EIO+", 3)


# What the driver chooses --------------------------------------------------

@case("a slice takes every call at K = 1, some of each kind at any K")
def _():
    chosen = driver().chosen
    for count in (1, 2, 7, 150, 1000):
        for ways in (1, 2, 11):
            every = {(number, way) for number in range(1, count + 1)
                     for way in range(ways)}
            equal(set(chosen(count, ways, 1, 5)), every)
            for step in (2, 40, 150, 100000):
                found = list(chosen(count, ways, step, 3))
                equal(len(found), -(-count * ways // step))
                need(set(found) <= every, f"{found} of {count} calls")
            turns = [list(chosen(count, ways, 10 ** 6, turn))
                     for turn in range(62)]
            equal({way for (_, way), in turns}, set(range(ways)))
            need(len({number for (number, _), in turns}) >= min(count, 50),
                 f"of {count} calls only {turns}")


@case("a row in which nothing was made to fail has failed")
def _():
    options = argparse.Namespace(fault="memory:ENOMEM", number=19999, slice=1)
    tally = driver().run_row("command version", options, faults.build(), 0)
    equal((tally.faults, len(tally.failures)), (0, 1))
    options = argparse.Namespace(fault="accept:EINTR", number=None, slice=9)
    tally = driver().run_row("command version", options, faults.build(), 0)
    need(tally.is_skipped, "the command version accepts no connection")


if __name__ == "__main__":
    main()
