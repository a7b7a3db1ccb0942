import Diagnostics
import Facts
import Model
import Testing

@Suite struct FactsTests {
  private let facts = Facts.shared

  @Test func everyDataFileIsRead() {
    #expect(facts.portSets.components.count >= 25)
    #expect(facts.portSets.components.allSatisfy { !$0.ports.isEmpty })
    #expect(facts.portSets.sensitivePorts.count >= 25 && facts.portSets.sensitivePorts.contains { $0.isEncrypted })
    #expect(facts.hipaa.citations.count == 36)
    #expect(facts.networkPlugins.plugins.count >= 15)
    #expect(facts.portSets.injectedPorts.isSubset(of: facts.portSets.auxiliaryPorts))
    #expect(facts.portSets.auxiliaryPorts.contains(8080, .tcp) && facts.portSets.injectedPorts.contains(15008, .tcp))
  }

  /// Kinds that a rule or a step of a build names, whatever reads them.
  @Test func noKindIsIgnoredThatIsNamed() {
    let named: Set<String> = [
      "ConfigMap", "Endpoints", "EndpointSlice", "ServiceAccount", "RoleBinding", "ClusterRoleBinding", "Namespace",
      "Service", "Ingress", "Route", "NetworkPolicy", "Kustomization", "Component", "GitRepository", "OCIRepository",
      "Bucket", "HelmRelease", "HelmChart", "Application", "ApplicationSet", "ServiceMonitor", "PodMonitor",
    ]
    #expect(facts.ignoredKinds.isDisjoint(with: named))
    #expect(facts.ignoredKinds.count > 20)
  }

