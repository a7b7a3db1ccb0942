"""Writes Python wheels byte for byte the same each time, and is the build backend of pyproject.toml.

The wheel of a release carries the binary. What `pip install` makes of a checkout carries nothing, and asks for the
release's wheel: so pre-commit, which installs the repository of a hook, gets the binary without a build.
"""

import base64
import hashlib
import os
import pathlib
import re
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def write(folder, name, version, tag, lines, files, epoch, level=6):
    """Writes NAME-VERSION-TAG.whl.

    lines: of the metadata, behind name and version. files: a path's bytes and whether they are executable.
    """
    distribution = name.replace("-", "_")
    info = f"{distribution}-{version}.dist-info"
    metadata = "\n".join(["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *lines]) + "\n"
    python, abi, platforms = tag.split("-")
    tags = "".join(f"Tag: {python}-{abi}-{platform}\n" for platform in platforms.split("."))
    pure = "true" if platforms == "any" else "false"
    kind = f"Wheel-Version: 1.0\nGenerator: netpol-lint\nRoot-Is-Purelib: {pure}\n{tags}"
    files = dict(files) | {f"{info}/METADATA": (metadata.encode(), False), f"{info}/WHEEL": (kind.encode(), False)}
    record = "".join(f"{path},sha256={digest(data)},{len(data)}\n" for path, (data, _) in sorted(files.items()))
    files[f"{info}/RECORD"] = (f"{record}{info}/RECORD,,\n".encode(), False)
    moment = time.gmtime(max(epoch, 315532800))[:6]  # A ZIP archive knows no time before 1980.
    path = pathlib.Path(folder) / f"{distribution}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as wheel:
        for name, (data, executable) in files.items():
            entry = zipfile.ZipInfo(name, moment)
            entry.create_system = 3
            entry.external_attr = (0o100755 if executable else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(entry, data)
    return path


def digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def dependency():
    """The version that pyproject.toml asks for."""
    return re.search(r'"netpol-lint==([^"]+)"', (ROOT / "pyproject.toml").read_text("utf-8")).group(1)


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """PEP 517: the wheel of a checkout."""
    version = dependency()
    lines = ["Summary: Brings netpol-lint for pre-commit", f"Requires-Dist: netpol-lint=={version}"]
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", 0))
    return write(wheel_directory, "netpol-lint-hook", version, "py3-none-any", lines, {}, epoch).name


def build_sdist(sdist_directory, config_settings=None):
    raise NotImplementedError("there is no source distribution")
