#!/usr/bin/env python3
"""Times the built binary against the bare libyaml loop on the same bytes, as whole processes: run.py BINARY."""
import os
import resource
import subprocess
import sys
import tempfile
import time

here = os.path.dirname(os.path.abspath(__file__))
tool = os.path.abspath(sys.argv[1])
worlds = [(50, 30, 3), (200, 100, 5), (500, 300, 5), (1000, 1000, 10), (2000, 2000, 10), (10000, 10000, 50), (5, 20000, 5)]


def seconds(command, runs):
    """The shortest of some runs: other work on the machine only makes a run longer."""
    best = None
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        best = min(time.perf_counter() - start, best or 1e9)
    return best


def megabytes(command):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_maxrss / 1024


with tempfile.TemporaryDirectory() as folder:
    floor = os.path.join(folder, "floor")
    subprocess.run(["cc", "-O2", "-o", floor, os.path.join(here, "floor.c"), "-lyaml"], check=True)
    version = seconds([tool, "--version"], 9)
    print("workloads/policies  MB in  lint/floor  lint/--version  peak/in")
    for workloads, policies, namespaces in worlds:
        path = os.path.join(folder, "world.yaml")
        with open(path, "w") as out:
            arguments = [str(workloads), str(policies), str(namespaces)]
            subprocess.run([sys.executable, os.path.join(here, "generate.py"), *arguments], stdout=out, check=True)
        size = os.path.getsize(path) / 1048576
        command = [tool, "--jobs", "1", "--format", "json", "--no-config", path]
        runs = 3 if size > 5 else 7
        lint, bare = seconds(command, runs), seconds([floor, path], runs)
        print(f"{workloads:>8}/{policies:<8} {size:>7.2f}  {lint / bare:>10.1f}  {lint / version:>14.1f}  {megabytes(command) / size:>7.1f}")
