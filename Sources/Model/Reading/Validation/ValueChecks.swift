internal import Diagnostics
internal import YAMLSource

/// What validation asks of single values, and of the fields of an object together
/// (pkg/apis/networking/validation/validation.go, apimachinery/pkg/apis/meta/v1/validation).
extension NetworkPolicyValidator {
  mutating func checkString(_ text: String?, _ node: NodeRef, _ check: StringCheck) {
    guard let text else { return failType(node, "text") }
    switch check {
    // These are checked with the fields beside them.
    case .none, .cidr, .required: break
    case .name: if !text.isEmpty, let fault = NameSyntax.subdomain(text) { failValue("the name", fault, node) }
    case .generateName:
      if !text.isEmpty, let fault = NameSyntax.generatedNameStem(text) { failValue("generateName", fault, node) }
    case .namespace: if !text.isEmpty, let fault = NameSyntax.dnsLabel(text) { failValue("the namespace", fault, node) }
    case .labelKey:
      if !text.isEmpty, let fault = NameSyntax.labelKey(text) { failValue("the key `\(text)`", fault, node) }
    case .labelValue: if let fault = NameSyntax.labelValue(text) { failValue("the value `\(text)`", fault, node) }
    case .selectorOperator:
      if !text.isEmpty { choose(text, SelectorOperator.allCases.map(\.rawValue), "operator", node) }
    case .transport: choose(text, TransportProtocol.allCases.map(\.rawValue), "protocol", node)
    case .policyType: choose(text, PolicyType.allCases.map(\.rawValue), "policy type", node)
    case .finalizer: checkFinalizer(text, node)
    case .tier: choose(text, PolicyTier.allCases.map(\.rawValue), "tier", node)
    case .adminAction: choose(text, ["Allow", "Deny", "Pass"], "action", node)
    case .baselineAction: choose(text, ["Allow", "Deny"], "action", node)
    case .clusterAction: choose(text, ["Accept", "Deny", "Pass"], "action", node)
    case .ruleName:
      if text.unicodeScalars.count > 100 {
        fail(.invalidValue, "the name has \(text.unicodeScalars.count) characters, and may have 100", at: node.span)
      }
    case .network: checkNetwork(text, node)
    case .domainName: checkDomainName(text, node)
    }
  }

  mutating func failValue(_ what: String, _ fault: String, _ node: NodeRef) {
    fail(.invalidValue, "\(what) \(fault)", at: node.span)
  }

  /// What the other version of an API calls it.
  private static let otherWords = ["Allow": "Accept", "Accept": "Allow"]

  private mutating func choose(_ text: String, _ words: [String], _ what: String, _ node: NodeRef) {
    if words.contains(text) { return }
    let trimmed = text.filter { !$0.isWhitespace }
    let meant =
      words.first { $0.lowercased() == trimmed.lowercased() } ?? Suggestion.nearest(to: text, among: words)
      ?? NetworkPolicyValidator.otherWords[text].flatMap { words.contains($0) ? $0 : nil }
    fail(
      .invalidValue,
      "there is no \(what) `\(text)`: it is \(words.dropLast().joined(separator: ", ")) or \(words.last ?? "")",
      at: node.span, remedy: meant.map { "write \($0)" },
      fix: meant.flatMap { $0.lowercased() == trimmed.lowercased() ? $0 : nil }
        .map { Fix(.safe, "write \($0)", edits: [node.edit(to: $0)]) })
  }

  mutating func checkTime(_ node: NodeRef) {
    if node.isNull { return }
    guard let text = node.string else { return failType(node, "text") }
    if !TimeSyntax.isRFC3339(text) {
      fail(.wrongType, "this must be a time such as 2025-01-31T12:00:00Z, or null", at: node.span)
    }
  }

  mutating func checkPort(_ node: NodeRef) {
    if node.isNull { return }
    switch node.scalar {
    case .integer(let number):
      guard Int32(exactly: number) != nil else { return failType(node, "a number from 1 to 65535") }
      if !(1...65535).contains(number) {
        fail(.invalidValue, "port \(number) does not exist: ports are 1 to 65535", at: node.span)
      }
    case .string:
      let text = node.text
      guard let fault = NameSyntax.portName(text) else { return }
      let number = UInt16(text).flatMap { $0 > 0 && String($0) == text ? $0 : nil }
      let isRange = text.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { UInt16($0) != nil }
      fail(
        .invalidValue, "`port: \"\(text)\"` is a port name, and a port name \(fault)", at: node.span,
        remedy: number.map { "write \($0) without quotes" }
          ?? (isRange ? "write a range as `port` and `endPort`" : nil),
        fix: number.map { Fix(.safe, "write \($0) without quotes", edits: [Fix.Edit(node.span, "\($0)")]) })
    default: failType(node, "a number or a name")
    }
  }

