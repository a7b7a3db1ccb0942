"""Checks action, workflows, templates and the recipes of the documentation: python3 workflows.py BINARY

Against their schemas, with zizmor, with actionlint, and by running the action's own steps.
"""

import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import check_jsonschema
import jsonschema
import ruamel.yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = str(pathlib.Path(sys.argv[1]).resolve())
VENDOR = pathlib.Path(check_jsonschema.__file__).parent / "builtin_schemas" / "vendor"
problems = []


def documents(path):
    return list(ruamel.yaml.YAML(typ="safe").load_all(io.StringIO((ROOT / path).read_text("utf-8"))))


def validate(path, schema, document=None):
    validator = json.loads((VENDOR / f"{schema}.json").read_text("utf-8"))
    # The last document: a template of GitLab has its inputs before it.
    document = document or documents(path)[-1]
    for error in jsonschema.validators.validator_for(validator)(validator).iter_errors(document):
        problems.append(f"{path}: {error.json_path}: {error.message[:200]}")


def recipes(path):
    """The recipes of a page."""
    blocks = re.findall(r"^```yaml\n(.*?)^```$", (ROOT / path).read_text("utf-8"), re.M | re.S)
    schemas = {"jobs": "github-workflows", "include": "gitlab-ci", "repos": "pre-commit-config"}
    for block in blocks:
        document = ruamel.yaml.YAML(typ="safe").load(io.StringIO(block))
        schema = next((schema for key, schema in schemas.items() if key in document), None)
        if schema and (VENDOR / f"{schema}.json").exists():
            validate(path, schema, document)
        if schema == "github-workflows":
            actionlint(path, block)


def run(*command):
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if result.returncode != 0:
        problems.append(f"{command[0]}: {result.stdout}{result.stderr}")


def actionlint_command():
    """actionlint, without network where it is not the machine's own; `None` where it cannot be had."""
    if own := shutil.which("actionlint"):
        return [own]
    wheel = next((ROOT / ".build/actionlint").glob("*/bin/actionlint"), None)
    if not wheel:
        return None
    wheel.chmod(0o755)
    apart = ["unshare", "--map-root-user", "--net"]
    can = shutil.which("unshare") and subprocess.run([*apart, "true"], capture_output=True).returncode == 0
    return [*(apart if can else []), str(wheel)]


ACTIONLINT = actionlint_command()


def actionlint(name, text):
    """Lints a workflow, in a repository that holds the action."""
    if not ACTIONLINT:
        return
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        workflow = root / ".github/workflows/workflow.yml"
        workflow.parent.mkdir(parents=True)
        (root / ".git").mkdir()
        workflow.write_text(text, "utf-8")
        shutil.copy(ROOT / "action.yml", root)
        result = subprocess.run(
            [*ACTIONLINT, "-no-color", str(workflow)], cwd=root, capture_output=True, text=True
        )
        if result.returncode != 0:
            problems.append(f"{name}: actionlint: {result.stdout}{result.stderr}")


def actionlint_action():
    """actionlint looks at workflows alone: at one with the action's steps, and at one that calls it."""
    action = documents("action.yml")[0]
    inputs = {name: {"type": "string", "default": field["default"]} for name, field in action["inputs"].items()}
    job = {"runs-on": "ubuntu-latest"}
    steps = {"on": {"workflow_call": {"inputs": inputs}}, "jobs": {"steps": {**job, "steps": action["runs"]["steps"]}}}
    actionlint("action.yml", json.dumps(steps))
    outputs = {name: "${{ steps.call.outputs." + name + " }}" for name in action["outputs"]}
    call = {"id": "call", "uses": "./", "with": {name: field["default"] for name, field in action["inputs"].items()}}
    calls = {"on": "push", "jobs": {"call": {**job, "steps": [call, {"run": "env", "env": outputs}]}}}
    actionlint("action.yml as it is called", json.dumps(calls))


