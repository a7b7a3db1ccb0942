#!/usr/bin/env python3
"""Times the built binary against the bare libyaml loop on the same bytes, as whole processes: run.py BINARY [LARGEST].

Ratios, not seconds: the floor is timed in the same run. The growth exponent of a line says how its time grew against the
line before it, as a power of the work: input bytes, and for connectivity input and output bytes together. 1 is linear.
A second table (growth.py) lets one thing after the other grow."""
import math
import os
import subprocess
import sys
import tempfile
import time

import growth

here = os.path.dirname(os.path.abspath(__file__))
tool = os.path.abspath(sys.argv[1])
largest = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
WORLDS = [(50, 30, 3), (200, 100, 5), (500, 300, 5), (1000, 1000, 10), (2000, 2000, 10), (10000, 10000, 50)]
# Many policies for few workloads, and many pods of few kinds.
EXTREMES = [(5, 20000, 5), (400, 400, 10, 20000)]


def measure(command, runs):
    """Seconds of the shortest run (other work on the machine only makes one longer), peak MB, MB written."""
    best, peak, written = None, 0, 0
    for _ in range(runs):
        with tempfile.TemporaryFile() as out:
            start = time.perf_counter()
            process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
            if os.waitstatus_to_exitcode(status) not in (0, 1):
                sys.exit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
            best = min(seconds, best or seconds)
            peak = max(peak, usage.ru_maxrss / 1024)
            written = out.seek(0, 2) / 1048576
    return best, peak, written


def line(name, world, size, floor, result, before, work):
    seconds, peak, written = result
    growth = "" if before is None else f"{math.log(seconds / before[0]) / math.log(work / before[1]):.2f}"
    label = "/".join(str(part) for part in world[:2]) + (f" ({world[3]} pods)" if len(world) > 3 else "")
    print(f"{name:<13} {label:<20} {size:>7.2f} {written:>8.2f} {seconds / floor:>8.1f} {peak:>8.0f} {growth:>7}")
    return seconds, work


with tempfile.TemporaryDirectory() as folder:
    floor_tool = os.path.join(folder, "floor")
    subprocess.run(["cc", "-O2", "-o", floor_tool, os.path.join(here, "floor.c"), "-lyaml"], check=True)
    print(f"{'command':<13} {'workloads/policies':<20} {'MB in':>7} {'MB out':>8} {'x floor':>8} {'peak MB':>8} {'growth':>7}")
    last = {}
    for world in [w for w in WORLDS if w[0] <= largest] + EXTREMES:
        path = os.path.join(folder, "world.yaml")
        with open(path, "w") as out:
            subprocess.run([sys.executable, os.path.join(here, "generate.py"), *map(str, world)], stdout=out, check=True)
        size = os.path.getsize(path) / 1048576
        runs = 3 if size > 5 else 9
        floor, _, _ = measure([floor_tool, path], runs)
        commands = {"lint": [tool, "lint", "--no-config", "--profile", "hipaa", "--today", "2027-01-01", "--format", "json", path]}
        if world in WORLDS:
            commands["connectivity"] = [tool, "connectivity", "--no-config", "--format", "json", path]
        for name, command in commands.items():
            result = measure(command, runs)
            work = size + (result[2] if name == "connectivity" else 0)
            before = last.get(name) if world in WORLDS else None
            last[name] = line(name, world, size, floor, result, before, work)

print()
growth.table(tool, min(2000, largest))