  // MARK: Fields together

  /// Checks what an object's fields must be together; a null object counts as empty.
  mutating func finish(_ node: NodeRef, _ schema: ObjectSchema) {
    switch schema.check {
    case .none: break
    case .metadata: finishMetadata(node)
    case .selectorTerm: finishTerm(node)
    case .peer: finishPeer(node)
    case .ipBlock: if !node.isNull { finishBlock(node) }
    case .port: finishPort(node)
    case .ownerReference: finishOwner(node)
    case .clusterSubject: if !node.isNull { finishOne(node, of: schema, "the subject") }
    case .clusterPeer: if !node.isNull { finishOne(node, of: schema, "the peer") }
    case .clusterPort: if !node.isNull { finishOne(node, of: schema, "the port") }
    case .clusterDestinationPort: if !node.isNull { finishOne(node, of: schema, "destinationPort") }
    case .clusterProtocol:
      if !node.isNull, !isSet(node["destinationPort"]), !node.hasMisspelling(of: "destinationPort") {
        fail(
          .invalidValue, "\(fieldName) has no destinationPort", at: node.firstKeySpan,
          remedy: "write `destinationPort`: a protocol alone stands for nothing")
      }
    case .clusterEgressRule: if !node.isNull { finishEgressRule(node) }
    case .portRange: if !node.isNull { finishRange(node) }
    }
  }

  /// The value of a field as text: empty when absent or null, `nil` when it is no text (a problem of its own).
  func text(_ node: NodeRef, _ key: StaticString) -> String? {
    guard let value = node[key], !value.isNull else { return "" }
    return value.string
  }

  /// A required field that is absent, null or empty: told at the field if it is written, else at the object's first key;
  /// not at all when the field is there with a slip in its name, which is a fault of its own.
  mutating func failMissing(
    _ field: StaticString, of node: NodeRef, _ message: String, remedy: String? = nil
  ) {
    if node[field] == nil, node.hasMisspelling(of: field) { return }
    let written = (node[field]?.span).flatMap { $0.start < $0.end ? $0 : nil }
    fail(.invalidValue, message, at: written ?? node.firstKeySpan, .field(field), remedy: remedy)
  }

  private mutating func finishTerm(_ node: NodeRef) {
    if text(node, "key") == "" { failMissing("key", of: node, "the key is missing") }
    guard let name = text(node, "operator") else { return }
    guard !name.isEmpty else {
      return failMissing("operator", of: node, "the operator is missing: In, NotIn, Exists or DoesNotExist")
    }
    let values = node["values"].flatMap { $0.isNull ? nil : $0 }
    if let values, values.kind != .sequence { return }
    let count = values?.count ?? 0
    switch SelectorOperator(rawValue: name) {
    case .in, .notIn:
      if count == 0 {
        failMissing(
          "values", of: node, "\(name) needs at least one value",
          remedy: "name the values, or use Exists or DoesNotExist")
      }
    case .exists, .doesNotExist:
      if count > 0 {
        fail(
          .invalidValue, "\(name) takes no values", at: values?.firstItemSpan ?? node.firstKeySpan, .field("values"),
          remedy: "delete the values, or use \(name == "Exists" ? "In" : "NotIn")")
      }
    case nil: break
    }
  }

  private mutating func finishPeer(_ node: NodeRef) {
    let hasSelector = isSet(node["podSelector"]) || isSet(node["namespaceSelector"])
    let hasBlock = isSet(node["ipBlock"])
    if hasSelector, hasBlock {
      fail(
        .invalidValue, "a peer has either selectors or an ipBlock, not both", at: node.firstKeySpan,
        remedy: "make the ipBlock an item of its own: put a dash before it")
    } else if !hasSelector, !hasBlock, !node.entries.contains(where: { isUnknownPeerKey($0.key) }) {
      fail(
        .invalidValue, "the peer is empty", at: node.firstKeySpan,
        remedy: "name a podSelector, a namespaceSelector or an ipBlock; for every peer leave the list out")
    }
  }

  /// A misspelt selector is one fault, not two.
  private func isUnknownPeerKey(_ key: NodeRef) -> Bool {
    !key.hasText("podSelector") && !key.hasText("namespaceSelector") && !key.hasText("ipBlock")
  }

