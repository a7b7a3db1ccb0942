import Testing

/// A variable that nothing gives leaves open what it may change, and nothing else.
@Suite struct OpenTextTests {
  private static func pod(_ name: String, _ labels: String) -> String {
    """
    apiVersion: v1
    kind: Pod
    metadata: {name: \(name), namespace: shop, labels: \(labels)}
    spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 80}]}]}
    ---

    """
  }

  private static let pods =
    pod("web", "{app: web, tier: front}") + pod("api", "{app: api, tier: back}") + pod("job", "{app: job, tier: back}")

  private static let deny = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: deny, namespace: shop}
    spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
    ---

    """

  private static func policy(_ spec: String, name: String = "open") -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: '\(name)', namespace: shop}
    spec: {\(spec)}
    ---

    """
  }

  private func answer(_ question: String, _ manifests: String) throws -> String {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("all.yaml", Self.pods + manifests)
    let ends = question.split(separator: " ").map(String.init)
    let run = try tool.run("can-reach", "--no-config", ends[0], ends[1], ".")
    let reasons = [
      "nothing that was read gives a value for", "asks for a label whose value is not known",
      "selects by a label whose value is not known",
    ]
    if run.status == 2 { #expect(reasons.contains { run.output.contains($0) }, "\(run)") }
    return run.status == 0 ? "yes" : run.status == 1 ? "no" : run.output.contains("cannot tell") ? "unknown" : "\(run)"
  }

  @Test(arguments: [
    // A peer may be any pod of the namespace; the port is known, and the other peer too.
    (
      "ingress: [{from: [{podSelector: {matchLabels: {app: '${X}'}}}], ports: [{port: 80}]}]", "unknown", "no",
      "unknown"
    ),
    (
      "ingress: [{from: [{podSelector: {matchLabels: {app: '${X}'}}}, {podSelector: {matchLabels: {app: web}}}]}]",
      "yes", "yes", "unknown"
    ),
    // What the known terms leave out is left out.
    (
      "ingress: [{from: [{podSelector: {matchLabels: {tier: front, app: '${X}'}}}]}]", "unknown", "unknown", "no"
    ),
    ("ingress: [{from: [{podSelector: {}}], ports: [{port: '${P}'}, {port: 80}]}]", "yes", "unknown", "yes"),
    ("ingress: [{from: [{namespaceSelector: {matchLabels: {env: '${E}'}}}]}]", "unknown", "unknown", "unknown"),
    ("ingress: ['${R}', {from: [{podSelector: {matchLabels: {app: job}}}]}]", "unknown", "unknown", "yes"),
    ("ingress: [{from: [{ipBlock: {cidr: '${C}'}}]}]", "unknown", "unknown", "unknown"),
  ])
  func aRuleLeavesOpenWhatItMayAllow(rule: String, web80: String, web81: String, job80: String) throws {
    let open = Self.policy("podSelector: {matchLabels: {app: api}}, \(rule)")
    let out = Self.policy("podSelector: {}, policyTypes: [Egress], egress: [{}]", name: "out")
    let manifests = Self.deny + open + out
    #expect(try answer("shop/web shop/api:80", manifests) == web80)
    #expect(try answer("shop/web shop/api:81", manifests) == web81)
    #expect(try answer("shop/job shop/api:80", manifests) == job80)
    // Neither other pods of the namespace nor the other direction hang on it.
    #expect(try answer("shop/api shop/web:80", manifests) == "no")
    #expect(try answer("shop/web shop/job:80", manifests) == "no")
  }

  @Test func anUnknownBlockMayHoldEveryAddress() throws {
    let open = Self.policy(
      "podSelector: {matchLabels: {app: api}}, policyTypes: [Egress], "
        + "egress: [{to: [{ipBlock: {cidr: '${C}'}}], ports: [{port: 443}]}, {to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]"
    )
    #expect(try answer("shop/api 198.51.100.1:443", Self.deny + open) == "unknown")
    #expect(try answer("shop/api 198.51.100.1:80", Self.deny + open) == "no")
    #expect(try answer("shop/api 203.0.113.1:80", Self.deny + open) == "yes")
    #expect(try answer("shop/web 198.51.100.1:443", Self.deny + open) == "no")
  }

  @Test func anUnknownTermMayLeaveOutWhatThePolicySelects() throws {
    let open = Self.policy("podSelector: {matchLabels: {tier: back, app: '${X}'}}, policyTypes: [Ingress]")
    #expect(try answer("shop/web shop/api:80", open) == "unknown")
    #expect(try answer("shop/job shop/web:80", open) == "yes")
    // With a default deny, one that allows nothing changes nothing.
    #expect(try answer("shop/web shop/api:80", Self.deny + open) == "no")
  }

  @Test func whatAPolicyIsCalledDecidesNothing() throws {
    let open = Self.policy("podSelector: {}, policyTypes: [Ingress]", name: "deny-${ENV}")
    #expect(try answer("shop/web shop/api:80", open) == "no")
  }

  @Test(arguments: [
    "podSelector: '${S}'", "podSelector: {}, policyTypes: ['${T}']", "podSelector: {matchLabels: '${L}'}",
    "podSelector: {}, ingress: '${I}'",
  ])
  func whereNothingOfAPolicyIsKnownTheNamespaceIsOpen(spec: String) throws {
    #expect(try answer("shop/web shop/api:80", Self.deny + Self.policy(spec)) == "unknown")
  }

  @Test func findingsAboutTheKnownPartStay() throws {
    let open = Self.policy(
      "podSelector: {matchLabels: {app: ghost}}, ingress: [{from: [{podSelector: {matchLabels: {app: '${X}'}}}]}]")
    let tool = try Tool()
    defer { tool.remove() }
    let known = ["web", "api", "job"].map { Self.policy("podSelector: {matchLabels: {app: \($0)}}", name: $0) }
    try tool.write("all.yaml", Self.pods + Self.deny + known.joined() + open)
    let run = try tool.run("--no-config", "--format", "concise", ".")
    #expect(run.output.contains("NP201"), "\(run)")
    #expect(!run.output.contains("${X}: "), "\(run)")
    #expect(run.errors.contains("nothing that was read gives a value for `${X}`"), "\(run)")
  }

  @Test(arguments: [
    // Whether a pod is selected hangs on one of its labels.
    ("{app: '${X}', tier: back}", "unknown", "unknown"), ("{app: job, tier: '${X}'}", "no", "yes"),
  ])
  func aLabelOfAPodLeavesOpenWhatSelectsByIt(labels: String, from: String, to: String) throws {
    let rule = Self.policy(
      "podSelector: {matchLabels: {app: api}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]")
    let manifests = Self.pod("other", labels) + rule
    #expect(try answer("shop/other shop/api:80", manifests) == from)
    #expect(try answer("shop/api shop/other:80", manifests) == to)
  }

  /// Of two policies of one name one overwrites the other; of two that say the same it does not matter which.
  @Test(arguments: ["web", "job"])
  func ofTwoPoliciesOfOneNameOneIsThere(pod: String) throws {
    func allowing(_ label: String) -> String {
      Self.policy(
        "podSelector: {matchLabels: {app: api}}, ingress: [{from: [{podSelector: {matchLabels: {\(label)}}}]}]",
        name: "twin")
    }
    let deny = Self.policy("podSelector: {}, policyTypes: [Ingress]", name: "deny")
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("all.yaml", Self.pods + deny + allowing("app: web") + allowing("app: job"))
    let run = try tool.run("can-reach", "--no-config", "shop/\(pod)", "shop/api:80", ".")
    #expect(run.status == 2, "\(run)")
    #expect(run.output.contains("one of the two overwrites the other"), "\(run)")
    try tool.write("all.yaml", Self.pods + deny + allowing("app: web") + allowing("app: web"))
    #expect(try tool.run("can-reach", "--no-config", "shop/web", "shop/api:80", ".").status == 0)
  }

  /// A fault that changes nothing of what a policy allows is answered as if it were mended; one that may change it is not.
  @Test(arguments: [
    ("name: Bad_Name, namespace: shop", "", 1), ("name: p, namespace: shop, labels: {'a b': c}", "", 1),
    ("name: p, namespace: shop, clusterName: x", "", 1), ("name: p, namespace: shop", "status: {}\n", 1),
    ("name: p, namespace: shop", "specs: {}\n", 2),
  ])
  func whatChangesNothingAllowedCountsAsMended(metadata: String, more: String, status: Int32) throws {
    let tool = try Tool()
    defer { tool.remove() }
    let policy = Self.policy("podSelector: {matchLabels: {app: api}}, policyTypes: [Ingress]", name: "p")
      .replacing("name: 'p', namespace: shop", with: metadata).replacing("---\n", with: more + "---\n")
    try tool.write("all.yaml", Self.pods + policy)
    let run = try tool.run("can-reach", "--no-config", "shop/web", "shop/api:80", ".")
    #expect(run.status == status, "\(run)")
    if status == 1 { #expect(run.output.contains("as if what the API server refuses in it were mended"), "\(run)") }
    #expect(try tool.run("--no-config", ".").status == 1)
  }
}