  /// What a reader knows of an object, it would say whatever the kind is called.
  @Test func noReaderKnowsAnIgnoredKind() throws {
    let reader = ManifestReader(ReadingOptions())
    let spec = """
      metadata: {name: a}
      spec:
        selector: {matchLabels: {app: a}}
        endpoints: [{port: a}]
        podMetricsEndpoints: [{port: a}]
        containers: [{name: a}]
        ports: [{port: 1}]
        rules: [{http: {paths: [{backend: {service: {name: a, port: {number: 1}}}}]}}]
        to: {kind: Service, name: a}
        template: &template {spec: {}}
        jobTemplate: {spec: {template: *template}}
      """
    let groups = [
      "", "apps", "batch", "extensions", "networking.k8s.io", "route.openshift.io", "monitoring.coreos.com",
      "discovery.k8s.io", "rbac.authorization.k8s.io", "apiextensions.k8s.io", "policy", "autoscaling",
    ]
    func isKnown(_ kind: String, _ group: String) -> Bool {
      let version = group.isEmpty ? "v1" : group + "/v1"
      let text = "apiVersion: \(version)\nkind: \(kind)\n\(spec)\n"
      let file = SourceFile(id: FileID(0), path: "a.yaml", bytes: Array(text.utf8))
      return reader.read(file).manifests.contains { manifest in
        if case .other(let other) = manifest { other.monitor != nil } else { true }
      }
    }
    for kind in facts.ignoredKinds { #expect(!groups.contains { isKnown(kind, $0) }, "\(kind)") }
    let known = [
      "Pod", "Job", "CronJob", "Service", "Ingress", "Route", "Namespace", "NetworkPolicy", "ServiceMonitor",
    ]
    for kind in known { #expect(groups.contains { isKnown(kind, $0) }, "\(kind)") }
  }

  @Test func addressesCanBeRead() {
    let labels = facts.labels
    for range in labels.nonPublicRanges + labels.privateRanges + labels.likelyPodRanges + labels.linkLocalRanges {
      #expect(CIDR.parse(range) != nil, "\(range)")
    }
    for address in labels.metadataAddresses + labels.apiServerAddresses {
      #expect(IPAddress.parse(address) != nil, "\(address)")
    }
    #expect(labels.apiServerPorts == [443, 6443])
  }

  @Test(arguments: [
    ("postgres", "", "postgresql"), ("redis-master", "", "redis"),
    ("", "docker.io/bitnami/postgresql:16", "postgresql"),
    ("cache", "redis@sha256:0", "redis"), ("", "registry:5000/qdrant/qdrant:v1", "qdrant"),
  ])
  func componentsAreRecognised(_ name: String, _ image: String, _ id: String) {
    #expect(facts.portSets.recognise(names: [name], images: [image])?.id == id)
  }

  @Test(arguments: [
    "redis-exporter", "postgres-operator", "kafka-ui", "mongo-express", "web", "pg", "redis-cart-client",
  ])
  func accessoriesAreNotTheComponent(_ name: String) {
    #expect(facts.portSets.recognise(names: [name], images: [name]) == nil)
  }

  @Test(arguments: [
    ("§164.312(e)(1) - Integrity Controls", "164.312(e)(1)", "Integrity Controls"),
    (
      "HIPAA: 45 CFR 164.308(a)(4)(i): Information Access Management # x", "164.308(a)(4)(i)",
      "Information Access Management"
    ),
    ("supports 164.312(a)(1) by closing every port", "164.312(a)(1)", ""),
    ("164.312(a)(1) - the rule below is evidence", "164.312(a)(1)", ""),
    ("§164.312 (e) (1) - Integrity Controls", "164.312(e)(1)", "Integrity Controls"),
    ("§\u{A0}164.312\u{A0}(e)(1)\u{A0}- Integrity\u{A0}Controls\u{A0}", "164.312(e)(1)", "Integrity Controls"),
    ("164_312_e_1: Integrity Controls", "164.312(e)(1)", "Integrity Controls"),
    ("HIPAA-164-312-e-1 - Integrity Controls", "164.312(e)(1)", "Integrity Controls"),
    ("**§164.312**(e)(1): **Integrity Controls**", "164.312(e)(1)", "Integrity Controls"),
    ("**164.312(e)(1):** _Integrity Controls_", "164.312(e)(1)", "Integrity Controls"),
    ("**164.312** **(e)(1)** Integrity Controls", "164.312(e)(1)", "Integrity Controls"),
    ("164.312(a)(1) (new) Access control", "164.312(a)(1)", ""),
  ])
  func citationsAreFound(_ text: String, _ paragraph: String, _ title: String) {
    let found = WrittenCitation.find(in: text)
    #expect(found.map(\.paragraph) == [paragraph] && found.map(\.title) == [title])
  }

  @Test(arguments: [("Flannel", "no"), ("k3s", "yes"), ("canal", "yes"), ("vpc-cni", "optional")])
  func pluginsAreKnownByName(_ name: String, _ enforcement: String) {
    #expect(facts.networkPlugins.plugin(named: name)?.enforcement.rawValue == enforcement)
  }

  @Test(
    arguments: [
      (nil, [], []), (nil, ["cilium"], ["cilium"]), (nil, ["calico", "cilium"], ["calico", "cilium"]),
      (nil, ["flannel", "cilium"], ["cilium"]), ("GKE-Dataplane-V2", ["calico"], ["cilium"]),
      ("flannel", ["cilium"], ["cilium"]), ("unheard-of", ["cilium"], []),
    ] as [(String?, [String], [String])])
  func whatEnforcesPoliciesIsKnown(_ name: String?, _ shown: [String], _ enforcing: [String]) {
    let plugins = shown.compactMap { facts.networkPlugins.plugin(named: $0) }
    #expect(facts.networkPlugins.enforcing(named: name, shown: plugins).map(\.id) == enforcing)
  }

  @Test(
    arguments: [
      ([("istio-injection", "enabled")], [], "Istio"),
      ([("istio-injection", "enabled")], [("sidecar.istio.io/inject", "false")], nil),
      ([("istio.io/rev", "stable")], [], "Istio"),
      ([("istio.io/rev", "stable"), ("istio.io/dataplane-mode", "ambient")], [], nil),
      ([], [("linkerd.io/inject", "enabled")], "Linkerd"),
      ([("team", "shop")], [("app", "web")], nil),
    ] as [([(String, String)], [(String, String)], String?)])
  func sidecarsAreKnownByMarks(_ namespace: [(String, String)], _ pods: [(String, String)], _ title: String?) {
    #expect(facts.meshes.sidecar(pods: pods, namespace: namespace)?.title == title)
  }

  @Test func whatThePodsSayGoesBeforeWhatTheirNamespaceSays() {
    let ambient = [("istio.io/dataplane-mode", "ambient")]
    #expect(facts.meshes.isAmbient(pods: [], namespace: ambient))
    #expect(!facts.meshes.isAmbient(pods: [("istio.io/dataplane-mode", "none")], namespace: ambient))
  }

  @Test func officialTitlesAreKnown() {
    #expect(facts.hipaa.citation("164.312(e)(1)").map { HIPAAFacts.isSame("Transmission Security", $0.title) } == true)
    #expect(facts.hipaa.citation("164.312(e)(1)").map { HIPAAFacts.isSame("Integrity Controls", $0.title) } == false)
    #expect(facts.hipaa.citation(titled: "Integrity controls")?.paragraph == "164.312(e)(2)(i)")
  }

  @Test(arguments: [
    "10.164.312.1", "164.5", "164.3120", "v1.164.312", "164.999MB", "164.312.4", "164-312", "164_512_a_1",
    "tel 164-308-1",
    "164-312-x-1",
  ])
  func numbersAreNoCitations(_ text: String) {
    #expect(WrittenCitation.find(in: text).isEmpty)
  }

  @Test(arguments: [
    ("164.312", HIPAAFacts.Status.inForce), ("164.312(a)", .inForce), ("164.308(a)(1)(II)(b)", .inForce),
    ("164.310(d)(2)(iv)", .inForce), ("164.316(b)(2)(iii)", .inForce), ("164.308(b)(3)", .inForce),
    ("164.312(a)(1)(i)", .unknown), ("164.312(f)", .unknown), ("164.320", .unknown), ("164.308(a)(9)", .unknown),
    ("164.312(a)(2)(vi)", .proposed), ("164.312(h)(2)(i)", .proposed), ("164.312(a)(2)(ix)", .unknown),
    ("164.502(b)", .notKnownHere), ("164.404", .notKnownHere), ("164.105(a)", .notKnownHere),
  ])
  func paragraphsAreKnown(_ paragraph: String, _ status: HIPAAFacts.Status) {
    #expect(facts.hipaa.status(of: paragraph) == status)
  }

  @Test func noParagraphIsListedTwice() {
    // What the catalogue says more of stands in `citations` alone.
    #expect(Set(facts.hipaa.citations.map(\.paragraph)).count == facts.hipaa.citations.count)
    #expect(facts.hipaa.citations.allSatisfy { facts.hipaa.status(of: $0.paragraph) == .inForce })
  }
}
