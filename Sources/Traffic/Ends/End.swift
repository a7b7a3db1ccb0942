package import Config
package import Engine
package import Model

/// An end of a flow or of a question, as somebody writes it: `internet`, `shop/web`, `shop:app=web`, `10.0.0.0/8`.
///
/// What it stands for is looked up in each world (`WorldView.resolve`).
package struct End: Hashable, Sendable {
  package enum Meaning: Hashable, Sendable {
    /// A component of the config, a keyword, or the name of a workload or a Service that only one namespace has.
    case word(String)
    /// Workloads by name, of any kind where none is said; or else the Service of that name.
    case workloads(namespace: String, kind: String?, name: String)
    /// One pod with exactly these labels and no named ports, whether or not a workload is like it.
    case pod(HypotheticalPod)
    /// Every address of a set.
    case addresses(AddressSet)
    /// A domain name.
    case domain(DomainName)
  }

  package let text: String
  package let meaning: Meaning

  static let forms =
    """
    a component of the config, internet, the name of a workload or a Service, NAMESPACE/NAME, NAMESPACE/KIND/NAME, \
    NAMESPACE:KEY=VALUE,…, an IP, a CIDR, domain:NAME or nodes
    """

  package init(_ text: String) throws(EndProblem) {
    self.text = text
    let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
    let bare = isBracketed ? String(text.dropFirst().dropLast()) : text
    if let addresses = try End.addresses(bare) {
      meaning = .addresses(addresses)
    } else if text.hasPrefix("[") {
      throw EndProblem(text, at: 1, "is no IPv6 address in brackets")
    } else if text.hasPrefix("domain:"), !text.contains("=") {
      guard let name = DomainName(String(text.dropFirst("domain:".count))) else {
        throw EndProblem(
          text, at: "domain:".count + 1, "is no domain name: one such as example.com or *.example.com stands here")
      }
      meaning = .domain(name)
    } else if text.contains(":") {
      meaning = .pod(try End.pod(text))
    } else if text.contains("/") {
      meaning = try End.workloads(text)
    } else if text.isEmpty {
      throw EndProblem(text, at: 1, "is empty; an end is \(End.forms)")
    } else {
      meaning = .word(text)
    }
  }

  private static func addresses(_ text: String) throws(EndProblem) -> AddressSet? {
    if let address = IPAddress.parse(text) {
      return AddressSet(CIDR(address, prefixLength: address.width))
    }
    if let parsed = CIDR.parse(text) {
      guard !parsed.hasHostBits else {
        throw EndProblem(text, at: 1, "has bits set behind its prefix: the block is \(parsed.cidr)")
      }
      return AddressSet(parsed.cidr)
    }
    guard let slash = text.firstIndex(of: "/"), let address = IPAddress.parse(String(text[..<slash])) else {
      return nil
    }
    let at = text.offset(of: text.index(after: slash))
    throw EndProblem(text, at: at, "is no CIDR: the length of the prefix is 0 to \(address.width)")
  }

  private static func workloads(_ text: String) throws(EndProblem) -> Meaning {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count) else {
      throw EndProblem(text, at: text.offset(of: parts[3].startIndex), "goes on after NAMESPACE/KIND/NAME")
    }
    for part in parts where part.isEmpty {
      throw EndProblem(text, at: text.offset(of: part.startIndex), "lacks a name here")
    }
    try check(namespace: String(parts[0]), in: text)
    let name = String(parts[parts.count - 1])
    return .workloads(
      namespace: String(parts[0]), kind: parts.count == 3 ? String(parts[1]) : nil, name: name)
  }

  private static func pod(_ text: String) throws(EndProblem) -> HypotheticalPod {
    let namespace = text.prefix { $0 != ":" }
    try check(namespace: String(namespace), in: text)
    var labels: [(String, String)] = []
    for term in text[namespace.endIndex...].dropFirst().split(separator: ",", omittingEmptySubsequences: false) {
      func problem(_ message: String) -> EndProblem { EndProblem(text, at: text.offset(of: term.startIndex), message) }
      guard let sign = term.firstIndex(of: "=") else { throw problem("needs a label KEY=VALUE here") }
      let (key, value) = (String(term[..<sign]), String(term[term.index(after: sign)...]))
      if let fault = NameSyntax.labelKey(key) { throw problem("has the label key `\(key)`, which \(fault)") }
      if let fault = NameSyntax.labelValue(value) { throw problem("has the label value `\(value)`, which \(fault)") }
      guard !labels.contains(where: { $0.0 == key }) else { throw problem("has the label `\(key)` twice") }
      labels.append((key, value))
    }
    return HypotheticalPod(namespace: String(namespace), labels: LabelSet(labels))
  }

  private static func check(namespace: String, in text: String) throws(EndProblem) {
    if let fault = NameSyntax.dnsLabel(namespace) {
      throw EndProblem(text, at: 1, "has the namespace `\(namespace)`, which \(fault)")
    }
  }

  /// The pod that is asked about, if the end is one: the engine has to know it beforehand.
  package var hypotheticalPod: HypotheticalPod? {
    if case .pod(let pod) = meaning { pod } else { nil }
  }
}

