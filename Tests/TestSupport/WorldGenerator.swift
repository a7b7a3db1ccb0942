/// Makes small worlds of manifests that the API server accepts, the same one for the same seed.
///
/// The vocabulary is tiny, so that labels, ports and addresses meet often; what may be written in several ways (absent,
/// null, empty) is written in all of them.
package struct WorldGenerator {
  private var random: SeededGenerator
  private(set) var namespaces: [String] = []

  private init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  package static func world(seed: UInt64) -> GeneratedWorld {
    var generator = WorldGenerator(seed: seed)
    return generator.world()
  }

  /// The same world with Services, and with Ingresses and Routes that lead to some of them.
  package static func exposedWorld(seed: UInt64) -> GeneratedWorld {
    var generator = WorldGenerator(seed: seed)
    var world = generator.world()
    for number in 0..<generator.number(1...5) { world.documents.append(generator.service("s\(number % 3)")) }
    for number in 0..<generator.number(0...3) { world.documents.append(generator.path("e\(number)")) }
    return world
  }

  /// A rule that allows something, for a policy of any world.
  package static func rule(seed: UInt64, isIngress: Bool) -> YAMLValue {
    var generator = WorldGenerator(seed: seed)
    return generator.rule(isIngress: isIngress)
  }

  private mutating func world() -> GeneratedWorld {
    namespaces = Array(["a", "b", "c", "d"].prefix(number(2...4)))
    var documents: [YAMLValue] = []
    for name in namespaces where chance(0.7) { documents.append(namespace(name)) }
    for number in 0..<number(6...8) { documents.append(workload("w\(number)")) }
    for number in 0..<number(chance(0.5) ? 1...4 : 0...8) { documents.append(policy("p\(number)")) }
    if chance(0.5) { documents += clusterPolicies() }
    var settings = GeneratedWorld.Settings(
      podCIDRs: chance(0.5) ? nil : pick([["10.244.0.0/16"], ["10.0.0.0/8", "fd00::/8"], ["192.168.0.0/24"], []]),
      ipBlocksMatchPods: chance(0.8), opaqueNamespaces: chance(0.9) ? [] : [chance(0.8) ? pick(namespaces) : nil])
    if chance(0.1) { settings.uncertainCIDRs = pick([["10.0.0.0/8"], ["0.0.0.0/1", "fd00::/8"]]) }
    if chance(0.3) { settings.nodeCIDRs = pick([["10.0.0.0/8"], ["203.0.113.0/24"], []]) }
    if chance(0.15) { settings.openWorkloads = ["w\(number(0...3))"] }
    if chance(0.3) { settings.openTexts = openTexts(of: documents) }
    settings.knowsNodeCIDRs = settings.nodeCIDRs != nil && chance(0.7)
    return GeneratedWorld(documents: documents, settings: settings)
  }

  /// Some places of policies' selectors and rules.
  private mutating func openTexts(of documents: [YAMLValue]) -> [String: [[String]]] {
    var result: [String: [[String]]] = [:]
    for document in documents where document["kind"]?.text == "NetworkPolicy" && chance(0.6) {
      let paths = document["spec"]?.paths(["spec"]).filter { path in
        path[1] == "podSelector" ? path.count > 3 : path[1] != "policyTypes" && path.count > 2
      }
      guard let paths, let name = document["metadata"]?["name"]?.text, !paths.isEmpty else { continue }
      result[name] = (0..<number(1...2)).map { _ in pick(paths) }
    }
    return result
  }

  // MARK: Choices

  mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &random) < probability }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  mutating func pick<Item>(_ items: [Item]) -> Item { items[number(0...(items.count - 1))] }

  /// Some of the items, in order.
  mutating func some<Item>(_ items: [Item], _ probability: Double) -> [Item] {
    items.filter { _ in chance(probability) }
  }

  /// A map of the fields that are there.
  func map(_ fields: [(String, YAMLValue?)]) -> YAMLValue {
    .map(fields.compactMap { key, value in value.map { YAMLValue.Entry(key: key, value: $0) } })
  }

  /// A list, or one of the ways to leave it out.
  mutating func list(
    absent: Double, count: ClosedRange<Int>, _ item: (inout WorldGenerator) -> YAMLValue
  ) -> YAMLValue? {
    if chance(absent) { return pick([nil, .null, []]) }
    return .list((0..<number(count)).map { _ in item(&self) })
  }

  // MARK: Namespaces and workloads

  private mutating func namespace(_ name: String) -> YAMLValue {
    let labels = some(["team", "env"], 0.6).map { ($0, YAMLValue.string(pick(["x", "v"]))) }
    return [
      "apiVersion": "v1", "kind": "Namespace",
      "metadata": map([("name", .string(name)), ("labels", labels.isEmpty ? nil : map(labels))]),
    ]
  }

  private static let podKeys = ["app", "tier", "role"]
  static let podValues = ["web", "db", "any", ""]
  private static let generatedKeys = [
    "pod-template-hash", "controller-revision-hash", "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index", "job-name", "batch.kubernetes.io/job-name",
  ]

  /// Every template has the label `managed`, so that its controller's selector can stand on it.
  private mutating func podLabels() -> YAMLValue {
    var labels = some(Self.podKeys, 0.5).map { ($0, YAMLValue?.some(.string(pick(Self.podValues)))) }
    labels.append(("managed", "true"))
    if chance(0.1) { labels.append((pick(Self.generatedKeys), .string(pick(Self.podValues)))) }
    return map(labels)
  }

  private mutating func workload(_ name: String) -> YAMLValue {
    let kinds = [
      ("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("apps/v1", "DaemonSet"), ("apps/v1", "ReplicaSet"),
      ("batch/v1", "Job"), ("batch/v1", "CronJob"), ("v1", "Pod"), ("v1", "Pod"), ("argoproj.io/v1alpha1", "Rollout"),
    ]
    let (version, kind) = pick(kinds)
    let isTask = kind == "Job" || kind == "CronJob"
    let labels: YAMLValue? = kind == "Pod" && chance(0.1) ? nil : podLabels()
    let podSpec = podSpec(hostNetwork: kind == "DaemonSet" ? 0.5 : 0.04, isTask: isTask)
    let template: YAMLValue = ["metadata": map([("labels", labels)]), "spec": podSpec]
    let spec: YAMLValue =
      switch kind {
      case "Pod": podSpec
      case "Job": ["template": template]
      case "CronJob": ["schedule": "@daily", "jobTemplate": ["spec": ["template": template]]]
      case "StatefulSet":
        ["selector": ["matchLabels": ["managed": "true"]], "serviceName": .string(name), "template": template]
      default: ["selector": ["matchLabels": ["managed": "true"]], "template": template]
      }
    return [
      "apiVersion": .string(version), "kind": .string(kind),
      "metadata": map([
        ("name", .string(name)), ("namespace", .string(pick(namespaces))), ("labels", kind == "Pod" ? labels : nil),
      ]), "spec": spec,
    ]
  }

  private mutating func podSpec(hostNetwork: Double, isTask: Bool) -> YAMLValue {
    let containers = (0..<number(1...2)).map { container("c\($0)", isInit: false) }
    let initContainers = (0..<(chance(0.3) ? number(1...2) : 0)).map { container("i\($0)", isInit: true) }
    return map([
      ("hostNetwork", chance(hostNetwork) ? .plain("true") : chance(0.1) ? .plain("false") : nil),
      ("initContainers", initContainers.isEmpty ? nil : .list(initContainers)), ("containers", .list(containers)),
      ("restartPolicy", isTask ? "Never" : nil),
    ])
  }

  static let portNames = ["http", "dns", "metrics"]
  static let portNumbers = [1, 53, 80, 81, 443, 8_080, 65_535]

  /// Names are given once in a container, but may come again in another one, with another number.
  private mutating func container(_ name: String, isInit: Bool) -> YAMLValue {
    let ports = some(Self.portNames, 0.4).map { name in
      map([
        ("name", chance(0.9) ? .string(name) : nil), ("containerPort", .number(pick(Self.portNumbers))),
        ("protocol", transport()),
      ])
    }
    return map([
      ("name", .string(name)), ("image", "example.com/app"),
      ("restartPolicy", isInit && chance(0.5) ? "Always" : nil), ("ports", ports.isEmpty ? nil : .list(ports)),
    ])
  }

  mutating func transport() -> YAMLValue? { pick([nil, nil, "TCP", "TCP", "UDP", "SCTP"]) }

  // MARK: Policies

  private mutating func policy(_ name: String) -> YAMLValue {
    let types: YAMLValue? = pick([
      nil, nil, .null, [], ["Ingress"], ["Egress"], ["Ingress", "Egress"], ["Egress", "Ingress"],
      ["Ingress", "Ingress"], ["Egress", "Egress"],
    ])
    let spec: [(String, YAMLValue?)] = [
      ("podSelector", chance(0.1) ? pick([nil, .null]) : selector(isForNamespaces: false)), ("policyTypes", types),
      ("ingress", list(absent: 0.3, count: 1...3) { $0.rule(isIngress: true) }),
      ("egress", list(absent: 0.4, count: 1...3) { $0.rule(isIngress: false) }),
    ]
    return [
      "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
      "metadata": ["name": .string(name), "namespace": .string(pick(namespaces))], "spec": map(spec),
    ]
  }

  private mutating func rule(isIngress: Bool) -> YAMLValue {
    if chance(0.03) { return pick([.null, [:]]) }
    return map([
      (isIngress ? "from" : "to", list(absent: 0.25, count: 1...3) { $0.peer() }),
      ("ports", list(absent: 0.35, count: 1...3) { $0.port() }),
    ])
  }

  private mutating func peer() -> YAMLValue {
    switch number(0...9) {
    case 0...2: return ["podSelector": selector(isForNamespaces: false)]
    case 3...4: return ["namespaceSelector": selector(isForNamespaces: true)]
    case 5: return ["podSelector": .null, "namespaceSelector": selector(isForNamespaces: true)]
    case 6...7:
      return ["namespaceSelector": selector(isForNamespaces: true), "podSelector": selector(isForNamespaces: false)]
    default: return ["ipBlock": block()]
    }
  }

  private mutating func port() -> YAMLValue {
    let transport = chance(0.5) ? nil : transport()
    switch number(0...9) {
    case 0: return pick([map([("protocol", transport)]), .null])
    case 1...3: return map([("port", .string(pick(Self.portNames))), ("protocol", transport)])
    case 4...5:
      let ends = [pick(Self.portNumbers), pick(Self.portNumbers)].sorted()
      return map([("port", .number(ends[0])), ("endPort", .number(ends[1])), ("protocol", transport)])
    default: return map([("protocol", transport), ("port", .number(pick(Self.portNumbers)))])
    }
  }

  // MARK: Selectors

  mutating func selector(isForNamespaces: Bool) -> YAMLValue {
    if chance(0.2) { return [:] }
    let values = isForNamespaces ? ["x", "v", "none"] : Self.podValues + ["none"]
    var labels: [(String, YAMLValue?)] = []
    for key in some(isForNamespaces ? ["team", "env"] : ["app", "tier"], 0.3) {
      labels.append((key, chance(0.03) ? .null : .string(pick(values))))
    }
    if !isForNamespaces, chance(0.08) { labels.append((pick(Self.generatedKeys), .string(pick(values)))) }
    if isForNamespaces, chance(0.2) { labels.append(("kubernetes.io/metadata.name", .string(pick(["a", "b", "c"])))) }
    return map([
      ("matchLabels", labels.isEmpty && chance(0.5) ? pick([nil, .null, [:]]) : map(labels)),
      ("matchExpressions", list(absent: 0.5, count: 1...2) { $0.term(values, isForNamespaces: isForNamespaces) }),
    ])
  }

  private mutating func term(_ values: [String], isForNamespaces: Bool) -> YAMLValue {
    let keys = isForNamespaces ? ["team", "env", "kubernetes.io/metadata.name"] : Self.podKeys
    let key = !isForNamespaces && chance(0.15) ? pick(Self.generatedKeys) : pick(keys)
    let candidates = key == "kubernetes.io/metadata.name" ? ["a", "b", "c", "other"] : values
    let `operator` = pick(["In", "In", "NotIn", "NotIn", "Exists", "DoesNotExist"])
    let listed: YAMLValue? =
      `operator`.hasSuffix("In")
      ? .list((0..<number(1...3)).map { _ in .string(pick(candidates)) }) : pick([nil, nil, []])
    return map([("key", .string(key)), ("operator", .string(`operator`)), ("values", listed)])
  }

  // MARK: Blocks

  /// A block, its exceptions and their bases as 16-bit groups or octets would be long: each family has a few blocks,
  /// and each block the exceptions that may be taken out of it.
  private static let blocks: [(cidr: String, parts: [String])] = [
    ("0.0.0.0/0", ["0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "255.255.255.255/32"]),
    ("10.0.0.0/8", ["10.0.0.0/9", "10.128.0.0/9", "10.244.0.0/16", "10.244.128.0/17", "10.0.0.0/32"]),
    ("10.0.0.9/8", ["10.255.255.255/32"]), ("10.244.0.0/16", ["10.244.0.0/24", "10.244.255.0/24"]),
    ("10.244.7.9/32", []), ("192.168.0.0/24", ["192.168.0.0/25", "192.168.0.128/25"]),
    ("203.0.113.0/24", ["203.0.113.64/26", "203.0.113.0/32", "203.0.113.9/32"]),
    ("100.64.0.0/9", ["100.64.0.0/10"]), ("255.255.255.0/24", ["255.255.255.128/25"]), ("0.0.0.0/32", []),
    ("::/0", ["::/1", "8000::/1", "fc00::/7", "2001:db8::/32", "ffff::/16"]),
    ("2001:db8::/32", ["2001:db8:1::/48", "2001:db8::/128", "2001:db8:ffff::/48"]),
    ("fd00::/8", ["fd00::/9", "fd80::/9", "fd00:1::/64"]), ("2001:DB8:0:0::1/128", []),
    ("ffff::/16", ["ffff:8000::/17"]),
  ]

  private mutating func block() -> YAMLValue {
    let (cidr, parts) = pick(Self.blocks)
    let except: YAMLValue? =
      parts.isEmpty || chance(0.4) ? pick([nil, .null, []]) : .list(some(parts, 0.5).map { .string($0) })
    return map([("cidr", .string(cidr)), ("except", except)])
  }
}
