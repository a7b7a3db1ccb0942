#!/usr/bin/env python3
"""Writes a world of workloads and policies to standard output: generate.py WORKLOADS POLICIES NAMESPACES."""
import sys

workloads, policies, namespaces = (int(word) for word in sys.argv[1:4])
for number in range(namespaces):
    print(f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: team-{number}}}\n---")
for number in range(workloads):
    print(f"""apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{number}
  namespace: team-{number % namespaces}
spec:
  selector: {{matchLabels: {{app: app-{number}}}}}
  template:
    metadata:
      labels: {{app: app-{number}, tier: tier-{number % 7}}}
    spec:
      containers:
        - name: main
          image: example/app-{number}:1
          ports:
            - containerPort: {8000 + number % 100}
---""")
for number in range(policies):
    target = number % max(workloads, 1)
    client = (target + namespaces) % max(workloads, 1)
    print(f"""apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: policy-{number}
  namespace: team-{target % namespaces}
spec:
  podSelector:
    matchLabels:
      app: app-{target}
  policyTypes:
    - Ingress
    - Egress
  ingress:
    # The client calls its API.
    - from:
        - podSelector:
            matchLabels:
              app: app-{client}
      ports:
        - protocol: TCP
          port: {8000 + target % 100}
  egress:
    # Names.
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
      ports:
        - protocol: UDP
          port: 53
        - protocol: TCP
          port: 53
---""")
