"""Keeps the documentation true: python3 docs.py BINARY [--update]

- Every `console` block of a page is run, in order, in a scratch folder, and shows what the tool prints. Blocks with
  `title="PATH"` are the files of that folder; `<!-- files: FOLDER -->` copies some of the repository's there.
- docs/configuration.md and docs/rule-index.md are made from what the tool says of itself.
- Links to files and to headings lead somewhere, in the pages that are not part of the site too.

With --update the pages are written anew, with the outputs of today.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = str(pathlib.Path(sys.argv[1]).resolve())
UPDATE = "--update" in sys.argv
BLOCK = re.compile(r'^(```(\w+)(?: title="([^"]+)")?\n)(.*?)^```$', re.M | re.S)
problems = []


def tool(*arguments):
    return subprocess.run([BINARY, *arguments], capture_output=True, check=True, text=True).stdout


def settle(path, text):
    """What a page should hold: compared, or written."""
    if UPDATE:
        path.write_text(text, "utf-8")
    elif not path.exists() or path.read_text("utf-8") != text:
        problems.append(f"{path.relative_to(ROOT)} is not what the tool says today: run `make site-update`")


# The blocks of commands.


class Session:
    """The scratch folder of a page, and the exit code of the last command."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / "work"
        self.folder.mkdir()
        (pathlib.Path(folder) / "bin").mkdir()
        (pathlib.Path(folder) / "bin/netpol-lint").symlink_to(BINARY)
        self.code = 0
        date = "2027-01-01T00:00:00Z"
        self.environment = {
            "PATH": f"{folder}/bin:{os.environ['PATH']}",
            "HOME": folder,
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
            **{f"GIT_{who}_DATE": date for who in ("AUTHOR", "COMMITTER")},
        }

    def run(self, command):
        result = subprocess.run(
            ["sh", "-c", f"(exit {self.code}); {command}"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.code = result.returncode
        return result.stdout.decode("utf-8")

    def place(self, path, text):
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")


def replay(text):
    """The page with what its commands print today."""
    with tempfile.TemporaryDirectory() as temporary:
        session = Session(temporary)
        for folder in re.findall(r"^<!-- files: (\S+) -->$", text, re.M):
            shutil.copytree(ROOT / folder, session.folder, dirs_exist_ok=True)

        def block(match):
            head, language, title, body = match.groups()
            if title:
                session.place(title, body)
            if language != "console":
                return match.group(0)
            commands = re.findall(r"^\$ (.*(?:\\\n.*)*)", body, re.M)
            return head + "".join(f"$ {command}\n{session.run(command)}" for command in commands) + "```"

        return BLOCK.sub(block, text)


# The pages that are made.

CONFIGURATION = """\
# Configuration

No config is needed. `.netpol-lint.yaml` (or `.yml`) is looked for from the working directory up to the root of the repository;
`--config FILE` names another one, as `NETPOL_LINT_CONFIG` in the environment does; `--no-config` none. An unknown key is refused, with its place.

| command | does |
|---|---|
| `netpol-lint config show` | prints the effective values, each with the place that it comes from |
| `netpol-lint config check` | says whether the config is right, and which rules run with it |
| `netpol-lint config schema` | prints the JSON Schema, from which this page is made |

Later ones count for more: the defaults, the profile, the files under `extends`, the file itself, the flags. Maps are merged key
by key; lists and single values are replaced. An editor checks the file as it is typed where its first line names the schema:
`# yaml-language-server: $schema=netpol-lint.schema.json`, with the output of `config schema` in that file.

In the tables, `NAME` stands for a name of your own, and `[]` for each item of a list.
"""


def kind(schema):
    """What a value may be, in words."""
    while "allOf" in schema:
        schema = schema["allOf"][0]
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"] if word is not False)
    if "anyOf" in schema:
        first, second = schema["anyOf"]
        return kind(first) + (", or a list of these" if second.get("items") == first else f"; or {kind(second)}")
    if schema["type"] == "array":
        items = kind(schema["items"])
        return {"a text": "a list of texts", "a map": "a list of maps"}.get(items, f"a list, each {items}")
    if schema["type"] == "object":
        return "a map"
    if schema["type"] == "integer":
        return "a number from 1"
    if "integer" in schema["type"]:
        return "a port: a number, a range or a name, with `/UDP` or another protocol"
    return "a date" if schema.get("format") == "date" else "a text"


def rows(schema, prefix):
    """Key, value and meaning of what lies below a key."""
    while "allOf" in schema:
        schema = schema["allOf"][0]
    for part in schema.get("anyOf", []):
        if part.get("type") == "object":
            yield from rows(part, prefix)
    if schema.get("type") == "array":
        yield from rows(schema["items"], f"{prefix}[]")
    elif isinstance(schema.get("additionalProperties"), dict):
        yield from rows(schema["additionalProperties"], f"{prefix}.NAME")
    for key, value in schema.get("properties", {}).items():
        needed = " Needed." if key in schema.get("required", []) else ""
        yield f"{prefix}.{key}", kind(value), f"{value['description']}.{needed}"
        yield from rows(value, f"{prefix}.{key}")


def configuration():
    lines = [CONFIGURATION]
    for key, value in json.loads(tool("config", "schema"))["properties"].items():
        description = value["description"]
        lines.append(f"## {key}\n\n{description[0].upper()}{description[1:]}. A value is: {value_of(value)}.\n")
        table = list(rows(value, key))
        if table:
            lines.append("| key | value | meaning |\n|---|---|---|")
            lines.append("\n".join(f"| `{name}` | {what} | {meaning} |" for name, what, meaning in table) + "\n")
    return "\n".join(lines)


def value_of(schema):
    while "allOf" in schema:
        schema = schema["allOf"][0]
    additional = schema.get("additionalProperties")
    if isinstance(additional, dict) and additional.get("type") != "object":
        return f"a map, each value {kind(additional)}"
    return kind(schema)


def rule_index():
    lines = [
        "# Rules\n",
        "All rules with their severities. `netpol-lint explain NP203` prints a rule's page, `netpol-lint rules` this list.",
        "`--fix` makes the fixes that are safe, `--fix --unsafe-fixes` the others too. *profile* is the first one that a rule",
        "runs with: `recommended` leaves out notes and NP7xx, `strict` shows notes too, `hipaa` everything; `api` is NP0xx alone.",
        "[Configuration](configuration.md#rules) changes severities or switches rules off.\n",
    ]
    table = tool("rules", "--format", "markdown")
    return "\n".join(lines) + "\n" + re.sub(r"^\| (NP\d+)", r"| [\1](rules/\1.md)", table, flags=re.M).rstrip() + "\n"


# The links.


def anchors(text):
    """The names that GitHub and the site give to headings."""
    text = BLOCK.sub("", text)
    heads = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", re.sub(r"\[(.*?)\]\(.*?\)", r"\1", head).lower()).replace(" ", "-") for head in heads}


def check_links(path):
    text = path.read_text("utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", BLOCK.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        if not file.exists():
            problems.append(f"{path.relative_to(ROOT)}: the link {target} leads nowhere")
        elif anchor and anchor not in anchors(file.read_text("utf-8")):
            problems.append(f"{path.relative_to(ROOT)}: {target} is no heading")


def main():
    settle(ROOT / "docs/configuration.md", configuration())
    settle(ROOT / "docs/rule-index.md", rule_index())
    pages = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
    told = [path for path in pages if path.name != "README.md"]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for path, text in zip(told, pool.map(lambda path: replay(path.read_text("utf-8")), told)):
            settle(path, text)
    for path in pages:
        check_links(path)
    for text in problems:
        print(text, file=sys.stderr)
    return 1 if problems else 0


sys.exit(main())
