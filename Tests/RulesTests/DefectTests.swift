import Diagnostics
import Rules
import TestSupport
import Testing

/// Manifests in which nothing is wrong, and one defect after the other in them.
@Suite struct DefectTests {
  struct Defect: CustomTestStringConvertible, Sendable {
    let rule: RuleID
    let changes: [Change]
    var testDescription: String { rule.description }

    init(_ rule: RuleID, _ changes: [Change]) {
      (self.rule, self.changes) = (rule, changes)
    }

    /// The manifests with the defect.
    var text: String { changes.reduce(DefectTests.manifests) { $1.apply($0) } }
  }

  /// A text in place of another one, or a document more.
  struct Change: Sendable {
    let old: String
    let new: String

    init(_ old: String, _ new: String) {
      (self.old, self.new) = (old, new)
    }

    init(adding document: String) { self.init("", document) }

    func apply(_ text: String) -> String {
      guard !old.isEmpty else { return text + "---\n" + new }
      guard let place = text.firstRange(of: old) else { return "" }
      return text[..<place.lowerBound] + new + text[place.upperBound...]
    }
  }

  /// HIPAA's rules speak of what no defect is.
  private static let rules = Registry.all.filter { $0.info.group != .hipaa }

  @Test func whatIsRightIsSilent() async {
    let found = await Lint.run(Lint.files(of: Self.manifests), Self.rules).findings
    #expect(found.map { "\($0.rule) \($0.message)" } == [])
  }

  @Test(arguments: defects)
  func eachDefectIsFound(_ defect: Defect) async {
    let found = await Lint.run(Lint.files(of: defect.text), Self.rules).findings
    #expect(found.contains { $0.rule == defect.rule }, "\(found.map { $0.rule })")
  }

