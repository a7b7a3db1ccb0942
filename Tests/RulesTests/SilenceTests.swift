import Diagnostics
import Rules
import TestSupport
import Testing

/// Traps: what looks like a fault and is none. Each case names the rule that must stay silent.
@Suite struct SilenceTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let rule: RuleID
    let testDescription: String
    let text: String

    init(_ rule: RuleID, _ why: String, _ text: String) {
      self.rule = rule
      testDescription = why
      self.text = text
    }
  }

  private static func policy(_ spec: String, name: String = "p", namespace: String = "shop") -> String {
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: \(name), namespace: \(namespace)}\nspec: \(spec)\n---\n"
  }

  private static func pod(_ name: String, _ labels: String, namespace: String = "shop", more: String = "") -> String {
    "apiVersion: v1\nkind: Pod\nmetadata: {name: \(name), namespace: \(namespace), labels: {\(labels)}}\n"
      + "spec: {containers: [{name: c, image: i\(more)}]}\n---\n"
  }

  private static let redis = policy("{podSelector: {matchLabels: {app: redis}}, policyTypes: [Ingress]}")
  private static let from = "podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress"
  private static let to = "podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress"

  static let cases = [
    Case(
      "NP101", "a default deny with a narrow rule is one",
      policy("{podSelector: {}, ingress: [{from: [{podSelector: {}}], ports: [{port: 53}]}]}") + pod("a", "app: a")),
    Case(
      "NP101", "system namespaces are exempt",
      policy("{podSelector: {matchLabels: {a: b}}}", namespace: "kube-system")
        + pod("a", "x: z", namespace: "kube-system")),
    Case(
      "NP102", "another policy API may deny",
      policy("{podSelector: {matchLabels: {a: b}}}")
        + "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c, namespace: shop}\nspec: {}\n"),
    Case("NP104", "no policyTypes and no rules is the usual default deny", policy("{podSelector: {}}")),
    Case("NP105", "an empty list is no rule", policy("{podSelector: {}, policyTypes: [Ingress], egress: []}")),
    Case("NP201", "no workload of the namespace was read", redis),
    Case(
      "NP201", "a Service shows that the pods exist",
      redis + pod("r", "app: redis-service")
        + "apiVersion: v1\nkind: Service\nmetadata: {name: r, namespace: shop}\nspec: {selector: {app: redis}, ports: [{port: 1}]}\n"
    ),
    Case(
      "NP201", "a custom resource of that name makes the pods",
      redis + pod("r", "app: redis-service")
        + "apiVersion: databases.example.com/v1\nkind: Redis\nmetadata: {name: redis, namespace: shop}\nspec: {}\n"),
    Case(
      "NP201", "numbered components are different ones",
      policy("{podSelector: {matchLabels: {app: worker-1}}}") + pod("w", "app: worker-2")),
    Case("NP201", "an exporter is not the store", redis + pod("r", "app: redis-exporter")),
    Case(
      "NP203", "both items match real workloads",
      policy(
        "{\(from): [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: edge}}}, {podSelector: {matchLabels: {app: proxy}}}]}]}"
      )
        + pod("p", "app: proxy") + pod("e", "app: edge", namespace: "edge")),
    Case(
      "NP203", "an empty podSelector is the own namespace",
      policy("{\(from): [{from: [{namespaceSelector: {matchLabels: {a: b}}}, {podSelector: {}}]}]}")),
    Case(
      "NP204", "the Namespace carries the label",
      policy("{\(from): [{from: [{namespaceSelector: {matchLabels: {name: edge}}}]}]}")
        + "apiVersion: v1\nkind: Namespace\nmetadata: {name: edge, labels: {name: edge}}\n"),
    Case(
      "NP204", "labels of other kinds may be set elsewhere",
      policy("{\(from): [{from: [{namespaceSelector: {matchLabels: {team: edge}}}]}]}")),
    Case(
      "NP302", "a container declares the port",
      policy("{\(from): [{from: [{podSelector: {}}], ports: [{port: 80}]}]}")
        + pod("w", "app: web", more: ", ports: [{containerPort: 80}]")
        + "apiVersion: v1\nkind: Service\nmetadata: {name: w, namespace: shop}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}\n"
    ),
    Case(
      "NP302", "the rule allows the target port too",
      policy("{\(from): [{from: [{podSelector: {}}], ports: [{port: 80}, {port: 8080}]}]}") + pod("w", "app: web")
        + "apiVersion: v1\nkind: Service\nmetadata: {name: w, namespace: shop}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}\n"
    ),
    Case(
      "NP305", "another policy of the same pods allows TCP",
      policy("{\(to): [{to: [{podSelector: {}}], ports: [{port: 53, protocol: UDP}]}]}")
        + policy(
          "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}], ports: [{port: 53}]}]}",
          name: "q")),
    Case(
      "NP310", "the other protocol stands in another rule",
      policy(
        "{\(to): [{to: [{podSelector: {}}], ports: [{port: 53}]}, {to: [{podSelector: {}}], ports: [{port: 53, protocol: UDP}]}]}"
      )),
    Case(
      "NP312", "DNS to named pods", policy("{\(to): [{to: [{podSelector: {}}], ports: [{port: 53, protocol: UDP}]}]}")),
    Case(
      "NP401", "exactly the published port",
      policy("{\(from): [{ports: [{port: 8080}]}]}") + pod("w", "app: web")
        + "apiVersion: v1\nkind: Service\nmetadata: {name: w, namespace: shop}\nspec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}\n"
    ),
    Case(
      "NP401", "a small public block is a caller's",
      policy("{\(from): [{from: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: 80}]}]}")),
    Case(
      "NP403", "named ports, the private ranges and link-local excepted",
      policy("{\(to): [{to: [{ipBlock: {cidr: '::/0', except: ['fc00::/7', 'fe80::/10']}}], ports: [{port: 443}]}]}")),
    Case(
      "NP404", "the metadata service needs port 80",
      policy("{\(to): [{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 443}]}]}")),
    Case(
      "NP404", "purposeful link-local addresses",
      policy("{\(to): [{to: [{ipBlock: {cidr: 169.254.170.2/32}}], ports: [{port: 80}]}]}")),
    Case(
      "NP405", "a workload serves the port and no comment speaks of the outside",
      policy("{\(to): [{to: [{namespaceSelector: {}}], ports: [{port: 443}]}]}")
        + pod("w", "app: web", more: ", ports: [{containerPort: 443}]")),
    Case(
      "NP601", "an annotation of the policy says why",
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, annotations: {netpol-lint.io/rationale: x}}\n"
        + "spec: {\(from): [{from: [{podSelector: {}}]}]}\n"),
    Case(
      "NP703", "prose behind a paragraph is no title",
      "# Supports 164.312(a)(1): the rule below lets in who is named.\n" + redis),
    Case("NP007", "identical objects merge without harm", redis + redis),
  ]

  @Test(arguments: cases)
  func staysSilent(_ trap: Case) async throws {
    let rule = try #require(Registry.rule(trap.rule))
    #expect(await Lint.findings(of: trap.text, [rule]).isEmpty)
  }

  @Test func whatCannotBeDecidedIsListed() async throws {
    let rule = try #require(Registry.rule("NP201"))
    let file = SourceFile(id: FileID(0), path: "a.yaml", bytes: Array(Self.redis.utf8))
    let result = await Lint.run([file], [rule])
    #expect(
      result.undecided == [Undecided(rule: "NP201", namespace: "shop", reason: "no workload manifests were read")])
  }
}
