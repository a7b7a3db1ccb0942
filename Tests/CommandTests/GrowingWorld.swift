import Testing

/// Manifests in which one thing is there many times and everything else once or a few times.
struct GrowingWorld: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// How many times: as many as a debug build lints within a second or two.
  let size: Int
  /// The manifests with so many.
  let manifests: @Sendable (Int) -> String

  private init(_ name: String, _ size: Int, _ manifests: @escaping @Sendable (Int) -> String) {
    testDescription = name
    self.size = size
    self.manifests = manifests
  }

  static let all = [
    GrowingWorld("policies for all pods", 640) { size in
      many(size / 10) { deployment("app-\($0)") }
        + many(size) {
          policy("p-\($0)", "{}", "from: [{podSelector: {matchLabels: {app: app-\($0)}}}], ports: [{port: \($0 + 1)}]")
        }
    },
    GrowingWorld("policies for all pods but one", 400) { size in
      many(size) { deployment("app-\($0)") }
        + many(size) {
          policy(
            "p-\($0)", "{matchExpressions: [{key: app, operator: NotIn, values: [app-\($0)]}]}",
            "from: [{podSelector: {}}], ports: [{port: 80}]")
        }
    },
    GrowingWorld("rules for all pods but one", 240) { size in
      many(size) { deployment("app-\($0)") } + head("p", "{}") + "  ingress:\n"
        + many(size) {
          "    - {from: [{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [app-\($0)]}]}}], "
            + "ports: [{port: \($0 + 1)}]}\n"
        }
    },
    GrowingWorld("rules that are refused, on one line", 1600) { size in
      head("p", "{}") + "  ingress: [" + list(size) { "{ports: [{port: \(70_000 + $0)}]}" } + "]\n"
    },
    // Each is one letter longer than a name that none has; a label's value has no room for more of them.
    GrowingWorld("names that differ by a letter", 240) { size in
      let stem = String(repeating: "abcdefghij", count: 6)
      let names = (0..<size).map { number in
        let place = stem.index(stem.startIndex, offsetBy: number / 16)
        return stem[..<place] + String(UnicodeScalar(UInt8(ascii: "k") + UInt8(number % 16))) + stem[place...]
      }.sorted(by: >)
      return names.enumerated().map { number, name in
        number % 2 == 0
          ? policy("p-\(number)", "{matchLabels: {app: \(name)}}", "from: [{podSelector: {matchLabels: {zone: z}}}]")
          : policy("p-\(number)", "{matchLabels: {zone: z}}", "from: [{podSelector: {matchLabels: {app: \(name)}}}]")
      }.joined()
    },
    GrowingWorld("rules", 960) { size in
      deployment("web") + head("p", "{}") + "  ingress:\n"
        + many(size) { "    - {from: [{podSelector: {matchLabels: {app: app-\($0)}}}], ports: [{port: \($0 + 1)}]}\n" }
    },
    GrowingWorld("rules for pods of their own, on ports that these do not have", 480) { size in
      many(size) { deployment("app-\($0)") } + head("p", "{}", type: "Egress") + "  egress:\n"
        + many(size) {
          "    - {to: [{podSelector: {matchLabels: {app: app-\($0)}}}], ports: [{port: \($0 + 20_000)}]}\n"
        }
    },
    GrowingWorld("ports", 2400) { size in
      deployment("web") + policy("p", "{}", "ports: [" + list(size) { "{port: \(3 * $0 + 1)}" } + "]")
    },
    GrowingWorld("rules that nobody knows", 800) { size in
      head("p", "{}") + "  ingress:\n"
        + many(size) { "    - {from: [{podSelector: {matchLabels: {app: '${X\($0)}'}}}]}\n" }
    },
    GrowingWorld("peers that nobody knows", 800) { size in
      head("p", "{}") + "  ingress:\n    - from:\n"
        + many(size) { "        - {podSelector: {matchLabels: {app: '${X\($0)}'}}}\n" }
    },
    GrowingWorld("labels that nobody knows", 1600) { size in
      head("p", "{matchLabels: {" + list(size) { "l\($0): '${X\($0)}'" } + "}}")
    },
    GrowingWorld("exceptions", 3200) { size in
      deployment("web")
        + policy(
          "p", "{}",
          "from: [{ipBlock: {cidr: 0.0.0.0/0, except: [" + list(size) { "10.\($0 / 256).\($0 % 256).0/24" } + "]}}]")
    },
    GrowingWorld("labels of a selector", 2400) { size in
      deployment("web") + policy("p", "{matchLabels: {app: web, " + list(size) { "label-\($0): x" } + "}}", "ports: []")
    },
    GrowingWorld("namespaces", 480) { size in
      many(size) {
        "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ns-\($0), labels: {team: t-\($0)}}\n"
          + deployment("web", in: "ns-\($0)")
          + policy(
            "p", in: "ns-\($0)", "{}", "from: [{namespaceSelector: {matchLabels: {team: t-\(($0 + 1) % size)}}}]")
      }
    },
    GrowingWorld("letters of one scalar", 160_000) { size in
      head("p", annotations: "note: \"" + String(repeating: "x", count: size) + "\"", "{}")
    },
    GrowingWorld("annotations that suppress", 1600) { size in
      head("p", annotations: list(size) { "ignore.netpol-lint.io/NP\(100 + $0 % 500): because" }, "{}")
    },
    GrowingWorld("suppressions around findings", 1200) { size in
      String(repeating: "# netpol-lint: ignore[NP311]: because\n", count: size) + head("p", "{}")
        + "  ingress:\n    - ports:\n"
        + String(repeating: "        - port: 80\n", count: size)
    },
    GrowingWorld("suppressions behind everything", 4800) { size in
      head("p", "{}") + String(repeating: "# netpol-lint: ignore[NP402]: because\n", count: size)
    },
    GrowingWorld("suppressions in front of items", 1200) { size in
      head("p", "{}") + "  ingress:\n    - from:\n"
        + many(size) {
          "        # netpol-lint: ignore[NP202]: because\n        - podSelector: {matchLabels: {app: app-\($0)}}\n"
        }
    },
    GrowingWorld("values of three lists that exclude", 240) { size in
      func excluding(_ word: String) -> String {
        "{matchExpressions: [{key: app, operator: NotIn, values: [" + list(size) { "\(word)-\($0)" } + "]}]}"
      }
      return deployment("web")
        + many(3) { number in
          policy(
            "p-\(number)", excluding("a"),
            "from: [{podSelector: \(excluding("b")), namespaceSelector: \(excluding("c"))}], ports: [{port: 8\(number)}]"
          )
        }
    },
    GrowingWorld("Applications", 480) { size in
      deployment("web") + policy("p", "{}", "ports: []")
        + many(size) {
          """
          ---
          apiVersion: argoproj.io/v1alpha1
          kind: Application
          metadata: {name: app-\($0), namespace: argocd}
          spec:
            project: default
            source: {repoURL: "https://example.org/shop.git", path: apps/app-\($0)}
            destination: {name: in-cluster, namespace: shop}

          """
        }
    },
    GrowingWorld("egress rules with and without the port of DNS", 640) { size in
      head("p", "{}", type: "Egress") + "  egress:\n"
        + many(size) {
          "    - {to: [{podSelector: {matchLabels: {app: x-\($0)}}}]}\n"
            + "    - {to: [{podSelector: {matchLabels: {app: y-\($0)}}}], ports: [{port: 53, protocol: UDP}]}\n"
        }
    },
    GrowingWorld("keys that occur twice", 3200) { size in
      head("p", annotations: list(size) { "key-\($0 % (size / 2)): x" }, "{}")
    },
  ]

  private static func many(_ count: Int, _ part: (Int) -> String) -> String { (0..<count).map(part).joined() }

  private static func list(_ count: Int, _ item: (Int) -> String) -> String {
    (0..<count).map(item).joined(separator: ", ")
  }

  private static func deployment(_ name: String, in namespace: String = "shop") -> String {
    """
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: \(name), namespace: \(namespace)}
    spec:
      selector: {matchLabels: {app: \(name)}}
      template:
        metadata: {labels: {app: \(name)}}
        spec: {containers: [{name: main, image: example.org/main, ports: [{containerPort: 80}]}]}

    """
  }

  /// A policy up to its rules.
  private static func head(
    _ name: String, in namespace: String = "shop", annotations: String = "", _ selector: String,
    type: String = "Ingress"
  ) -> String {
    """
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: \(name), namespace: \(namespace), annotations: {\(annotations)}}
    spec:
      podSelector: \(selector)
      policyTypes: [\(type)]

    """
  }

  /// - Parameter rule: what stands in its one rule.
  private static func policy(
    _ name: String, in namespace: String = "shop", _ selector: String, _ rule: String
  ) -> String {
    head(name, in: namespace, selector) + "  ingress: [{\(rule)}]\n"
  }
}
