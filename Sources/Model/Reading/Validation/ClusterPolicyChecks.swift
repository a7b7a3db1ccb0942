internal import Diagnostics
internal import YAMLSource

/// What the server asks of a policy for the whole cluster: the limits and rules of its CustomResourceDefinition, and
/// what its types say besides of networks, selectors and ranges, which implementations refuse.
extension NetworkPolicyValidator {
  /// All problems of an object, in the order of the text.
  mutating func validate(_ object: NodeRef, _ type: ObjectType, _ kind: ClusterPolicyKind) -> [ManifestProblem] {
    path.reserveCapacity(8)
    if checkTwoObjects(object) { return problems }
    if type.apiVersion != kind.apiVersion {
      let node = type.isInherited ? nil : object["apiVersion"]
      fail(
        .unsupportedVersion, "\(kind.rawValue) is not served as \(type.apiVersion)",
        at: node?.span ?? object.firstKeySpan, .field("apiVersion"), remedy: "write `\(kind.apiVersion)`")
      return problems
    }
    check(object, .object(ClusterPolicySchema.schema(kind)))
    if object["metadata"].map(\.isNull) ?? true {
      fail(
        .invalidValue, "the policy has no name", at: object.firstKeySpan, .field("metadata"), .field("name"),
        remedy: "write `metadata.name`")
    } else if kind == .baselineAdmin, let name = object["metadata"]?["name"] ?? object["metadata"]?["generateName"],
      let text = name.string, !text.isEmpty, text != ClusterPolicyKind.baselineName
    {
      fail(
        .invalidValue, "the only BaselineAdminNetworkPolicy is called `\(ClusterPolicyKind.baselineName)`",
        at: name.span, .field("metadata"), .field("name"), remedy: "write \(ClusterPolicyKind.baselineName)")
    }
    sortProblems()
    return problems
  }

  // MARK: Lists, numbers and texts

  /// Checks a list whose number of items has bounds; an item that is null is of a wrong type.
  mutating func checkItems(_ node: NodeRef, _ item: FieldType, _ count: ClosedRange<Int>) {
    if node.isNull { return }
    guard node.kind == .sequence else { return failType(node, "a list") }
    if node.count > count.upperBound {
      fail(
        .invalidValue, "\(fieldName) has \(node.count) items, and may have \(count.upperBound)", at: node.firstItemSpan,
        remedy: "put the others into another rule or object")
    } else if node.count < count.lowerBound {
      fail(.invalidValue, "\(fieldName) must have at least one item", at: node.span)
    }
    var seen: Set<String> = []
    for (index, value) in node.items.enumerated() {
      path.append(.index(index))
      if value.isNull {
        failType(value, item.isText ? "text" : "a mapping")
      } else {
        check(value, item)
        if item.isText, let text = value.string, !seen.insert(text).inserted {
          fail(.invalidValue, "`\(text)` stands twice in this list", at: value.span, remedy: "delete one of them")
        }
      }
      path.removeLast()
    }
  }

  mutating func checkNumber(_ node: NodeRef, _ range: ClosedRange<Int64>) {
    if node.isNull { return }
    guard case .integer(let number) = node.scalar else { return failType(node, "a whole number") }
    if !range.contains(number) {
      fail(
        .invalidValue, "\(fieldName) is \(number), and must be from \(range.lowerBound) to \(range.upperBound)",
        at: node.span)
    }
  }

  mutating func checkNetwork(_ text: String, _ node: NodeRef) {
    guard let parsed = CIDR.parse(text), !parsed.hasLeadingZeros else {
      return fail(
        .invalidValue, "`\(text)` is no CIDR", at: node.span,
        remedy: IPAddress.parse(text).map { "write \(text)/\($0.width) for this address alone" }
          ?? "write an address and a length, such as 10.0.0.0/8")
    }
    if parsed.isIPv4Mapped {
      fail(
        .invalidValue, "\(text) is an IPv4 address in IPv6, which is not supported", at: node.span,
        remedy: "write the IPv4 CIDR")
    }
  }

  mutating func checkDomainName(_ text: String, _ node: NodeRef) {
    if DomainName(text) != nil { return }
    fail(
      .invalidValue, "`\(text)` is no domain name", at: node.span,
      remedy: "write a name such as example.com or *.example.com: `*` stands for whole labels, and only at the start")
  }

  // MARK: Fields together

  /// Checks that the fields are there that the server asks for.
  mutating func finish(_ node: NodeRef, required fields: [StaticString]) {
    for field in fields where !isSet(node[field]) {
      failMissing(field, of: node, "\(field) is missing", remedy: "write `\(field)`")
    }
  }

  mutating func finishOne(_ node: NodeRef, of schema: ObjectSchema, _ what: String) {
    let names = schema.fields.map(\.name)
    let written = names.filter { isSet(node[$0]) }
    let list = names.dropLast().map(\.description).joined(separator: ", ") + " or \(names.last?.description ?? "")"
    if written.count > 1 {
      fail(
        .invalidValue, "\(what) has \(written[0]) and \(written[1]): it may have only one field", at: node.firstKeySpan,
        remedy: "make two items of it, if either may match")
    } else if written.isEmpty,
      !node.entries.contains(where: { entry in !names.contains { entry.key.hasText($0) } })
    {
      fail(.invalidValue, "\(what) is empty", at: node.firstKeySpan, remedy: "name \(list)")
    }
  }

  /// Addresses and nodes have no named ports, and domain names can only be let through.
  mutating func finishEgressRule(_ node: NodeRef) {
    let peers = Array(node["to"]?.items ?? NodeRef.noItems)
    func first(_ fields: StaticString...) -> MappingEntry? {
      peers.lazy.compactMap { peer in
        fields.lazy.compactMap { peer.entry($0) }.first { !$0.value.isNull }
      }.first
    }
    let ports = Array((node["ports"] ?? node["protocols"])?.items ?? NodeRef.noItems)
    let named = ports.lazy.compactMap { port in
      [port.entry("namedPort"), port.entry("destinationNamedPort")].lazy.compactMap(\.self).first { !$0.value.isNull }
    }.first
    if let named, let peer = first("networks", "nodes", "domainNames") {
      fail(
        .invalidValue, "\(peer.key.keyText) have no named ports", at: named.key.span,
        remedy: "write the number, or a rule of its own for the pods",
        related: [RelatedPlace(peer.key.span, "the peer without named ports")])
    }
    if meta.kind != ClusterPolicyKind.baselineAdmin.rawValue, let names = first("domainNames"),
      let action = node["action"]?.string, PolicyAction(action) != .allow,
      PolicyAction(action) != nil
    {
      fail(
        .invalidValue, "domain names can only be let through, not \(action == "Deny" ? "denied" : "passed on")",
        at: names.key.span, remedy: "let the names through here, and deny `networks` in a rule behind it")
    }
  }

  /// A range of v1alpha2 must hold two ports. The server does not compare the ends of one of v1alpha1, which holds nothing
  /// where they are exchanged.
  mutating func finishRange(_ node: NodeRef) {
    guard case .integer(let start) = node["start"]?.scalar, case .integer(let end) = node["end"]?.scalar, start >= end
    else { return }
    fail(
      .invalidValue, "the range ends at \(end), and starts at \(start): its start must be less than its end",
      at: node.firstKeySpan, remedy: start == end ? "write a single port as `number`" : "exchange the two")
  }

  func isSet(_ node: NodeRef?) -> Bool { node.map { !$0.isNull } ?? false }
}

extension FieldType {
  fileprivate var isText: Bool { if case .optionalString = self { true } else { false } }
}
