"""A hook of mkdocs: links from the documentation to other files of the repository lead to its host."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent


def on_page_markdown(markdown, page, config, files):
    base = pathlib.PurePosixPath("docs", page.file.src_uri).parent

    def link(match):
        target, _, anchor = match.group(1).partition("#")
        path = (ROOT / base / target).resolve()
        if not path.exists() or ROOT / "docs" in path.parents:
            return match.group(0)
        kind = "tree" if path.is_dir() else "blob"
        address = f"{config.repo_url}/{kind}/main/{path.relative_to(ROOT)}"
        return f"]({address}{'#' + anchor if anchor else ''})"

    return re.sub(r"\]\((\.\./[^)\s]*)\)", link, markdown)
