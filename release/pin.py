"""Pins a release that is out, in what installs it: python3 pin.py FOLDER, with the wheels of the release in FOLDER."""

import hashlib
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    wheels = sorted(pathlib.Path(sys.argv[1]).glob("netpol_lint-*.whl"))
    versions = {wheel.name.split("-")[1] for wheel in wheels}
    if len(versions) != 1:
        sys.exit(f"{sys.argv[1]} has to hold the wheels of one release")
    hashes = "".join(f" --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}" for wheel in wheels)
    line = f"netpol-lint=={versions.pop()}{hashes}"
    for name in ["release/requirements.txt", "templates/gitlab-ci.yml"]:
        path = ROOT / name
        text, count = re.subn(r"netpol-lint==.*", line, path.read_text("utf-8"))
        if count != 1:
            sys.exit(f"{name} names {count} releases")
        path.write_text(text, "utf-8")


main()
