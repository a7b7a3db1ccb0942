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

  /// The first name that Flux takes for no variable's, which makes it apply nothing.
  static func invalidName(in values: [String: String]) -> String? {
    values.keys.filter { name in
      let bytes = name.utf8
      guard let first = bytes.first, isLetter(first) else { return true }
      return !bytes.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
    }.min()
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  /// Whether anything is substituted: only where there is a variable, or it is asked for.
  var isActive: Bool { isAlways || !values.isEmpty || !sources.isEmpty }
}