/// Where a question leads to, with the port: `shop/db:5432`, `shop:app=dns:53/UDP`, `[2001:db8::1]:443`.
package struct Target: Hashable, Sendable {
  package let end: End
  package let port: ConfigPort
  /// The port as it is written, without its protocol.
  package let portText: String

  /// The end goes up to the last colon, so that IPv6 addresses stand in brackets.
  package init(_ text: String) throws(EndProblem) {
    guard let colon = text.lastIndex(of: ":"), IPAddress.parse(text) == nil, !text.hasSuffix("]") else {
      let isAddress = IPAddress.parse(text) != nil
      throw EndProblem(
        text, at: text.unicodeScalars.count + 1,
        isAddress
          ? "is an IPv6 address: it stands in brackets before a port, [\(text)]:443"
          : "needs a port at its end, as in \(text):443 or \(text):53/UDP")
    }
    let host = String(text[..<colon])
    if !host.hasPrefix("["), host.contains(":"), IPAddress.parse(host) != nil || CIDR.parse(host) != nil {
      throw EndProblem(text, at: 1, "holds an IPv6 address outside of brackets: write [\(host)]:PORT")
    }
    let written = String(text[text.index(after: colon)...])
    guard let port = ConfigPort(written) else {
      throw EndProblem(
        text, at: text.offset(of: text.index(after: colon)),
        "ends in `\(written)`, which is no port: 443, 8000-8010 or a name, then /TCP, /UDP, /SCTP or nothing")
    }
    do throws(EndProblem) {
      end = try End(host)
    } catch {
      throw EndProblem(text, at: error.position, error.message)
    }
    self.port = port
    portText = String(written.prefix { $0 != "/" })
  }
}

/// What is wrong with an end.
package struct EndProblem: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// It cannot be read, or names something that nobody knows.
    case unreadable
    /// It matches nothing in this namespace.
    case nothing(namespace: String)
    /// It may mean several things.
    case ambiguous
  }

  package let text: String
  /// The character of the text where it begins, from 1.
  package let position: Int
  /// Goes on after the end's text.
  package let message: String
  package let reason: Reason

  init(_ text: String, at position: Int = 1, _ message: String, reason: Reason = .unreadable) {
    self.text = text
    self.position = position
    self.message = message
    self.reason = reason
  }

  /// No world has both ends.
  package static func apart(_ source: String, _ destination: String) -> EndProblem {
    EndProblem(source, "lies in no world together with `\(destination)`")
  }

  /// A name means one thing in one world, and another one in another.
  package static func several(_ text: String, _ names: [String]) -> EndProblem {
    EndProblem(
      text, "means \(names.prefix(3).joined(separator: " in one world, ")) in another one: say which",
      reason: .ambiguous)
  }

  /// No world has all ends of a flow.
  static func alone(_ text: String) -> EndProblem {
    EndProblem(text, "lies in no world together with all other ends of the flow")
  }

  /// Nothing was read at all.
  package static func noInput(_ text: String) -> EndProblem {
    EndProblem(text, "is asked about an input without any object")
  }

  /// `` `shop/`, character 6: lacks a name here ``.
  package var description: String {
    position == 1 ? "`\(text)` \(message)" : "`\(text)` \(message) (character \(position))"
  }
}

extension String {
  /// The number of a character, from 1.
  fileprivate func offset(of index: Index) -> Int { unicodeScalars.distance(from: startIndex, to: index) + 1 }
}
