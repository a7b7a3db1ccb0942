internal import Diagnostics
internal import YAMLSource

/// Reads a NetworkPolicy's spec into its typed form.
///
/// It reports nothing: `NetworkPolicyValidator` has looked at the same nodes. What the API would refuse reads as
/// `Field.invalid`, and a rule that holds such a thing is marked as not sound.
struct NetworkPolicyReader {
  /// The places of the errors that the validator found in this object, in order.
  let errors: [SourceSpan]

  init(errors: [SourceSpan]) { self.errors = errors.sorted() }

  func read(_ object: NodeRef, meta: ObjectMeta) -> NetworkPolicy {
    let spec = object["spec"]
    let specSpan = spec?.firstKeySpan ?? object.firstKeySpan
    let ingress = list(spec?["ingress"]) { rule(.ingress, $0, $1) }
    let egress = list(spec?["egress"]) { rule(.egress, $0, $1) }
    let faults = errors.isEmpty ? [] : errors(outside: ingress.items.map(\.span) + egress.items.map(\.span))
    return NetworkPolicy(
      meta: meta, specSpan: specSpan,
      podSelector: selector(spec?.entry("podSelector"))
        ?? LabelSelector(
          keySpan: specSpan, span: specSpan, matchLabels: [], matchExpressions: [], selector: .everything),
      policyTypes: list(spec?["policyTypes"]) { _, node in located(node) ?? Located("", at: node.span) },
      ingress: ingress, egress: egress, isSound: faults.isEmpty || areHarmless(faults, object),
      isMended: !faults.isEmpty && areHarmless(faults, object))
  }

  /// Whether faults cannot change what a policy allows: they are about its name, its labels and annotations, its other
  /// metadata but for the namespace, or its `status`. Builds may have written these in other files.
  func areHarmless(_ faults: [SourceSpan], _ object: NodeRef) -> Bool {
    var places: Set<SourceSpan> = []
    for entry in object["metadata"]?.writtenEntries.map(\.self) ?? [] where !entry.key.hasText("namespace") {
      places.insert(entry.key.span)
      NetworkPolicyReader.addPlaces(of: entry.value, to: &places)
    }
    for entry in object.writtenEntries where entry.key.hasText("status") { places.insert(entry.key.span) }
    return faults.allSatisfy(places.contains)
  }

  private static func addPlaces(of node: NodeRef, to places: inout Set<SourceSpan>) {
    places.insert(node.span)
    for entry in node.writtenEntries {
      places.insert(entry.key.span)
      addPlaces(of: entry.value, to: &places)
    }
    for item in node.items { addPlaces(of: item, to: &places) }
  }

  /// The errors that lie in none of some spans. O((errors + spans) log spans): there may be as many of both as there are
  /// rules.
  func errors(outside spans: [SourceSpan]) -> [SourceSpan] {
    let spans = spans.sorted()
    var next = 0
    // Of the spans that have begun the one that goes furthest covers most.
    var furthest: SourceSpan?
    return errors.filter { error in
      while next < spans.count, (spans[next].file, spans[next].start) <= (error.file, error.start) {
        if furthest?.file != spans[next].file || furthest?.covers(atEndOf: spans[next]) != true {
          furthest = spans[next]
        }
        next += 1
      }
      return furthest.map { !$0.covers(error) } ?? true
    }
  }

  func holdsError(_ span: SourceSpan) -> Bool {
    let next = errors.partitioningIndex { ($0.file, $0.start) >= (span.file, span.start) }
    return next < errors.count && span.covers(errors[next])
  }

  func list<Item>(_ node: NodeRef?, _ read: (Int, NodeRef) -> Item) -> ListField<Item> {
    guard let node else { return .absent }
    if node.isNull { return .null(node.span) }
    guard node.kind == .sequence else { return .invalid(node.span) }
    var items: [Item] = []
    items.reserveCapacity(node.count)
    for item in node.items { items.append(read(items.count, item)) }
    return .list(items, node.span)
  }

  private func rule(_ type: PolicyType, _ index: Int, _ node: NodeRef) -> PolicyRule {
    PolicyRule(
      type: type, index: index, span: node.span, firstKeySpan: node.firstKeySpan,
      peers: list(type == .ingress ? node["from"] : node["to"], peer), ports: list(node["ports"], port),
      isSound: !holdsError(node.span))
  }

