"""Checks the evidence report: `make evidence`. With --update it writes the goldens and the shipped catalogue anew.

OSCAL is read with the models of PyPI's compliance-trestle, and by what these let pass: methods, references, words. The JSON is
compared with schemas/evidence-v1.json.
"""
import hashlib
import json
import pathlib
import re
import subprocess
import sys

import jsonschema
from trestle.oscal import assessment_results, catalog

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(sys.argv[1]).resolve()
UPDATE = "--update" in sys.argv
TODAY = "2026-11-24"
GOLDENS = [("voiceassist/as-documented", "as-documented"), ("voiceassist/as-found", "as-found")]
OTHERS = ["hipaa/deny-that-allows", "hipaa/labels-nobody-has"]
SHIPPED = ROOT / "schemas/hipaa-oscal-catalog.json"
TOKEN = re.compile(r"^[A-Za-z_][A-Za-z0-9._-]*$")

problems = []


def problem(where, text):
    problems.append(f"{where}: {text}")


def report(folder, *arguments):
    command = [BINARY, "report", "hipaa", "--today", TODAY, *arguments]
    return subprocess.run(command, cwd=ROOT / "Fixtures" / folder, check=True, capture_output=True, text=True).stdout


def settle(path, text):
    if UPDATE:
        path.write_text(text, "utf-8")
    elif path.read_text("utf-8") != text:
        problem(path.relative_to(ROOT), "is not what the tool writes: make evidence-update")


def walk(node, path=""):
    yield path, node
    if isinstance(node, dict):
        for key, value in node.items():
            yield from walk(value, f"{path}.{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, f"{path}[{index}]")


def check_oscal(where, text, shipped):
    document = json.loads(text)
    assessment_results.Model.parse_obj(document)
    results = document["assessment-results"]
    nodes = list(walk(results))
    uuids = [node["uuid"] for _, node in nodes if isinstance(node, dict) and "uuid" in node]
    if len(uuids) != len(set(uuids)):
        problem(where, "a uuid stands there twice")
    controls = {control["id"] for control in shipped["catalog"]["controls"]}
    for path, node in nodes:
        name = path.rsplit(".", 1)[-1]
        if isinstance(node, list) and not node:
            problem(where, f"{path} is empty")
        if name in ("findings", "risks"):
            problem(where, f"{path} is there")
        if name == "methods" and node != ["EXAMINE"]:
            problem(where, f"{path} is {node}")
        if name in ("actor-uuid", "subject-uuid", "component-uuid") and node not in uuids:
            problem(where, f"{path} leads nowhere")
        if name == "href" and isinstance(node, str) and node.startswith("#") and node[1:] not in uuids:
            problem(where, f"{path} leads nowhere")
        if name == "control-id" and (node not in controls or not TOKEN.match(node)):
            problem(where, f"{path}: {node} is no control of the catalogue")
        if name == "value" and ".props[" in path and not re.fullmatch(r"\S(.*\S)?", node):
            problem(where, f"{path} is no value: {node!r}")
    for resource in results["back-matter"]["resources"]:
        for link in resource.get("rlinks", []):
            if link["href"] == SHIPPED.name and link["hashes"][0]["value"] != hashlib.sha256(
                SHIPPED.read_bytes()
            ).hexdigest():
                problem(where, "the hash of the catalogue is wrong")


def main():
    shipped = report(GOLDENS[0][0], "--oscal-catalog")
    settle(SHIPPED, shipped)
    shipped = json.loads(shipped)
    catalog.Model.parse_obj(shipped)
    for folder, name in GOLDENS:
        settle(ROOT / f"Fixtures/voiceassist/evidence/{name}.md", report(folder))
    schema = json.loads((ROOT / "schemas/evidence-v1.json").read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    old = ROOT / ".build/evidence-old.json"
    old.write_text(report(GOLDENS[0][0], "--format", "json"), "utf-8")
    kept = ROOT / ".build/evidence-history"
    kept.mkdir(exist_ok=True)
    (kept / "first.json").write_text(old.read_text("utf-8"), "utf-8")
    (kept / "second.json").write_text(report(GOLDENS[1][0], "--format", "json", "--compare", str(old)), "utf-8")
    for folder in [folder for folder, _ in GOLDENS] + OTHERS:
        check_oscal(folder, report(folder, "--format", "oscal"), shipped)
        texts = {report(folder, "--format", "json", "--jobs", jobs) for jobs in ["1", "4"]}
        if len({re.sub(r'"command": .*', "", text) for text in texts}) != 1:
            problem(folder, "--jobs changes the report")
        text = report(folder, "--format", "json", "--compare", str(old), "--history", str(kept), "--proposed")
        for error in validator(schema, format_checker=validator.FORMAT_CHECKER).iter_errors(json.loads(text)):
            problem(folder, f"{error.json_path}: {error.message[:300]}")
    for line in problems:
        print(line, file=sys.stderr)
    sys.exit(1 if problems else 0)


main()
