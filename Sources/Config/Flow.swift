package import Diagnostics

/// A piece of text of the config, with its place.
package struct ConfigText: Hashable, Sendable {
  package let text: String
  package let span: SourceSpan

  init(_ node: ConfigNode) {
    text = node.text
    span = node.span
  }
}

/// What the policies must allow, or must not: a test of them.
package struct Flow: Sendable {
  package enum Expectation: String, CaseIterable, Sendable {
    /// Every source reaches every destination on every port.
    case allow
    /// None does.
    case deny
    /// Every client does, and nobody else.
    case only
  }

  /// The name, or what the flow says where it has none.
  package let name: String
  /// The ends as they are written; `from` is empty with `only`.
  package let from: [ConfigText]
  package let to: [ConfigText]
  /// `nil` for every port and protocol.
  package let ports: [ConfigPort]?
  package let expect: Expectation
  /// With `only`: who may.
  package let clients: [ConfigText]
  /// The first key of the flow.
  package let span: SourceSpan
  /// Where it stands in its file: `flows[3]`.
  package let path: String
}

/// Reads `flows:`, and says what is wrong with a flow as a whole.
enum FlowReader {
  static func read(_ node: ConfigNode?, _ problems: inout [ConfigProblem]) -> [Flow] {
    var flows: [Flow] = []
    for (number, item) in (node?.items ?? []).enumerated() {
      let path = "flows[\(number)]"
      guard let expect = item["expect"].flatMap({ Flow.Expectation(rawValue: $0.text) }) else { continue }
      let flow = read(item, expect, path)
      if let message = problem(of: flow, item) { problems.append(ConfigProblem("\(path) \(message)", at: flow.span)) }
      flows.append(flow)
    }
    return flows
  }

  private static func read(_ item: ConfigNode, _ expect: Flow.Expectation, _ path: String) -> Flow {
    func texts(_ key: String) -> [ConfigText] { (item[key]?.itemsOrSelf ?? []).map { ConfigText($0) } }
    let ports = item["port"]?.texts
    let ends = [item["from"]?.texts ?? [], item["to"]?.texts ?? []].map { $0.joined(separator: ", ") }
    let words =
      (ends[0].isEmpty ? "" : ends[0] + " to ") + ends[1] + (ports.map { " on " + $0.joined(separator: ", ") } ?? "")
    return Flow(
      name: item["name"]?.text ?? "\(words): \(expect.rawValue)", from: texts("from"), to: texts("to"),
      ports: ports.map { $0.compactMap { ConfigPort($0) } }, expect: expect, clients: texts("clients"),
      span: item.entries.first?.keySpan ?? item.span, path: path)
  }

  /// A flow that asks for nothing would always hold.
  private static func problem(of flow: Flow, _ item: ConfigNode) -> String? {
    if flow.to.isEmpty { return "names nothing under `to`" }
    if flow.ports?.isEmpty == true { return "names no port: leave `port` out to mean every port" }
    guard flow.expect == .only else {
      if flow.from.isEmpty { return "needs `from` with `expect: \(flow.expect.rawValue)`" }
      return item["clients"] == nil ? nil : "has `clients`, which only `expect: only` knows"
    }
    if item["from"] != nil { return "has `from`: with `expect: only` the callers stand under `clients`" }
    return item["clients"] == nil ? "needs `clients` with `expect: only`" : nil
  }
}