  private func peer(_ index: Int, _ node: NodeRef) -> Peer {
    Peer(
      index: index, span: node.span, firstKeySpan: node.firstKeySpan, podSelector: selector(node.entry("podSelector")),
      namespaceSelector: selector(node.entry("namespaceSelector")), ipBlock: ipBlock(node["ipBlock"]))
  }

  private func ipBlock(_ node: NodeRef?) -> IPBlock? {
    guard let node, !node.isNull else { return nil }
    let cidr = node["cidr"].map(cidr)
    let except = node["except"].map { $0.items.map(self.cidr) } ?? []
    var addresses = cidr?.parsed.map { AddressSet($0.cidr) } ?? AddressSet()
    if !except.isEmpty { addresses.subtract(AddressSet(except.lazy.compactMap { $0.parsed?.cidr })) }
    return IPBlock(span: node.span, cidr: cidr, except: except, addresses: addresses)
  }

  func cidr(_ node: NodeRef) -> LocatedCIDR {
    let text = node.string ?? ""
    return LocatedCIDR(text: text, span: node.span, parsed: CIDR.parse(text))
  }

  private func port(_ index: Int, _ node: NodeRef) -> PolicyPort {
    let port = node["port"].flatMap { $0.isNull ? nil : $0 }
    let endPort = node["endPort"].flatMap { $0.isNull ? nil : $0 }
    let protocolNode = node["protocol"].flatMap { $0.isNull ? nil : $0 }
    var number = PolicyPort.Number.all
    if let name = port?.string {
      number = .named(name)
    } else if let first = port.flatMap(portNumber) {
      let last = endPort.flatMap(portNumber) ?? first
      number = .range(first...max(first, last))
    }
    return PolicyPort(
      index: index, span: node.span, firstKeySpan: node.firstKeySpan,
      transport: protocolNode?.string.flatMap(TransportProtocol.init) ?? .tcp, protocolSpan: protocolNode?.span,
      number: number, portSpan: port?.span, endPortSpan: endPort?.span)
  }

  func selector(_ entry: MappingEntry?) -> LabelSelector? {
    guard let entry, !entry.value.isNull else { return nil }
    let matchLabels = labels(entry.value["matchLabels"])
    let terms = NetworkPolicyReader.terms(entry.value)
    return LabelSelector(
      keySpan: entry.key.span, span: entry.value.span, matchLabels: matchLabels, matchExpressions: terms,
      selector: NetworkPolicyReader.selector(matchLabels, terms))
  }

  /// What a label selector of any object means.
  static func selector(_ node: NodeRef) -> Selector { selector(labels(node["matchLabels"]), terms(node)) }

  private static func selector(_ matchLabels: [Label], _ terms: [SelectorTerm]) -> Selector {
    var requirements = matchLabels.map { SelectorRequirement(key: $0.key, .in, [$0.value]) }
    for term in terms {
      guard let `operator` = SelectorOperator(rawValue: term.operator.value) else { continue }
      requirements.append(SelectorRequirement(key: term.key.value, `operator`, term.values.map(\.value)))
    }
    return Selector(requirements)
  }

  private static func terms(_ node: NodeRef) -> [SelectorTerm] {
    (node["matchExpressions"]?.items ?? NodeRef.noItems).enumerated().map { term($0, $1) }
  }

  private static func term(_ index: Int, _ node: NodeRef) -> SelectorTerm {
    let missing = Located("", at: node.firstKeySpan)
    return SelectorTerm(
      index: index, span: node.span, key: node["key"].flatMap(located) ?? missing,
      operator: node["operator"].flatMap(located) ?? missing,
      values: node["values"]?.items.compactMap(located) ?? [])
  }
}

extension SourceSpan {
  /// Whether nothing that another span of the file covers lies behind this one.
  fileprivate func covers(atEndOf other: SourceSpan) -> Bool {
    max(end, start + 1) >= max(other.end, other.start + 1)
  }
}

/// A port number, 1 to 65535; `nil` for anything else.
func portNumber(_ node: NodeRef) -> UInt16? {
  guard case .integer(let number) = node.scalar, number >= 1 else { return nil }
  return UInt16(exactly: number)
}