def lint(inputs, folder):
    """Runs the step that lints, and the one that fails, as the runner does."""
    steps = {step["name"]: step for step in documents("action.yml")[0]["runs"]["steps"]}
    with tempfile.TemporaryDirectory() as temporary:
        runner = pathlib.Path(temporary)
        (runner / "netpol-lint/bin").mkdir(parents=True)
        (runner / "netpol-lint/bin/netpol-lint").symlink_to(BINARY)
        environment = {"PATH": os.environ["PATH"], "RUNNER_TEMP": temporary}
        for name in ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"]:
            (runner / name).touch()
            environment[name] = str(runner / name)
        defaults = {name: field.get("default", "") for name, field in documents("action.yml")[0]["inputs"].items()}
        for name, expression in steps["Lint"]["env"].items():
            key = expression.removeprefix("${{ inputs.").removesuffix(" }}")
            environment[name] = {**defaults, **inputs}[key]
        # As GitHub's runner calls it.
        bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]
        said = subprocess.run(
            [*bash, steps["Lint"]["run"]], cwd=folder, env=environment, capture_output=True, text=True
        )
        if said.returncode != 0:
            problems.append(f"action.yml: the step fails by itself: {said.stderr}")
        outputs = dict(line.split("=", 1) for line in (runner / "GITHUB_OUTPUT").read_text().splitlines())
        environment["EXIT_CODE"] = outputs["exit-code"]
        result = subprocess.run([*bash, steps["Result"]["run"]], env=environment).returncode
        sarif = pathlib.Path(outputs["sarif-file"])
        return {
            "code": result,
            "annotations": said.stdout.count("::error ") + said.stdout.count("::warning "),
            "results": len(json.loads(sarif.read_text())["runs"][0]["results"]) if sarif.exists() else None,
            "summary": (runner / "GITHUB_STEP_SUMMARY").read_text(),
        }


def expect(what, holds):
    if not holds:
        problems.append(f"action.yml: {what}")


def check_action():
    systems = ROOT / "Fixtures/voiceassist"
    found = lint({}, systems / "as-found")
    expect("findings fail the job", found["code"] == 1)
    expect("findings are annotations, results and in the summary", found["annotations"] and found["results"])
    expect("the summary names the rules", "NP203" in found["summary"])
    clean = lint({"paths": ".\n\nnamespace.yaml\n"}, systems / "as-documented")
    expect("paths stand one a line, and what is clean passes", clean["code"] == 0 and clean["results"] == 0)
    expect("never means never", lint({"fail-on": "never"}, systems / "as-found")["code"] == 0)
    expect("a path is no flag", lint({"paths": "--fail-on=never"}, systems / "as-found")["code"] == 2)
    expect("a value is no command", lint({"paths": "$(exit 0); `id`"}, systems / "as-found")["code"] == 2)
    expect("flags count", lint({"arguments": "--select\nNP999x"}, systems / "as-found")["code"] == 2)


def check_init():
    """What `init` writes for hooks and pipelines."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([BINARY, "init", "--github", "--gitlab", "--pre-commit"], cwd=folder, check=True, capture_output=True)
        for path, schema in [
            (".github/workflows/netpol-lint.yml", "github-workflows"),
            (".gitlab-ci.yml", "gitlab-ci"),
            (".pre-commit-config.yaml", "pre-commit-config"),
        ]:
            if (VENDOR / f"{schema}.json").exists():
                validate(pathlib.Path(folder) / path, schema)
        zizmor = str(pathlib.Path(sys.executable).parent / "zizmor")
        # Its author pins actions as the repository does; nobody else's hashes are known here.
        (pathlib.Path(folder) / "zizmor.yml").write_text("rules: {unpinned-uses: {disable: true}}\n")
        run(zizmor, "--offline", "--quiet", "--config", f"{folder}/zizmor.yml", f"{folder}/.github")
        actionlint("init --github", (pathlib.Path(folder) / ".github/workflows/netpol-lint.yml").read_text("utf-8"))


def main():
    check_init()
    validate("action.yml", "github-actions")
    validate(".github/workflows/release.yml", "github-workflows")
    validate("templates/gitlab-ci.yml", "gitlab-ci")
    recipes("docs/integrations.md")
    recipes("docs/pull-requests.md")
    run(str(pathlib.Path(sys.executable).parent / "zizmor"), "--offline", "--quiet", ".github", "action.yml")
    if ACTIONLINT:
        actionlint("release.yml", (ROOT / ".github/workflows/release.yml").read_text("utf-8"))
        actionlint_action()
    else:
        print("workflows: actionlint cannot be had here, and did not look at them", file=sys.stderr)
    # An action that is written wrong cannot be run.
    if not problems:
        check_action()
    for text in problems:
        print(text, file=sys.stderr)
    return 1 if problems else 0


sys.exit(main())
