"""Inputs in which one thing is there many times and all else once or a few times: for growth.py."""


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
WORLDS = {
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

def kustomization(**fields):
    return "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n" + "".join(f"{key}:\n{text}" for key, text in fields.items())


def patch(name, label):
    return f"""  - patch: |-
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {{name: {name}, namespace: shop, labels: {{{label}: x}}}}
"""


def excluding(name):
    return f"{{podSelector: {{matchExpressions: [{{key: app, operator: NotIn, values: [{name}]}}]}}}}"


OPEN = policy("p", "{}", "[{}]")
APPS = "{matchLabels: {app: app-#}}"

# Files by their paths; those with a config are asked for its flows too.
TREES = {
    "patches on one object": lambda n: {"kustomization.yaml": kustomization(resources="  - p.yaml\n", patches="".join(patch("p", f"label-{i}") for i in range(n))), "p.yaml": OPEN},
    "JSON patches on one object": lambda n: {"kustomization.yaml": kustomization(resources="  - p.yaml\n", patches=numbered(n, "  - target: {kind: NetworkPolicy}\n    patch: |-\n      - {op: add, path: /metadata/annotations/key-#, value: x}\n")), "p.yaml": policy("p", "{}", "[{}]", annotations="a: b")},
    "patches, each of an object": lambda n: {"kustomization.yaml": kustomization(resources="  - p.yaml\n", patches="".join(patch(f"p-{i}", "label") for i in range(n))), "p.yaml": numbered(n, policy("p-#", APPS, "[]"))},
    "overlays of a base (tens)": lambda n: {"base/kustomization.yaml": kustomization(resources="  - p.yaml\n"), "base/p.yaml": OPEN, **{f"o{i}/kustomization.yaml": kustomization(resources="  - ../base\n") + f"namespace: ns-{i}\n" for i in range(n // 10)}},
    "overlays of overlays (hundreds)": lambda n: {"o0/kustomization.yaml": kustomization(resources="  - p.yaml\n"), "o0/p.yaml": OPEN, **{f"o{i}/kustomization.yaml": kustomization(resources=f"  - ../o{i - 1}\n", patches=patch("p", f"label-{i}")) for i in range(1, n // 100)}},
    "components of a build (tens)": lambda n: {"top/kustomization.yaml": kustomization(resources="  - p.yaml\n", components="".join(f"  - ../c{i}\n" for i in range(n // 10))), "top/p.yaml": OPEN, **{f"c{i}/kustomization.yaml": kustomization(patches=patch("p", f"label-{i}")).replace("v1beta1\nkind: Kustomization", "v1alpha1\nkind: Component") for i in range(n // 10)}},
    "fields that a replacement writes": lambda n: {"kustomization.yaml": kustomization(resources="  - p.yaml\n", replacements="  - source: {kind: NetworkPolicy, fieldPath: metadata.name}\n    targets:\n      - select: {kind: NetworkPolicy}\n        fieldPaths: [spec.ingress.*.from.*.podSelector.matchLabels.app]\n"), "p.yaml": policy("p", "{}", "[" + listed(n, "{from: [{podSelector: {matchLabels: {app: x}}}]}") + "]")},
    "rules for all pods but one": lambda n: {"a.yaml": numbered(n, workload("app-#")) + policy("p", "{}", "[" + ", ".join(f"{{from: [{excluding(f'app-{i}')}], ports: [{{port: {i + 1}}}]}}" for i in range(n)) + "]")},
    "rules that nearly cover others": lambda n: {"a.yaml": WEB + policy("p", "{}", "[" + ", ".join(f"{{from: [{excluding(f'app-{i}')}], ports: [{{port: 8080}}, {{port: {i + 1}}}]}}" for i in range(n)) + "]")},
    "policies that nearly cover others": lambda n: {"a.yaml": WEB + "".join(policy(f"p-{i}", "{matchLabels: {app: web}}", f"[{{from: [{excluding(f'app-{i}')}], ports: [{{port: 8080}}, {{port: {i + 1}}}]}}]") for i in range(n))},
    "rules that are refused, on one line": lambda n: {"a.yaml": policy("p", "{}", "[" + listed(n, "{ports: [{port: 70000}]}") + "]")},
    "flows": lambda n: {"a.yaml": WEB + OPEN, ".netpol-lint.yaml": "flows:\n" + numbered(n, "  - {name: f-#, from: shop/web, to: shop/web, port: 80, expect: allow}\n")},
    "flows between pods that are not there": lambda n: {"a.yaml": WEB + policy("p", "{}", "[]"), ".netpol-lint.yaml": "flows:\n" + numbered(n, '  - {name: f-#, from: "shop:app=app-#", to: shop/web, port: 80, expect: deny}\n')},
    "flows for nobody else (tens)": lambda n: {"a.yaml": numbered(n // 10, workload("app-#")) + policy("p", "{}", "[]"), ".netpol-lint.yaml": "flows:\n" + numbered(n // 10, "  - {name: f-#, to: shop/app-#, port: 8080, expect: only}\n")},
    "flows of names that nobody knows": lambda n: {"a.yaml": numbered(n, workload("app-#")) + policy("p", "{}", "[]"), ".netpol-lint.yaml": "flows:\n" + numbered(n, "  - {name: f-#, from: shop/ap-#, to: shop/app-0, expect: deny}\n")},
    "components": lambda n: {"a.yaml": numbered(n, workload("app-#")) + policy("p", "{}", "[]"), ".netpol-lint.yaml": "components:\n" + numbered(n, "  c-#: {namespace: shop, labels: {app: app-#}}\n") + "flows:\n" + numbered(n, "  - {name: f-#, from: c-#, to: c-0, expect: deny}\n")},
    "ignores": lambda n: {"a.yaml": numbered(n, policy("p", "{}", "[{}]", "ns-#")), ".netpol-lint.yaml": "ignores:\n" + numbered(n, "  - {rules: [NP401], namespaces: [ns-#], reason: because}\n")},
    "config files that extend (one in 500)": lambda n: {"a.yaml": OPEN, ".netpol-lint.yaml": "extends: [c0.yaml]\n", **{f"c{i}.yaml": (f"extends: [c{i + 1}.yaml]\n" if i < min(6, n // 500) else "") + "rules:\n" + "".join(f"  NP{number}: warning\n" for number in (401, 402)) for i in range(min(6, n // 500) + 1)}},
    "files": lambda n: {f"d{i % 50}/{i}.yaml": policy(f"p-{i}", f"{{matchLabels: {{app: app-{i}}}}}", "[]") for i in range(n)},
    "folders": lambda n: {f"d{i}/a.yaml": policy(f"p-{i}", f"{{matchLabels: {{app: app-{i}}}}}", "[]") for i in range(n)},
    "equal files": lambda n: {f"d{i}/a.yaml": OPEN for i in range(n)},
    "depth of a document (hundreds)": lambda n: {"a.yaml": policy("p", "{}", "[" * n * 100 + "]" * n * 100)},
    "folders in one another (one in 20)": lambda n: {"/".join(["d"] * (n // 20)) + "/a.yaml": OPEN},
    "findings at one place": lambda n: {"a.yaml": policy("p", "{}", "[" + ", ".join(["{}"] * n) + "]")},
    "findings with a suppression each": lambda n: {"a.yaml": policy("p", "{}", "\n" + "    - {} # netpol-lint: ignore[NP401, NP601]: because\n" * n)},
    "comments in a policy": lambda n: {"a.yaml": OPEN.rstrip() + "\n" + numbered(n, "  # 45 CFR 164.312(a)(1), a word about it.\n")},
    "hosts that manifests name": lambda n: {"a.yaml": workload("web").replace("image:", "env: [" + listed(n, '{name: HOST_#, value: "http://s-#.shop.svc:80"}') + "], image:") + numbered(n, "---\napiVersion: v1\nkind: Service\nmetadata: {name: s-#, namespace: shop}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n") + policy("p", "{}", "[]")},
    "Applications (tens)": lambda n: {**{f"e{i}.yaml": f"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: e{i}, namespace: argocd}}\nspec: {{source: {{repoURL: x, path: apps/{i}}}, destination: {{namespace: ns-{i}, server: https://kubernetes.default.svc}}}}\n" for i in range(n // 10)}, **{f"apps/{i}/p.yaml": policy("p", "{}", "[]", f"ns-{i}") for i in range(n // 10)}},
    "variables of Flux": lambda n: {"e.yaml": "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: k, namespace: flux-system}\nspec: {path: ./apps, sourceRef: {kind: GitRepository, name: x}, postBuild: {substitute: {" + listed(n, "v#: x") + "}}}\n", "apps/p.yaml": numbered(n, policy("p-#", "{matchLabels: {app: \"${v#}\"}}", "[]"))},
}
