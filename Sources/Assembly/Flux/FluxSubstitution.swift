internal import Diagnostics
internal import YAMLSource

/// What Flux substitutes in the texts of a build: `postBuild` (fluxcd/pkg, `envsubst`).
struct FluxSubstitution {
  /// A ConfigMap or Secret that gives variables.
  struct Source {
    let kind: String
    let name: String
    let span: SourceSpan
  }

  /// The values that stand in the Kustomization itself.
  let values: [String: String]
  let sources: [Source]
  let namespace: String
  private let isAlways: Bool
  let span: SourceSpan

  /// `nil` where nothing is said.
  init?(_ node: TreeNode?, namespace: String) {
    guard let node, node.isMapping else { return nil }
    values = Dictionary((node["substitute"]?.textPairs ?? []).map { ($0.key, $0.value.text ?? "") }) { $1 }
    sources = (node["substituteFrom"]?.items ?? []).map { item in
      Source(kind: item["kind"]?.text ?? "", name: item["name"]?.text ?? "", span: item["name"]?.span ?? item.span)
    }
    isAlways = node["substituteStrategy"]?.text == "Always"
    self.namespace = namespace
    span = node.firstPlace
  }

  /// Whether anything is substituted: only where there is a variable, or it is asked for.
  var isActive: Bool { isAlways || !values.isEmpty || !sources.isEmpty }
}

/// The variables of a substitution, and what becomes of texts with them.
struct VariableValues {
  /// Known values.
  let values: [String: String]
  /// Whether other variables may have values that were not read.
  let mayHaveMore: Bool

  /// What a text becomes.
  enum Result: Equatable {
    case known(String)
    /// The name of a variable that nothing gives, or what is not understood.
    case unknown(String)
  }

  /// `${X}`, `${X:=default}`, `${X:-default}`; `$${X}` is `${X}` itself, and a `$` before anything else is a `$`.
  func substitute(_ text: String) -> Result {
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.first == "$", rest.dropFirst().first == "{" {
        let end = rest.firstIndex(of: "}").map { rest.index(after: $0) } ?? rest.endIndex
        result += rest.dropFirst()[..<end]
        rest = rest[end...]
        continue
      }
      guard rest.first == "{" else {
        // Two dollars stand for one, and one before anything else for itself.
        if rest.first == "$" { rest = rest.dropFirst() }
        result += "$"
        continue
      }
      guard let end = rest.firstIndex(of: "}") else { return .unknown(String(rest)) }
      let inner = rest[rest.index(after: rest.startIndex)..<end]
      guard let value = value(of: inner) else { return .unknown(String(inner)) }
      result += value
      rest = rest[rest.index(after: end)...]
    }
    return .known(result + rest)
  }

  private func value(of inner: Substring) -> String? {
    let name = inner.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    let rest = inner[name.endIndex...]
    guard !name.isEmpty else { return nil }
    if let value = values[String(name)] {
      if rest.isEmpty { return value }
      for mark in [":=", ":-"] where rest.hasPrefix(mark) { return value.isEmpty ? String(rest.dropFirst(2)) : value }
      if rest.hasPrefix("=") { return value.isEmpty ? String(rest.dropFirst()) : value }
      return nil
    }
    if mayHaveMore { return nil }
    for mark in [":=", ":-"] where rest.hasPrefix(mark) { return String(rest.dropFirst(2)) }
    return rest.hasPrefix("=") ? String(rest.dropFirst()) : nil
  }
}
