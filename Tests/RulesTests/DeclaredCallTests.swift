import Config
import Diagnostics
import Rules
import TestSupport
import Testing

/// What NP511 and NP512 say beside their places: how severe it is, what is to blame, and what must not be shown.
@Suite struct DeclaredCallTests {
  private static func policy(_ name: String, _ spec: String) -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: \(name), namespace: shop}
    spec: {\(spec)}
    ---

    """
  }

  private static func pod(_ name: String, _ spec: String = "") -> String {
    """
    apiVersion: v1
    kind: Pod
    metadata: {name: \(name), namespace: shop, labels: {app: \(name)}}
    spec: {serviceAccountName: \(name), containers: [{name: c, image: c, \(spec)}]}
    ---

    """
  }

  private static let service = """
    apiVersion: v1
    kind: Service
    metadata: {name: db, namespace: shop}
    spec: {selector: {app: db}, ports: [{port: 5432}]}
    ---

    """
  private static let binding = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {name: api, namespace: shop}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: api}
    subjects: [{kind: ServiceAccount, name: api}]
    """
  private static let store = #"env: [{name: DATABASE_URL, value: "postgres://app:hunter2@db:5432/app"}]"#
  private static let api = "podSelector: {matchLabels: {app: api}}"

  private func findings(_ text: String, _ rules: [RuleID]) async -> [Finding] {
    await Lint.run(Lint.files(of: text), rules.compactMap(Registry.rule)).findings
  }

  @Test(arguments: [
    ("egress: []", Severity.error), ("egress: [{to: [{podSelector: {}}], ports: [{port: 1}]}]", .warning),
  ])
  func aRoleMattersMoreWhereNothingMayLeave(_ rules: String, _ severity: Severity) async {
    let text = Self.policy("api", "\(Self.api), policyTypes: [Egress], \(rules)") + Self.pod("api") + Self.binding
    #expect(await findings(text, ["NP512"]).map(\.severity) == [severity])
  }

  @Test func hostsOutsideAreWarnings() async {
    let urls = #"env: [{name: A, value: "https://api.example.org"}, {name: B_URL, value: "postgres://db:5432"}]"#
    let text =
      Self.policy("api", "\(Self.api), policyTypes: [Egress]") + Self.service + Self.pod("db") + Self.pod("api", urls)
    #expect(await findings(text, ["NP511"]).map(\.severity) == [.error, .warning])
  }

  /// A chart writes the namespace of some objects, and leaves that of others to whoever installs it: who says which one it
  /// is brings them together.
  @Test(arguments: [
    ("shop", #"env: [{name: DB, value: "db:5432"}]"#, 1), ("default", #"env: [{name: DB, value: "db:5432"}]"#, 0),
    ("other", #"env: [{name: DB, value: "db:5432"}]"#, 0), ("shop", "envFrom: [{configMapRef: {name: hosts}}]", 1),
    ("default", "envFrom: [{configMapRef: {name: hosts}}]", 0),
  ])
  func aNamespaceThatIsGivenIsThatOfTheRest(_ namespace: String, _ call: String, _ count: Int) async {
    let job = """
      apiVersion: batch/v1
      kind: Job
      metadata: {name: migrate}
      spec: {template: {metadata: {labels: {job: migrate}}, spec: {containers: [{name: c, image: c, \(call)}]}}}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: hosts, namespace: shop}
      data: {DB: "db:5432"}
      """
    let text =
      Self.policy("db", "podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]") + Self.service + Self.pod("db")
      + job
    var configuration = Configuration()
    configuration.defaultNamespace = namespace
    let rules = ["NP511"].compactMap(Registry.rule)
    let found = await Lint.run(Lint.files(of: text), rules, configuration: configuration).findings
    #expect(found.count == count)
  }

  /// Each value is named once, whatever else names the same Service and port; nothing of it but host and port is said.
  @Test func valuesAreNotSaid() async {
    let text =
      Self.policy("db", "podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]") + Self.service + Self.pod("db")
      + Self.pod("api", #"args: ["--db=db:5432"], "# + Self.store)
    let found = await findings(text, ["NP511"])
    #expect(found.count == 1)
    for finding in found {
      let words =
        [finding.message, finding.why ?? "", finding.remedy ?? "", finding.key] + finding.related.map(\.message)
      #expect(!words.contains { $0.contains("hunter2") || $0.contains("postgres") }, "\(words)")
      #expect(finding.related.first?.message == "variable DATABASE_URL names Service db")
    }
  }

  /// The rule of the cause, where another rule says why.
  @Test func otherFaultsAreTheCause() async {
    let peer = "podSelector: {matchLabels: {app: db}}"
    let half = Self.policy("api", "\(Self.api), policyTypes: [Egress], egress: [{to: [{\(peer)}]}]")
    let closed = Self.policy("db", "podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]")
    let pods = Self.service + Self.pod("db") + Self.pod("api", Self.store)
    let flow = await findings(half + closed + pods, ["NP501", "NP511"])
    #expect(flow.map(\.rule) == ["NP501", "NP511"])
    #expect(flow.map { $0.cause?.rule } == [nil, "NP501"])

    let own = "policyTypes: [Ingress, Egress], ingress: [{from: [{podSelector: {}}]}]"
    let silent = Self.policy("api", "\(Self.api), \(own)")
    let cut = await findings(silent + pods + Self.binding, ["NP106", "NP511", "NP512"])
    #expect(cut.map(\.rule) == ["NP106", "NP511", "NP512"])
    #expect(cut.map { $0.cause?.rule } == [nil, "NP106", "NP106"])
  }

  @Test func nothingIsAddedWhereTheAPIServerIsSoughtAsAPod() async {
    let peer = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: default}}"
    let text =
      Self.policy("api", "\(Self.api), policyTypes: [Egress], egress: [{to: [{\(peer)}], ports: [{port: 443}]}]")
      + Self.pod("api") + Self.binding
    #expect(await findings(text, ["NP410", "NP512"]).map(\.rule) == ["NP410"])
    #expect(await findings(text, ["NP512"]).map(\.rule) == ["NP512"])
  }

  @Test func whatIsNotKnownIsListed() async {
    let cilium = """
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: api, namespace: shop}
      spec: {endpointSelector: {}}
      ---

      """
    let text =
      Self.policy("api", "\(Self.api), policyTypes: [Egress]") + cilium + Self.service + Self.pod("db")
      + Self.pod("api", Self.store) + Self.binding
    let result = await Lint.run(Lint.files(of: text), ["NP511", "NP512"].compactMap(Registry.rule))
    #expect(result.findings.isEmpty)
    #expect(Set(result.undecided.map(\.rule)) == ["NP511", "NP512"])
  }

  /// Two builds of one base in one namespace: the text names the Service of the build that renames nothing, and the other
  /// build has a copy of its own.
  @Test func aCopyOfAnotherBuildIsNotMeant() async {
    let base =
      Self.policy("deny", "podSelector: {}, policyTypes: [Egress]") + Self.service + Self.pod("db")
      + Self.pod("api", Self.store)
    let files = [
      ("base/all.yaml", base), ("base/kustomization.yaml", "resources: [all.yaml]"),
      ("live/kustomization.yaml", "resources: [../base]"),
      ("test/kustomization.yaml", "resources: [../base]\nnamePrefix: test-"),
    ]
    .enumerated().map { SourceFile(id: FileID($0), path: $1.0, bytes: Array($1.1.utf8)) }
    let rules = ["NP511"].compactMap(RuleID.init).compactMap(Registry.rule)
    #expect(
      await Lint.run(files, rules).findings.map(\.message)
        == ["Pod api calls Service db on port 5432, and no egress rule lets it send there"])
  }
}
