"""Writes what is given out of a release binary, byte for byte the same each time: python3 dist.py BINARY FOLDER

A tarball, a Python wheel, a Debian package and an OCI image, and SHA256SUMS over them. The binary must be fully static.
Times are SOURCE_DATE_EPOCH; owners are root, and the order is that of the names. Of other programs only `strip` is used.
"""

import gzip
import hashlib
import io
import json
import os
import pathlib
import platform
import re
import struct
import subprocess
import sys
import tarfile
import tempfile
import time

import man
import wheels

ROOT = pathlib.Path(__file__).resolve().parent.parent
EPOCH = int(os.environ.get("SOURCE_DATE_EPOCH", 0))
LEVEL = int(os.environ.get("DIST_LEVEL", 9))
ADDRESS = (ROOT / "Sources/Diagnostics/ProjectAddress.swift").read_text("utf-8")
# The address of the project, or nothing as long as it has none.
HOME = next(iter(re.findall(r'current: ProjectAddress\? = ProjectAddress\("(.*?)"\)', ADDRESS)), "")
SUMMARY = "Finds mistakes in Kubernetes NetworkPolicy manifests"
# The names of an architecture: of the kernel, of Debian, of OCI.
NAMES = {"x86_64": ("amd64", "amd64"), "aarch64": ("arm64", "arm64")}
COMPLETIONS = {"bash": "netpol-lint", "zsh": "_netpol-lint", "fish": "netpol-lint.fish"}
NOTICE = """\
netpol-lint, licensed under the Apache License 2.0 (see LICENSE).

The binary is linked statically and so holds:
- Swift's runtime and standard library, FoundationEssentials, swift-argument-parser and swift-system:
  Apache License 2.0 with Runtime Library Exception, https://swift.org/LICENSE.txt
- the GNU C library: LGPL 2.1 or later, https://www.gnu.org/software/libc/; the sources of netpol-lint and its Makefile
  are what is needed to link it with another version
- libstdc++ and libgcc of GCC: GPL 3 with GCC Runtime Library Exception 3.1
- libyaml, under this licence:

"""


def is_static(binary):
    """Whether an ELF file names no loader: none of its program headers is of the kind PT_INTERP."""
    if binary[:5] != b"\x7fELF\x02":
        return False
    (start,) = struct.unpack_from("<Q", binary, 32)
    size, count = struct.unpack_from("<HH", binary, 54)
    return all(struct.unpack_from("<I", binary, start + number * size)[0] != 3 for number in range(count))


def stripped(path):
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "netpol-lint"
        subprocess.run([os.environ.get("STRIP", "strip"), "-s", "-o", copy, path], check=True)
        return copy.read_bytes()


def said(binary, *arguments):
    return subprocess.run([binary, *arguments], capture_output=True, check=True).stdout


def notice():
    """What a binary says that holds libyaml; Debian's package names its licence."""
    text = pathlib.Path("/usr/share/doc/libyaml-dev/copyright").read_text("utf-8")
    block = text[text.index("Files: *") :].split("\n\n")[0].split("\n")
    return (NOTICE + "".join("\n" if line == " ." else f"  {line.strip()}\n" for line in block[1:])).encode()


def archive(files, prefix=""):
    """A tar archive, with the folders that the files lie in. files: a path's bytes and whether they are executable."""
    folders = {str(folder) for path in files for folder in pathlib.PurePosixPath(path).parents} - {"."}
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for path in sorted([*folders, *files]):
            data, executable = files.get(path, (b"", True))
            entry = tarfile.TarInfo(prefix + path)
            entry.type = tarfile.DIRTYPE if path in folders else tarfile.REGTYPE
            entry.mode = 0o755 if executable else 0o644
            entry.size, entry.mtime, entry.uname, entry.gname = len(data), EPOCH, "root", "root"
            tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def packed(data):
    return gzip.compress(data, LEVEL, mtime=0)


def digest(data):
    return hashlib.sha256(data).hexdigest()


def sums(files):
    return "".join(f"{digest(data)}  {path}\n" for path, data in sorted(files.items())).encode()


