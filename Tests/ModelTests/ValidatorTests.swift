import Diagnostics
import Model
import Testing

/// What the API server refuses and what it accepts, by `kind path` of each problem.
@Suite struct ValidatorTests {
  private func problems(_ text: String, minor: Int = 35) -> [String] {
    let file = SourceFile(id: FileID(0), path: "manifest.yaml", bytes: Array(text.utf8))
    return ManifestReader(ReadingOptions(kubernetesMinor: minor)).read(file).problems.map { "\($0.kind) \($0.path)" }
  }

  private func policy(_ spec: String, metadata: String = "{name: web}") -> String {
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: \(metadata)\nspec: \(spec)\n"
  }

  @Test(arguments: [
    "{podSelector: {}}", "{podSelector: null, ingress: null}", "{}", "{podSelector: {}, ingress: [null, {}]}",
    "{podSelector: {matchLabels: {a: '', b.c/d: E_f-1.g}}}", "{podSelector: {matchLabels: {a: null}}}",
    "{podSelector: {}, egress: [{ports: [null, {}, {port: 1}, {port: 65535}, {port: 9p-fs}, {port: 8e3}]}]}",
    "{podSelector: {}, egress: [{ports: [{port: 80, endPort: 80, protocol: null}, {protocol: SCTP}]}]}",
    "{podSelector: {}, ingress: [{from: [{podSelector: {}}, {namespaceSelector: {}}]}]}",
    "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.1.0.0/16]}}]}]}",
    "{podSelector: {}, policyTypes: [Ingress, Ingress]}",
    "{podSelector: {matchExpressions: [{key: a, operator: Exists, values: []}, {key: a, operator: In, values: [x, x]}]}}",
  ])
  func accepted(_ spec: String) { #expect(problems(policy(spec)) == []) }

  @Test(arguments: [
    ("{podselector: {}}", "unknownField spec.podselector"),
    ("{podSelector: {app: web}}", "unknownField spec.podSelector.app"),
    ("{podSelector: []}", "wrongType spec.podSelector"),
    ("{podSelector: {matchLabels: {a: on}}}", "wrongType spec.podSelector.matchLabels"),
    ("{podSelector: {matchLabels: {a: 1.10}}}", "wrongType spec.podSelector.matchLabels"),
    ("{podSelector: {matchLabels: {-a: x}}}", "invalidValue spec.podSelector.matchLabels"),
    ("{podSelector: {matchLabels: {a: x y}}}", "invalidValue spec.podSelector.matchLabels"),
    (
      "{podSelector: {matchExpressions: [{key: a, operator: in, values: [x]}]}}",
      "invalidValue spec.podSelector.matchExpressions[0].operator"
    ),
    (
      "{podSelector: {matchExpressions: [{key: a, operator: In}]}}",
      "invalidValue spec.podSelector.matchExpressions[0].values"
    ),
    (
      "{podSelector: {matchExpressions: [{key: a, operator: Exists, values: [x]}]}}",
      "invalidValue spec.podSelector.matchExpressions[0].values"
    ),
    (
      "{podSelector: {matchExpressions: [{operator: Exists}]}}",
      "invalidValue spec.podSelector.matchExpressions[0].key"
    ),
    ("{podSelector: {}, policyTypes: Ingress}", "wrongType spec.policyTypes"),
    ("{podSelector: {}, policyTypes: [ingress]}", "invalidValue spec.policyTypes[0]"),
    ("{podSelector: {}, policyTypes: [Ingress, Egress, Other]}", "invalidValue spec.policyTypes"),
    ("{podSelector: {}, ingress: [{from: [{}]}]}", "invalidValue spec.ingress[0].from[0]"),
    ("{podSelector: {}, ingress: [{from: [null]}]}", "invalidValue spec.ingress[0].from[0]"),
    ("{podSelector: {}, ingress: [{to: []}]}", "unknownField spec.ingress[0].to"),
    (
      "{podSelector: {}, ingress: [{from: [{podSelector: {}, ports: []}]}]}",
      "unknownField spec.ingress[0].from[0].ports"
    ),
    (
      "{podSelector: {}, ingress: [{from: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}]}",
      "invalidValue spec.ingress[0].from[0]"
    ),
    ("{podSelector: {}, egress: [{to: [{ipBlock: {}}]}]}", "invalidValue spec.egress[0].to[0].ipBlock.cidr"),
    (
      "{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 10.0.0.1}}]}]}",
      "invalidValue spec.egress[0].to[0].ipBlock.cidr"
    ),
    (
      "{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8]}}]}]}",
      "invalidValue spec.egress[0].to[0].ipBlock.except[0]"
    ),
    (
      "{podSelector: {}, egress: [{to: [{ipBlock: {cidr: '::/0', except: [10.0.0.0/8]}}]}]}",
      "invalidValue spec.egress[0].to[0].ipBlock.except[0]"
    ),
    (
      "{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 10.0.0.1/8}}]}]}",
      "looseCIDR spec.egress[0].to[0].ipBlock.cidr"
    ),
    ("{podSelector: {}, egress: [{ports: [{port: 0}]}]}", "invalidValue spec.egress[0].ports[0].port"),
    ("{podSelector: {}, egress: [{ports: [{port: 65536}]}]}", "invalidValue spec.egress[0].ports[0].port"),
    ("{podSelector: {}, egress: [{ports: [{port: '5432'}]}]}", "invalidValue spec.egress[0].ports[0].port"),
    ("{podSelector: {}, egress: [{ports: [{port: true}]}]}", "wrongType spec.egress[0].ports[0].port"),
    ("{podSelector: {}, egress: [{ports: [{port: 80.5}]}]}", "wrongType spec.egress[0].ports[0].port"),
    ("{podSelector: {}, egress: [{ports: [{protocol: tcp}]}]}", "invalidValue spec.egress[0].ports[0].protocol"),
    ("{podSelector: {}, egress: [{ports: [{protocol: ''}]}]}", "invalidValue spec.egress[0].ports[0].protocol"),
    ("{podSelector: {}, egress: [{ports: [{endPort: 80}]}]}", "invalidValue spec.egress[0].ports[0].endPort"),
    (
      "{podSelector: {}, egress: [{ports: [{port: web, endPort: 80}]}]}",
      "invalidValue spec.egress[0].ports[0].endPort"
    ),
    (
      "{podSelector: {}, egress: [{ports: [{port: 81, endPort: 80}]}]}",
      "invalidValue spec.egress[0].ports[0].endPort"
    ),
    ("{podSelector: {}, egress: [{ports: [{port: 80, endPort: '90'}]}]}", "wrongType spec.egress[0].ports[0].endPort"),
    ("{podSelector: {}, egress: {}}", "wrongType spec.egress"),
    ("{podSelector: {}, podSelector: {}}", "duplicateKey spec.podSelector"),
    ("{podSelector: {matchLabels: {a: x, 'a': x}}}", "duplicateKey spec.podSelector.matchLabels.a"),
  ])
  func refused(_ spec: String, _ problem: String) { #expect(problems(policy(spec)) == [problem]) }

  @Test(arguments: [
    ("{}", "invalidValue metadata.name"), ("{name: Web}", "invalidValue metadata.name"),
    ("{name: 1}", "wrongType metadata.name"), ("{name: web, namespace: a.b}", "invalidValue metadata.namespace"),
    ("{name: web, labels: {a: 1}}", "wrongType metadata.labels"),
    ("{name: web, annotations: {'a b': x}}", "invalidValue metadata.annotations"),
    ("{name: web, clusterName: x}", "unknownField metadata.clusterName"),
    ("{name: web, creationTimestamp: yesterday}", "wrongType metadata.creationTimestamp"),
    ("{name: web, finalizers: [mine]}", "invalidValue metadata.finalizers[0]"),
    (
      "{name: web, ownerReferences: [{apiVersion: v1, kind: A, name: b}]}",
      "invalidValue metadata.ownerReferences.uid"
    ),
  ])
  func refusedMetadata(_ metadata: String, _ problem: String) {
    #expect(problems(policy("{podSelector: {}}", metadata: metadata)) == [problem])
  }

  @Test(arguments: [
    "{generateName: web-}", "{name: a.b, labels: {}, annotations: {UPPER.example.com/x: v}, creationTimestamp: null}",
    "{name: web, namespace: ''}", "{name: web, creationTimestamp: '2025-01-31T12:00:00Z', uid: x, generation: 1}",
  ])
  func acceptedMetadata(_ metadata: String) {
    #expect(problems(policy("{podSelector: {}}", metadata: metadata)) == [])
  }

  @Test func versionsAndKinds() {
    let body = "metadata: {name: web}\nspec: {podSelector: {}}\n"
    #expect(
      problems("apiVersion: extensions/v1beta1\nkind: NetworkPolicy\n" + body) == ["unsupportedVersion apiVersion"])
    #expect(problems("kind: NetworkPolicy\n" + body) == ["invalidValue apiVersion"])
    #expect(problems("apiVersion: networking.k8s.io/v1\nkind: Networkpolicy\n" + body) == ["invalidValue kind"])
    #expect(problems("apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\n" + body) == [])
    #expect(
      problems("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n\(body)status: {}\n") == ["unknownField status"])
  }