  private mutating func finishBlock(_ node: NodeRef) {
    guard let text = text(node, "cidr") else { return }
    guard let cidrNode = node["cidr"], !text.isEmpty else {
      return failMissing("cidr", of: node, "cidr is missing", remedy: "write `cidr`, such as 10.0.0.0/8")
    }
    guard let block = readCIDR(text, cidrNode, [.field("cidr")]) else { return }
    checkForm(block, text, cidrNode, [.field("cidr")])
    for (index, hole) in (node["except"]?.items ?? NodeRef.noItems).enumerated() {
      let parts: [PathPart] = [.field("except"), .index(index)]
      guard let text = hole.isNull ? "" : hole.string, let except = readCIDR(text, hole, parts) else { continue }
      if !NetworkPolicyValidator.holds(block.cidr, except.cidr)
        || except.cidr.prefixLength <= block.cidr.prefixLength
      {
        failAt(
          .invalidValue,
          "\(text) is no part of \(block.cidr): an exception must lie inside of the block and be smaller", hole.span,
          parts, remedy: nil)
      } else {
        checkForm(except, text, hole, parts)
      }
    }
  }

  /// Whether the base of a CIDR lies in a block, as Go's `IPNet.Contains` has it: IPv4-mapped addresses are IPv4, while
  /// lengths are compared as they are written.
  private static func holds(_ block: CIDR, _ other: CIDR) -> Bool {
    func unmapped(_ cidr: CIDR) -> CIDR {
      guard cidr.isIPv6, cidr.base.value >> 32 == 0xFFFF else { return cidr }
      let address = IPAddress(isIPv6: false, value: cidr.base.value & 0xFFFF_FFFF)
      return CIDR(address, prefixLength: max(0, cidr.prefixLength - 96))
    }
    return unmapped(block).contains(unmapped(other).base)
  }

  private mutating func readCIDR(_ text: String, _ node: NodeRef, _ parts: [PathPart]) -> ParsedCIDR? {
    if let parsed = CIDR.parse(text) { return parsed }
    failAt(
      .invalidValue, "`\(text)` is no CIDR", node.span, parts,
      remedy: IPAddress.parse(text).map { "write \(text)/\($0.width) for this address alone" }
        ?? "write an address and a length, such as 10.0.0.0/8")
    return nil
  }

  /// What is unusual about the way that a CIDR is written: newer servers refuse it.
  private mutating func checkForm(_ parsed: ParsedCIDR, _ text: String, _ node: NodeRef, _ parts: [PathPart]) {
    guard parsed.hasHostBits || parsed.hasLeadingZeros || parsed.isIPv4Mapped else { return }
    let fault =
      parsed.hasHostBits
      ? "has bits set behind its length" : parsed.hasLeadingZeros ? "has leading zeros" : "is an IPv4 address in IPv6"
    failAt(
      .looseCIDR, "\(text) \(fault): it means \(parsed.cidr)", node.span, parts,
      remedy: parsed.isIPv4Mapped ? "write the IPv4 CIDR" : "write \(parsed.cidr)",
      fix: parsed.isIPv4Mapped
        ? nil : Fix(.safe, "write \(parsed.cidr)", edits: [node.edit(to: "\(parsed.cidr)")]))
  }

  private mutating func failAt(
    _ kind: ManifestProblem.Kind, _ message: String, _ span: SourceSpan, _ parts: [PathPart], remedy: String?,
    fix: Fix? = nil
  ) {
    if parts.count == 2 {
      fail(kind, message, at: span, parts[0], parts[1], remedy: remedy, fix: fix)
    } else {
      fail(kind, message, at: span, parts[0], remedy: remedy, fix: fix)
    }
  }

  private mutating func finishPort(_ node: NodeRef) {
    guard let end = node["endPort"], case .integer(let last) = end.scalar, Int32(exactly: last) != nil else { return }
    let port = node["port"].flatMap { $0.isNull ? nil : $0 }
    let fault: String?
    switch port?.scalar {
    case nil: fault = "endPort needs a port, where the range begins"
    case .string: fault = "endPort needs a port number, not a name"
    case .integer(let first) where Int32(exactly: first) == nil: return
    case .integer(let first): fault = last < first ? "endPort \(last) lies before port \(first)" : nil
    default: return
    }
    if let fault {
      fail(.invalidValue, fault, at: end.span, .field("endPort"))
    } else if !(1...65535).contains(last) {
      fail(.invalidValue, "endPort \(last) does not exist: ports are 1 to 65535", at: end.span, .field("endPort"))
    }
  }
}
