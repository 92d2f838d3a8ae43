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
from harness import case, main, need


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


if __name__ == "__main__":
    main()
