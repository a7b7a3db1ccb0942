"""Writes the skeleton of a rule: python3 new_rule.py NP318 some-fault [ROOT]

The rule's file with its examples, a trap to begin with, and its line in the registry. --check tries it in a scratch
folder.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

FOLDERS = ["Reading", "Isolation", "Selectors", "Ports", "Exposure", "Flows", "Hygiene", "HIPAA"]

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: web, namespace: shop}}{mark}
spec:
  podSelector: {{matchLabels: {{app: web}}}}
  policyTypes: [Ingress]
  ingress:
    - from: [{{podSelector: {{matchLabels: {{app: proxy}}}}}}]
      ports: [{{port: 8080}}]
"""

TRAP = """\
# What looks like the fault, and is none.
---
"""

RULE = '''\
package import Diagnostics
internal import Model

/// What it finds, in one sentence.
package enum {type}: Rule {{
  package static let info = RuleInfo(
    id: "{id}", name: "{name}", severity: .warning,
    summary: "What the rule catches, in one line.",
    rationale: """
      Why it matters to those who run the system.
      """,
    remedy: "what to do about it, one thing",
    bad: Example(
      """
{bad}
      """),
    good: Example(
      """
{good}
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {{
    for policy in analysis.world.policies where policy.isSound && policy.meta.name.value.isEmpty {{
      sink.report("what is wrong here, without a full stop", at: .name(of: policy.meta))
    }}
  }}
}}
'''


def fail(message):
    print(f"new_rule: {message}", file=sys.stderr)
    sys.exit(2)


def indented(text):
    return "\n".join("      " + line for line in text.rstrip().splitlines())


def write(root, identifier, name):
    number = int(identifier[2:])
    kind = identifier + "".join(word.capitalize() for word in name.split("-"))
    registry = root / "Sources/Rules/Analysis/Registry.swift"
    text = registry.read_text("utf-8")
    known = re.findall(r"NP(\d{3})\w+\.self", text)
    if identifier[2:] in known:
        fail(f"{identifier} is there already")
    folder = FOLDERS[min(number // 100, 7)]
    bad, good = POLICY.format(mark=f" # expect: {identifier}"), POLICY.format(mark="")
    # Rules stand in the order of their ids.
    later = next((other for other in known if int(other) > number), None)
    line = f"    {kind}.self,\n"
    if later:
        start = text.rindex("\n", 0, text.index(f"NP{later}")) + 1
        before = text[start : text.index(f"NP{later}")]
        place = text.index(f"NP{later}") if before.strip() else start
        text = text[:place] + (line.strip() + " " if before.strip() else line) + text[place:]
    else:
        text = text.replace("\n  ]\n", f"\n{line}  ]\n", 1)
    registry.write_text(text, "utf-8")
    (root / f"Sources/Rules/{folder}/{kind}.swift").write_text(
        RULE.format(type=kind, id=identifier, name=name, bad=indented(bad), good=indented(good)), "utf-8"
    )
    return [registry, root / f"Sources/Rules/{folder}/{kind}.swift", *write_trap(root, identifier, good, later)]


def write_trap(root, identifier, good, later):
    """later: the number of the rule that comes next, None for the last one."""
    trap = root / f"Fixtures/rules/{identifier}/good-what-looks-like-it.yaml"
    trap.parent.mkdir(parents=True, exist_ok=True)
    trap.write_text(TRAP + good.replace("8080", "8081"), "utf-8")
    traps = root / "Fixtures/rules/traps.yaml"
    text = traps.read_text("utf-8")
    place = text.index(f"\nNP{later}:\n") + 1 if later else len(text)
    clauses = f"{identifier}:\n  what it asks for is there: [the good example]\n  what looks like it: [{identifier}/{trap.name}]\n"
    traps.write_text(text[:place] + clauses + text[place:], "utf-8")
    return [trap, traps]


def check(root):
    """What is written is Swift in the format of the house, for the first, the last and a rule in between."""
    with tempfile.TemporaryDirectory() as temporary:
        scratch = pathlib.Path(temporary)
        shutil.copytree(root / "Sources/Rules", scratch / "Sources/Rules")
        shutil.copytree(root / "Fixtures/rules", scratch / "Fixtures/rules")
        shutil.copy(root / ".swift-format", scratch)
        for identifier in ["NP099", "NP398", "NP799"]:
            files = [str(path) for path in write(scratch, identifier, "some-fault") if path.suffix == ".swift"]
            subprocess.run(["swift", "format", "--in-place", files[0]], cwd=scratch, check=True)
            subprocess.run(["swift", "format", "lint", "--strict", *files], cwd=scratch, check=True)
            subprocess.run(["swiftc", "-frontend", "-parse", *files], cwd=scratch, check=True)
        ids = re.findall(r"NP(\d{3})\w+\.self", (scratch / "Sources/Rules/Analysis/Registry.swift").read_text())
        if ids != sorted(ids):
            fail("the registry is out of order")
        listed = re.findall(r"^NP(\d{3}):$", (scratch / "Fixtures/rules/traps.yaml").read_text(), re.M)
        if listed != ids:
            fail("the list of traps is not that of the registry")


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    if sys.argv[1:] == ["--check"]:
        return check(root)
    if len(sys.argv) != 3 or not re.fullmatch(r"NP\d{3}", sys.argv[1]) or not re.fullmatch(r"[a-z]+(-[a-z]+)+", sys.argv[2]):
        fail("it takes an id and a name: make rule ID=NP318 NAME=some-fault")
    for path in write(root, sys.argv[1], sys.argv[2]):
        print(path.relative_to(root))


main()
