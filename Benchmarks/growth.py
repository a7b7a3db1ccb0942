#!/usr/bin/env python3
"""Lets one thing grow while all else stays small, and prints how the time of a command grew with it: growth.py BINARY [SIZE].

Processor seconds of the smaller world and of one four times as large, and the exponent: 1 is linear. What takes a few
hundredths of a second measures the start of the process, so that its exponent is lower than 1 and says nothing."""
import math
import os
import resource
import subprocess
import sys
import tempfile

LINT = ["lint", "--no-config", "--profile", "hipaa", "--today", "2027-01-01", "--fail-on", "never", "--format", "json"]
CONNECTIVITY = ["connectivity", "--no-config", "--format", "json"]


def numbered(count, text):
    return "".join(text.replace("#", str(number)) for number in range(count))


def listed(count, text):
    return ", ".join(text.replace("#", str(number)) for number in range(count))


def workload(name, namespace="shop", more=""):
    return f"""---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}{more}}}}}
    spec: {{containers: [{{name: main, image: registry.example.org/main, ports: [{{name: http, containerPort: 8080}}]}}]}}
"""


def policy(name, selector, rules, namespace="shop", field="ingress", annotations=""):
    return f"""---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}, namespace: {namespace}, annotations: {{{annotations}}}}}
spec:
  podSelector: {selector}
  policyTypes: [{field.capitalize()}]
  {field}: {rules}
"""


WEB = workload("web")
GROWTH = {
    "workloads": lambda n: numbered(n, workload("app-#")) + policy("deny", "{}", "[]"),
    "policies, each for a pod": lambda n: numbered(n, workload("app-#") + policy("p-#", "{matchLabels: {app: app-#}}", "[{from: [{podSelector: {matchLabels: {app: app-0}}}], ports: [{port: 8080}]}]")),
    "policies for all pods": lambda n: numbered(n // 10, workload("app-#")) + numbered(n, policy("p-#", "{}", "[{from: [{podSelector: {matchLabels: {app: app-#}}}], ports: [{port: 8080}]}]")),
    "policies for all pods but one": lambda n: numbered(n, workload("app-#")) + numbered(n // 10, policy("p-#", "{matchExpressions: [{key: app, operator: NotIn, values: [app-#]}]}", "[{from: [{podSelector: {}}]}]")),
    "policies of named ports": lambda n: numbered(n // 10, workload("app-#")) + numbered(n, policy("p-#", "{}", "[{from: [{podSelector: {matchLabels: {app: app-#}}}], ports: [{port: http}]}]")),
    "policies with nearly the right label": lambda n: numbered(n // 10, workload("storefront-#", more=", tier: front")) + numbered(n, policy("p-#", "{matchLabels: {app: storefrnt-#, tier: front}}", "[]")),
    "policies in both directions": lambda n: numbered(n, workload("app-#") + policy("in-#", "{matchLabels: {app: app-#}}", "[{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}]")) + policy("out", "{}", "[]", field="egress"),
    "rules": lambda n: WEB + policy("p", "{}", "[" + listed(n, "{from: [{podSelector: {matchLabels: {app: app-#}}}], ports: [{port: 8080}]}") + "]"),
    "rules for blocks": lambda n: WEB + policy("p", "{}", "[" + ", ".join(f"{{to: [{{ipBlock: {{cidr: 10.{i // 256}.{i % 256}.0/24}}}}], ports: [{{port: 443}}]}}" for i in range(n)) + "]", field="egress"),
    "peers": lambda n: WEB + policy("p", "{}", "[{from: [" + listed(n, "{podSelector: {matchLabels: {app: app-#}}}") + "]}]"),
    "ports": lambda n: WEB + policy("p", "{}", "[{ports: [" + ", ".join(f"{{port: {3 * i % 65535 + 1}}}" for i in range(n)) + "]}]"),
    "exceptions": lambda n: WEB + policy("p", "{}", "[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [" + ", ".join(f"10.{i // 256}.{i % 256}.0/24" for i in range(n)) + "]}}]}]", field="egress"),
    "labels of a selector": lambda n: WEB + policy("p", "{matchLabels: {app: web, " + listed(n, "label-#: x") + "}}", "[]"),
    "namespaces": lambda n: numbered(n, "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ns-#, labels: {team: t-#}}\n" + workload("web", "ns-#") + policy("p", "{}", "[{from: [{namespaceSelector: {matchLabels: {team: t-#}}}]}]", "ns-#")),
    "Services": lambda n: numbered(n, workload("app-#") + "---\napiVersion: v1\nkind: Service\nmetadata: {name: s-#, namespace: shop}\nspec: {selector: {app: app-#}, ports: [{port: 80, targetPort: 8080}]}\n") + policy("p", "{}", "[{ports: [{port: 80}]}]"),
    "letters of a scalar (hundreds)": lambda n: policy("p", "{}", "[]", annotations="note: \"" + "x" * 100 * n + "\""),
    "comments": lambda n: numbered(n, "# A word about it.\n") + policy("p", "{}", "[]"),
    "suppressions around findings": lambda n: "# netpol-lint: ignore[NP311]: because\n" * n + policy("p", "{}", "[{ports: [" + listed(n, "{port: 80}") + "]}]"),
    "keys that occur twice": lambda n: policy("p", "{}", "[]", annotations=", ".join(f"key-{i % (n // 2)}: x" for i in range(n))),
}

# Every pod may connect to every other one: what grows with the square there is the output.
MANY_CONNECTIONS = {"workloads", "Services", "namespaces", "policies for all pods but one", "policies, each for a pod", "policies for all pods", "policies of named ports", "policies with nearly the right label"}


def seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def table(tool, size=2000):
    print(f"{'what grows':<40} {'command':<13} {size:>8} {4 * size:>8} {'growth':>7}")
    with tempfile.TemporaryDirectory() as folder:
        for name, text in GROWTH.items():
            paths = []
            for count in (size, 4 * size):
                paths.append(os.path.join(folder, f"{count}.yaml"))
                with open(paths[-1], "w") as out:
                    out.write(text(count))
            for command in (LINT, CONNECTIVITY):
                if command is CONNECTIVITY and name in MANY_CONNECTIONS:
                    continue
                small, large = (seconds([tool, *command, path]) for path in paths)
                print(f"{name:<40} {command[0]:<13} {small:>8.2f} {large:>8.2f} {math.log(large / small, 4):>7.2f}", flush=True)


if __name__ == "__main__":
    table(os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 2000)