  @Test func itemsOfListsHaveTheirPlaceInThePath() {
    let item = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}, spec: {x: 1}}"
    #expect(
      problems("apiVersion: v1\nkind: List\nitems:\n- \(item)\n- \(item)\n")
        == ["unknownField items[0].spec.x", "unknownField items[1].spec.x"])
    let inherited = "{metadata: {name: a}, spec: {podSelector: {}}}"
    #expect(problems("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems: [\(inherited)]\n") == [])
  }

  @Test func twoObjectsWithoutASeparatorAreOneProblem() {
    let one = policy("{podSelector: {}}")
    #expect(problems(one + one) == ["duplicateKey apiVersion"])
  }

  @Test func mergedKeysAreNoDuplicates() {
    #expect(
      problems(
        policy(
          "{podSelector: &a {matchLabels: {x: v}}, ingress: [{from: [{podSelector: {<<: *a, matchLabels: {x: w}}}]}]}"))
        == [])
  }

  @Test(
    arguments: [
      (
        "{egress: [{ports: [{port: '5432'}]}]}", "`port: \"5432\"` is a port name, and a port name needs a letter",
        "write 5432 without quotes"
      ),
      ("{ingress: [{ports: [80]}]}", "an item of ports must be a mapping, not the number 80", nil),
      (
        "{podSelector: {matchLabels: {a: on}}}", "the value of `a` must be text, not the boolean on",
        "put it in quotes: \"on\""
      ),
      ("{podSelector: {matchLabels: {a: [b]}}}", "the value of `a` must be text, not a list", "write text"),
      ("{podselector: {}}", "`spec` has no field `podselector`; did you mean `podSelector`?", "write `podSelector`"),
      ("{egress: [{ports: [{port: 80-90}]}]}", nil, "write a range as `port` and `endPort`"),
      (
        "{egress: [{to: [{ipBlock: {cidr: 10.0.0.1}}]}]}", "`10.0.0.1` is no CIDR",
        "write 10.0.0.1/32 for this address alone"
      ),
    ] as [(String, String?, String?)])
  func messagesSayWhatIsWrongAndWhatToDo(_ spec: String, _ message: String?, _ remedy: String?) throws {
    let file = SourceFile(id: FileID(0), path: "manifest.yaml", bytes: Array(policy(spec).utf8))
    let problem = try #require(ManifestReader(ReadingOptions()).read(file).problems.first)
    if let message { #expect(problem.message == message) }
    #expect(problem.remedy == remedy)
  }
}