class Release:
    def __init__(self, path):
        self.binary = stripped(path)
        if not is_static(self.binary):
            sys.exit(f"{path} is not fully static: `make static` makes it so where the C library's libc.a is there")
        self.version = said(path, "--version").decode().strip()
        self.machine = platform.machine()
        self.debian, self.oci = NAMES[self.machine]
        self.manual = man.write(path).encode()
        self.completions = {shell: said(path, "completions", shell) for shell in COMPLETIONS}
        self.texts = {name: (ROOT / name).read_bytes() for name in ["LICENSE", "README.md", "CHANGELOG.md"]}
        self.notice = notice()

    def tarball(self):
        files = {"netpol-lint": self.binary, "netpol-lint.1": self.manual, "NOTICE": self.notice, **self.texts}
        files |= {f"completions/{name}": self.completions[shell] for shell, name in COMPLETIONS.items()}
        files["SHA256SUMS"] = sums(files)
        name = f"netpol-lint-{self.version}-linux-{self.machine}"
        return f"{name}.tar.gz", packed(
            archive({f"{name}/{path}": (data, path == "netpol-lint") for path, data in files.items()})
        )

    def wheel(self, folder):
        # No C library is asked for, so that the wheel is for the oldest ones that pip knows, GNU's and musl.
        tag = f"py3-none-manylinux2014_{self.machine}.manylinux_2_17_{self.machine}.musllinux_1_1_{self.machine}"
        lines = [
            f"Summary: {SUMMARY}",
            *([f"Home-page: {HOME}"] if HOME else []),
            "License-Expression: Apache-2.0",
            "License-File: LICENSE",
            "License-File: NOTICE",
            "Requires-Python: >=3.8",
            "Description-Content-Type: text/markdown",
            "",
            self.texts["README.md"].decode(),
        ]
        data, info = f"netpol_lint-{self.version}.data", f"netpol_lint-{self.version}.dist-info"
        files = {
            f"{data}/scripts/netpol-lint": (self.binary, True),
            f"{data}/data/share/man/man1/netpol-lint.1": (self.manual, False),
            f"{info}/licenses/LICENSE": (self.texts["LICENSE"], False),
            f"{info}/licenses/NOTICE": (self.notice, False),
        }
        return wheels.write(folder, "netpol-lint", self.version, tag, lines, files, EPOCH, LEVEL)

    def package(self):
        copyright = b"Licensed under the Apache License 2.0: /usr/share/common-licenses/Apache-2.0\n\n" + self.notice
        files = {
            "usr/bin/netpol-lint": self.binary,
            "usr/share/man/man1/netpol-lint.1.gz": packed(self.manual),
            "usr/share/bash-completion/completions/netpol-lint": self.completions["bash"],
            "usr/share/zsh/vendor-completions/_netpol-lint": self.completions["zsh"],
            "usr/share/fish/vendor_completions.d/netpol-lint.fish": self.completions["fish"],
            "usr/share/doc/netpol-lint/copyright": copyright,
            "usr/share/doc/netpol-lint/changelog.gz": packed(self.texts["CHANGELOG.md"]),
        }
        control = "\n".join(
            [
                "Package: netpol-lint",
                f"Version: {self.version}",
                f"Architecture: {self.debian}",
                # Debian asks for an address; this one cannot be anybody's.
                "Maintainer: The netpol-lint maintainers <maintainers@netpol-lint.invalid>",
                f"Installed-Size: {sum(-(-len(data) // 1024) for data in files.values())}",
                "Section: devel",
                "Priority: optional",
                *([f"Homepage: {HOME}"] if HOME else []),
                f"Description: {SUMMARY[0].lower()}{SUMMARY[1:]}",
                " It reads files and nothing else: no cluster, no network, no other program.",
                " The binary is fully static and depends on no package.",
                "",
            ]
        )
        md5 = "".join(f"{hashlib.md5(data).hexdigest()}  {path}\n" for path, data in sorted(files.items()))
        own = {"control": (control.encode(), False), "md5sums": (md5.encode(), False)}
        content = {path: (data, path == "usr/bin/netpol-lint") for path, data in files.items()}
        members = {
            "debian-binary": b"2.0\n",
            "control.tar.gz": packed(archive(own, "./")),
            "data.tar.gz": packed(archive(content, "./")),
        }
        out = b"!<arch>\n"
        for name, data in members.items():
            out += f"{name:<16}{EPOCH:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode()
            out += data + b"\n" * (len(data) % 2)
        return f"netpol-lint_{self.version}_{self.debian}.deb", out

    def image(self):
        """An OCI image as an archive: the binary alone, run by nobody in particular, in /work."""
        texts = {"LICENSE": (self.texts["LICENSE"], False), "NOTICE": (self.notice, False)}
        layer = archive({"netpol-lint": (self.binary, True), **texts})
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(EPOCH))
        labels = {
            "org.opencontainers.image.title": "netpol-lint",
            "org.opencontainers.image.description": SUMMARY,
            "org.opencontainers.image.version": self.version,
            "org.opencontainers.image.licenses": "Apache-2.0",
        }
        if HOME:
            labels["org.opencontainers.image.source"] = HOME
        blobs = {}

        def add(data, kind):
            data = data if isinstance(data, bytes) else json.dumps(data, sort_keys=True).encode()
            blobs[f"blobs/sha256/{digest(data)}"] = data
            return {
                "mediaType": f"application/vnd.oci.image.{kind}",
                "digest": f"sha256:{digest(data)}",
                "size": len(data),
            }

        config = {
            "created": moment,
            "architecture": self.oci,
            "os": "linux",
            "config": {"User": "65532:65532", "Entrypoint": ["/netpol-lint"], "WorkingDir": "/work", "Labels": labels},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest(layer)}"]},
            "history": [{"created": moment, "created_by": "make dist"}],
        }
        manifest = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": add(config, "config.v1+json"),
            "layers": [add(packed(layer), "layer.v1.tar+gzip")],
            "annotations": labels,
        }
        entry = add(manifest, "manifest.v1+json")
        entry["annotations"] = {"org.opencontainers.image.ref.name": self.version}
        entry["platform"] = {"architecture": self.oci, "os": "linux"}
        files = blobs | {
            "oci-layout": b'{"imageLayoutVersion": "1.0.0"}',
            "index.json": json.dumps({"schemaVersion": 2, "manifests": [entry]}, sort_keys=True).encode(),
        }
        return f"netpol-lint-{self.version}-oci-{self.oci}.tar", archive({p: (d, False) for p, d in files.items()})


def main():
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    release = Release(sys.argv[1])
    files = dict([release.tarball(), release.package(), release.image()])
    wheel = release.wheel(folder)
    files[wheel.name] = wheel.read_bytes()
    files["SHA256SUMS"] = sums(files)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    print("".join(f"{len(data):>10}  {name}\n" for name, data in sorted(files.items())), end="")


if __name__ == "__main__":
    main()