  static let defects = [
    Defect("NP001", [Change("name: default-deny, namespace: shop}", "name: default-deny, namespace: shop")]),
    Defect(
      "NP002",
      [
        Change(
          "  podSelector: {matchLabels: {app: db}}\n",
          "  podSelector: {matchLabels: {app: db}}\n  podSelector: {matchLabels: {app: db}}\n")
      ]),
    Defect("NP003", [Change("  podSelector: {matchLabels: {app: db}}\n", "  podselector: {matchLabels: {app: db}}\n")]),
    Defect("NP004", [Change("ports: [{port: 53, protocol: UDP}", "ports: [{port: 53, protocol: true}")]),
    Defect("NP005", [Change("203.0.113.0/24", "203.0.113.0/33")]),
    Defect(
      "NP006",
      [
        Change(
          "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: db",
          "apiVersion: extensions/v1beta1\nkind: NetworkPolicy\nmetadata: {name: db")
      ]),
    Defect(
      "NP007",
      [
        Change(
          "metadata: {name: watcher, namespace: shop}\nspec:\n  podSelector",
          "metadata: {name: db, namespace: shop}\nspec:\n  podSelector")
      ]),
    Defect(
      "NP008",
      [
        Change(
          "kind: NetworkPolicy\nmetadata: {name: db, namespace: shop}", "kind: NetworkPolicy\nmetadata: {name: db}")
      ]),
    Defect(
      "NP010",
      [
        Change(
          adding:
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [manifest.yaml, gone.yaml]\n")
      ]),
    Defect(
      "NP101",
      [Change("  podSelector: {}\n  policyTypes: [Ingress, Egress]", "  podSelector: {}\n  policyTypes: [Egress]")]),
    Defect(
      "NP102",
      [
        Change("  podSelector: {}\n  policyTypes: [Ingress, Egress]", "  podSelector: {}\n  policyTypes: [Ingress]"),
        Change(
          "  podSelector: {}\n  policyTypes: [Egress]",
          "  podSelector: {matchLabels: {app: web}}\n  policyTypes: [Egress]"),
      ]),
    Defect(
      "NP103",
      [
        Change(
          adding:
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: open, namespace: shop}\nspec: {podSelector: {}, policyTypes: [Ingress], ingress: [{}]}\n"
        )
      ]),
    Defect(
      "NP104",
      [
        Change(
          "  podSelector: {matchLabels: {app: db}}\n  policyTypes: [Ingress, Egress]\n",
          "  podSelector: {matchLabels: {app: db}}\n")
      ]),
    Defect(
      "NP105",
      [
        Change(
          "  podSelector: {matchLabels: {app: api}}\n  policyTypes: [Ingress, Egress]\n",
          "  podSelector: {matchLabels: {app: api}}\n  policyTypes: [Ingress]\n")
      ]),
    Defect(
      "NP106",
      [
        Change("  podSelector: {}\n  policyTypes: [Ingress, Egress]", "  podSelector: {}\n  policyTypes: [Ingress]"),
        Change(
          "  podSelector: {}\n  policyTypes: [Egress]",
          "  podSelector: {matchLabels: {app: web}}\n  policyTypes: [Egress]"),
        Change("      ports: [{port: 5432}]\n  egress: []\n", "      ports: [{port: 5432}]\n"),
      ]),
    Defect(
      "NP108",
      [Change("    spec: {serviceAccountName: watcher,", "    spec: {hostNetwork: true, serviceAccountName: watcher,")]),
    Defect(
      "NP110",
      [
        Change(
          "metadata: {name: api, namespace: shop}\nspec:\n  podSelector",
          "metadata: {name: deny-api, namespace: shop}\nspec:\n  podSelector")
      ]),
    Defect(
      "NP111",
      [
        Change(
          adding:
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: mailer, namespace: shop}\nspec: {template: {metadata: {labels: {app: mailer}}, spec: {dnsPolicy: None, containers: [{name: m, image: m}]}}}\n"
        ),
        Change(
          "  podSelector: {}\n  policyTypes: [Egress]",
          "  podSelector: {matchLabels: {app: web}}\n  policyTypes: [Egress]"),
      ]),
    Defect(
      "NP112",
      [
        Change(
          adding:
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nconfigMapGenerator: [{name: c, literals: [a=b]}]\n"
        )
      ]),
    Defect(
      "NP201", [Change("  podSelector: {matchLabels: {app: db}}\n", "  podSelector: {matchLabels: {app: dbs}}\n")]),
    Defect(
      "NP202",
      [Change("- to: [{podSelector: {matchLabels: {app: db}}}]", "- to: [{podSelector: {matchLabels: {app: dbs}}}]")]),
    Defect(
      "NP203",
      [
        Change(
          "          podSelector: {matchLabels: {k8s-app: kube-dns}}",
          "        - podSelector: {matchLabels: {k8s-app: kube-dns}}")
      ]),
    Defect("NP204", [Change("kubernetes.io/metadata.name: edge", "name: edge")]),
    Defect(
      "NP205",
      [
        Change(
          "  podSelector: {matchLabels: {app: db}}\n",
          "  podSelector: {matchLabels: {app: db, pod-template-hash: abc}}\n")
      ]),
    Defect(
      "NP206",
      [
        Change(
          "- to: [{podSelector: {matchLabels: {app: db}}}]",
          "- to: [{podSelector: {matchLabels: {app: db}, matchExpressions: [{key: app, operator: NotIn, values: [db]}]}}]"
        )
      ]),
    Defect(
      "NP208",
      [
        Change(
          "kind: NetworkPolicy\nmetadata: {name: watcher, namespace: shop}",
          "kind: NetworkPolicy\nmetadata: {name: watcher, namespace: shops}")
      ]),
    Defect(
      "NP209",
      [
        Change(
          "  podSelector: {matchLabels: {app: db}}\n",
          "  podSelector: {matchLabels: {app: db}, matchExpressions: [{key: app, operator: Exists}]}\n")
      ]),
    Defect(
      "NP210",
      [
        Change(
          adding:
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [manifest.yaml]\ncommonLabels: {team: shop}\n"
        )
      ]),
    Defect("NP301", [Change("app: web}}}]\n      ports: [{port: 9000}]", "app: web}}}]\n      ports: [{port: 9001}]")]),
    Defect(
      "NP302",
      [Change("app: ingress-nginx}}\n      ports: [{port: 8080}]", "app: ingress-nginx}}\n      ports: [{port: 80}]")]),
    Defect(
      "NP303", [Change("app: web}}}]\n      ports: [{port: 9000}]", "app: web}}}]\n      ports: [{port: https}]")]),
    Defect("NP305", [Change("{port: 53, protocol: UDP}, {port: 53, protocol: TCP}", "{port: 53, protocol: UDP}")]),
    Defect("NP306", [Change("app: web}}}]\n      ports: [{port: 9000}]", "app: web}}}]")]),
    Defect("NP307", [Change("ports: [{port: 443}]", "ports: [{port: 443, endPort: 30000}]")]),
    Defect("NP308", [Change("ports: [{port: 443}]", "ports: [{port: 443}, {port: 80}]")]),
    Defect("NP309", [Change("kubernetes.io/metadata.name: kube-system", "kubernetes.io/metadata.name: dns")]),
    Defect("NP310", [Change("{port: 53, protocol: UDP}, {port: 53, protocol: TCP}", "{port: 53}")]),
    Defect("NP311", [Change("ports: [{port: 443}]", "ports: [{port: 443}, {port: 443}]")]),
    Defect(
      "NP312",
      [
        Change(
          "    - to:\n        - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}\n          podSelector: {matchLabels: {k8s-app: kube-dns}}\n      ports: [{port: 53,",
          "    - ports: [{port: 53,")
      ]),
    Defect(
      "NP313",
      [Change("metadata:\n  name: shop\n", "metadata:\n  name: shop\n  labels: {istio.io/dataplane-mode: ambient}\n")]),
    Defect(
      "NP401",
      [
        Change(
          "    - from:\n        - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: edge}}\n          podSelector: {matchLabels: {app: ingress-nginx}}\n      ports: [{port: 8080}]",
          "    - from: []")
      ]),
    Defect(
      "NP402", [Change("- from: [{podSelector: {matchLabels: {app: web}}}]", "- from: [{namespaceSelector: {}}]")]),
    Defect("NP403", [Change("203.0.113.0/24", "0.0.0.0/0")]),
    Defect(
      "NP404", [Change("203.0.113.0/24}}]\n      ports: [{port: 443}]", "169.254.0.0/16}}]\n      ports: [{port: 80}]")]
    ),
    Defect(
      "NP405",
      [
        Change(
          "    # payments\n    - to: [{ipBlock: {cidr: 203.0.113.0/24}}]",
          "    # external payments\n    - to: [{namespaceSelector: {}}]")
      ]),
    Defect("NP406", [Change("203.0.113.0/24", "203.0.113.7/24")]),
    Defect("NP407", [Change("cidr: 203.0.113.0/24", "cidr: 203.0.113.0/24, except: [203.0.113.0/25, 203.0.113.0/26]")]),
    Defect("NP408", [Change("203.0.113.0/24", "10.96.7.7/32")]),
    Defect(
      "NP409", [Change("- from: [{podSelector: {matchLabels: {app: api}}}]", "- from: [{namespaceSelector: {}}]")]),
    Defect(
      "NP410",
      [
        Change(
          "- to: [{ipBlock: {cidr: 192.0.2.10/32}}]",
          "- to: [{podSelector: {matchLabels: {component: kube-apiserver}}}]")
      ]),
    Defect(
      "NP410",
      [
        Change(
          "    # the API server\n    - to: [{ipBlock: {cidr: 192.0.2.10/32}}]",
          "    # the Kubernetes API\n    - to: [{namespaceSelector: {}}]")
      ]),
    Defect(
      "NP411",
      [
        Change(
          "    - from:\n        - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: edge}}\n          podSelector: {matchLabels: {app: ingress-nginx}}",
          "    - from: [{ipBlock: {cidr: 198.51.100.0/24}}]"), Change("type: ClusterIP", "type: LoadBalancer"),
      ]),
    Defect("NP412", [Change("- to: [{podSelector: {matchLabels: {app: db}}}]", "- to: [{namespaceSelector: {}}]")]),
    Defect(
      "NP413",
      [
        Change(
          "- namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: edge}}\n          podSelector",
          "- namespaceSelector: {}\n          podSelector")
      ]),
    Defect("NP414", [Change("203.0.113.0/24", "0.0.0.0/24")]),
    Defect("NP501", [Change("    - to: [{podSelector: {matchLabels: {app: db}}}]\n      ports: [{port: 5432}]\n", "")]),
    Defect(
      "NP502",
      [
        Change(
          "    # payments\n",
          "    # some payments\n    - to: [{ipBlock: {cidr: 203.0.113.8/32}}]\n      ports: [{port: 443}]\n    # payments\n"
        )
      ]),
    Defect(
      "NP503",
      [
        Change(
          adding:
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: again, namespace: shop}\nspec: {podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 5432}]}]}\n"
        )
      ]),
    Defect("NP504", [Change("type: ClusterIP", "type: LoadBalancer")]),
    Defect("NP508", [Change("replicas: 1", "replicas: 3")]),
    Defect(
      "NP509",
      [
        Change(
          adding:
            "apiVersion: v1\nkind: Service\nmetadata: {name: watcher, namespace: shop}\nspec: {selector: {app: watcher}, ports: [{port: 8081}]}\n"
        )
      ]),
    Defect(
      "NP510",
      [
        Change(
          "    metadata: {labels: {app: api}}",
          "    metadata: {labels: {app: api}, annotations: {prometheus.io/scrape: \"true\", prometheus.io/port: \"9100\"}}"
        )
      ]),
    Defect("NP511", [Change("http://api:9000", "http://api:9000,postgres://db:5432/shop")]),
    Defect(
      "NP512",
      [
        Change(
          "    - to: [{ipBlock: {cidr: 192.0.2.10/32}}]\n      ports: [{port: 6443}]\n",
          "    - to: [{ipBlock: {cidr: 192.0.2.10/32}}]\n      ports: [{port: 8080}]\n")
      ]),
    Defect("NP601", [Change("    # payments\n", "")]),
    Defect(
      "NP604",
      [
        Change(
          "kind: NetworkPolicy\nmetadata: {name: db, namespace: shop}",
          "kind: NetworkPolicy\nmetadata: {name: db, namespace: shop} # netpol-lint: ignore[NP402]: nothing")
      ]),
    Defect("NP605", [Change("203.0.113.0/24}}]", "0.0.0.0/0}}] # netpol-lint: ignore[NP403]")]),
  ]

  static let manifests = """
    apiVersion: v1
    kind: Namespace
    metadata:
      name: shop
    ---
    # Nothing passes that no other policy allows.
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: default-deny, namespace: shop}
    spec:
      podSelector: {}
      policyTypes: [Ingress, Egress]
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: dns, namespace: shop}
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress:
        # names are looked up by everybody
        - to:
            - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
              podSelector: {matchLabels: {k8s-app: kube-dns}}
          ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web, namespace: shop}
    spec:
      podSelector: {matchLabels: {app: web}}
      policyTypes: [Ingress, Egress]
      ingress:
        # the ingress controller
        - from:
            - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: edge}}
              podSelector: {matchLabels: {app: ingress-nginx}}
          ports: [{port: 8080}]
      egress:
        # the shop's own API
        - to: [{podSelector: {matchLabels: {app: api}}}]
          ports: [{port: 9000}]
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: api, namespace: shop}
    spec:
      podSelector: {matchLabels: {app: api}}
      policyTypes: [Ingress, Egress]
      ingress:
        # the pages
        - from: [{podSelector: {matchLabels: {app: web}}}]
          ports: [{port: 9000}]
      egress:
        # orders
        - to: [{podSelector: {matchLabels: {app: db}}}]
          ports: [{port: 5432}]
        # payments
        - to: [{ipBlock: {cidr: 203.0.113.0/24}}]
          ports: [{port: 443}]
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: db, namespace: shop}
    spec:
      podSelector: {matchLabels: {app: db}}
      policyTypes: [Ingress, Egress]
      ingress:
        # orders
        - from: [{podSelector: {matchLabels: {app: api}}}]
          ports: [{port: 5432}]
      egress: []
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: watcher, namespace: shop}
    spec:
      podSelector: {matchLabels: {app: watcher}}
      policyTypes: [Ingress, Egress]
      ingress: []
      egress:
        # the API server
        - to: [{ipBlock: {cidr: 192.0.2.10/32}}]
          ports: [{port: 6443}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: shop}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}], env: [{name: API_URL, value: "http://api:9000"}]}]}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: api, namespace: shop}
    spec:
      selector: {matchLabels: {app: api}}
      template:
        metadata: {labels: {app: api}}
        spec: {containers: [{name: api, image: api, ports: [{containerPort: 9000}], env: [{name: DB_URL, value: "postgres://db:5432/shop"}]}]}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db, namespace: shop}
    spec:
      serviceName: db
      replicas: 1
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec: {containers: [{name: db, image: postgres, ports: [{containerPort: 5432}]}]}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: watcher, namespace: shop}
    spec:
      selector: {matchLabels: {app: watcher}}
      template:
        metadata: {labels: {app: watcher}}
        spec: {serviceAccountName: watcher, containers: [{name: watcher, image: watcher}]}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {name: watcher, namespace: shop}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: watcher}
    subjects: [{kind: ServiceAccount, name: watcher, namespace: shop}]
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec: {type: ClusterIP, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: api, namespace: shop}
    spec: {selector: {app: api}, clusterIP: 10.96.7.7, ports: [{port: 9000}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: db, namespace: shop}
    spec: {selector: {app: db}, clusterIP: None, ports: [{port: 5432}]}
    ---
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: web, namespace: shop}
    spec:
      rules:
        - http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}

    """
}
