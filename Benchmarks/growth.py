#!/usr/bin/env python3
"""Lets one thing grow while all else stays small, and prints how the time of a command grew with it: growth.py BINARY [SIZE].

Processor seconds of the smaller world and of one four times as large, and the exponent: 1 is linear. What takes a few
hundredths of a second measures the start of the process, so that its exponent is lower than 1 and says nothing."""
import math
import os
import resource
import subprocess
import sys
import tempfile

from worlds import TREES, WORLDS

LINT = ["lint", "--no-config", "--profile", "hipaa", "--today", "2027-01-01", "--fail-on", "never", "--format", "json"]
CONNECTIVITY = ["connectivity", "--no-config", "--format", "json"]
# In a tree the config counts, and a diff of a tree with itself is empty.
OF_TREES = {
    "lint": ["lint", "--profile", "hipaa", "--today", "2027-01-01", "--format", "json", "."],
    "verify": ["verify", "."],
    "diff": ["diff", "--no-config", ".", "."],
}

# Every pod may connect to every other one: what grows with the square there is the output.
MANY_CONNECTIONS = {"workloads", "Services", "namespaces", "policies for all pods but one", "policies, each for a pod", "policies for all pods", "policies of named ports", "policies with nearly the right label"}


def seconds(command, folder=None):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
    if process.returncode not in ((0, 1) if folder else (0,)):
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def table(tool, size=2000):
    print(f"{'what grows':<40} {'command':<13} {size:>8} {4 * size:>8} {'growth':>7}")
    with tempfile.TemporaryDirectory() as folder:
        for name, text in WORLDS.items():
            paths = []
            for count in (size, 4 * size):
                paths.append(os.path.join(folder, f"{count}.yaml"))
                with open(paths[-1], "w") as out:
                    out.write(text(count))
            for command in (LINT, CONNECTIVITY):
                if command is CONNECTIVITY and name in MANY_CONNECTIONS:
                    continue
                show(name, command[0], *(seconds([tool, *command, path]) for path in paths))
    for name, files in TREES.items():
        with tempfile.TemporaryDirectory() as small, tempfile.TemporaryDirectory() as large:
            write(files(size), small)
            write(files(4 * size), large)
            for command, arguments in OF_TREES.items():
                if command == "verify" and not os.path.exists(os.path.join(small, ".netpol-lint.yaml")):
                    continue
                show(name, command, *(seconds([tool, *arguments], folder) for folder in (small, large)))


def write(files, folder):
    for path, text in files.items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as out:
            out.write(text)


def show(name, command, small, large):
    print(f"{name:<40} {command:<13} {small:>8.2f} {large:>8.2f} {math.log(large / small, 4):>7.2f}", flush=True)


if __name__ == "__main__":
    table(os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 2000)
