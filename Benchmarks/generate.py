#!/usr/bin/env python3
"""Writes a world of workloads and policies to standard output: generate.py WORKLOADS POLICIES NAMESPACES [PODS].

The same arguments give the same bytes. With PODS there are that many bare pods, spread over as many kinds of pods as
WORKLOADS says: equal ones are one class for the engine. The policies are what teams write: a default deny for each
namespace, then clients of an app, the way to a tier and to DNS, whole namespaces by label, blocks of addresses, and ports
by name."""
import random
import sys

workloads, policies, namespaces = (int(word) for word in sys.argv[1:4])
pods = int(sys.argv[4]) if len(sys.argv) > 4 else 0
dice = random.Random(workloads * 1_000_003 + policies)
TIERS = {"web": ("http", 8080), "api": ("grpc", 9000), "store": ("sql", 5432), "cache": ("redis", 6379), "job": ("health", 8081)}
TEAMS = ["north", "south", "east", "west"]


def emit(text):
    sys.stdout.write(text.strip("\n") + "\n---\n")


def app(number):
    tier = list(TIERS)[number % len(TIERS)]
    return f"{tier}-{number}", tier, number % namespaces


for number in range(namespaces):
    emit(f"""
apiVersion: v1
kind: Namespace
metadata:
  name: team-{number}
  labels: {{team: {TEAMS[number % len(TEAMS)]}, stage: {"live" if number % 3 else "test"}}}""")


def template(name, tier, indent):
    port_name, port = TIERS[tier]
    lines = f"""
containers:
  - name: main
    image: registry.example.org/{tier}/{name}:1.4.2
    ports:
      - name: {port_name}
        containerPort: {port}
    resources:
      requests: {{cpu: 100m, memory: 128Mi}}
      limits: {{cpu: 500m, memory: 256Mi}}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true"""
    return lines.strip("\n").replace("\n", "\n" + " " * indent)


for number in range(pods or workloads):
    name, tier, namespace = app(number % workloads)
    if pods:
        emit(f"""
apiVersion: v1
kind: Pod
metadata:
  name: {name}-{number // workloads}
  namespace: team-{namespace}
  labels: {{app: {name}, tier: {tier}}}
spec:
  {template(name, tier, 2)}""")
    else:
        emit(f"""
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: team-{namespace}
  labels: {{app: {name}, tier: {tier}}}
spec:
  replicas: 2
  selector:
    matchLabels: {{app: {name}}}
  template:
    metadata:
      labels: {{app: {name}, tier: {tier}}}
    spec:
      {template(name, tier, 6)}""")


def policy(number, namespace, spec):
    emit(f"""
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: policy-{number}
  namespace: team-{namespace}
spec:
{spec.strip(chr(10))}""")


for number in range(min(policies, namespaces)):
    types = "[Ingress, Egress]" if number % 2 else "[Ingress]"
    policy(number, number, f"  podSelector: {{}}\n  policyTypes: {types}")

for number in range(namespaces, policies):
    name, tier, namespace = app(dice.randrange(workloads))
    other, other_tier, other_namespace = app((dice.randrange(max(workloads // namespaces, 1)) * namespaces + namespace) % workloads)
    port_name, port = TIERS[tier]
    kind = dice.choices(["client", "tier", "namespace", "block", "name"], [30, 20, 20, 15, 15])[0]
    if kind == "client":
        policy(number, namespace, f"""
  podSelector: {{matchLabels: {{app: {name}}}}}
  policyTypes: [Ingress]
  ingress:
    # The client calls its API.
    - from:
        - podSelector: {{matchLabels: {{app: {other}}}}}
      ports:
        - protocol: TCP
          port: {port}""")
    elif kind == "tier":
        policy(number, namespace, f"""
  podSelector: {{matchLabels: {{tier: {tier}}}}}
  policyTypes: [Egress]
  egress:
    - to:
        - podSelector: {{matchLabels: {{tier: {other_tier}}}}}
      ports:
        - port: {TIERS[other_tier][1]}
    # Names.
    - to:
        - namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: kube-system}}}}
          podSelector: {{matchLabels: {{k8s-app: kube-dns}}}}
      ports:
        - {{protocol: UDP, port: 53}}
        - {{protocol: TCP, port: 53}}""")
    elif kind == "namespace":
        label = dice.choice([f"team: {TEAMS[namespace % 4]}", "stage: live", f"kubernetes.io/metadata.name: team-{other_namespace}"])
        pods_of_peer = f"\n          podSelector: {{matchLabels: {{tier: {other_tier}}}}}" if dice.random() < 0.6 else ""
        policy(number, namespace, f"""
  podSelector: {{matchLabels: {{app: {name}}}}}
  policyTypes: [Ingress]
  ingress:
    - from:
        - namespaceSelector: {{matchLabels: {{{label}}}}}{pods_of_peer}
      ports:
        - port: {port}""")
    elif kind == "block":
        first, second = dice.randrange(1, 220), dice.randrange(250)
        policy(number, namespace, f"""
  podSelector: {{matchLabels: {{app: {name}}}}}
  policyTypes: [Egress]
  egress:
    - to:
        - ipBlock:
            cidr: {first}.{second}.0.0/16
            except: [{first}.{second}.{dice.randrange(250)}.0/24]
      ports:
        - port: {dice.choice([443, 5671, 9092])}""")
    else:
        policy(number, namespace, f"""
  podSelector: {{matchLabels: {{tier: {tier}}}}}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {{matchExpressions: [{{key: tier, operator: In, values: [{tier}, {other_tier}]}}]}}
      ports:
        - port: {port_name}""")
