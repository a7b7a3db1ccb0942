internal import Diagnostics
internal import YAMLSource

/// An object with its variables replaced. Flux writes the object as YAML, replaces in the text, and reads it again: a
/// port that is `${PORT}` becomes a number, whatever quotes it was written in.
struct SubstitutedObject {
  private(set) var root: TreeNode
  /// Why nobody knows all of it, where that decides what is selected or allowed.
  private(set) var doubt: ObjectDoubt?

  private let variables: VariableValues

  /// - Throws: where Flux cannot read what stands there, and applies nothing.
  init(_ root: TreeNode, _ variables: VariableValues) throws(BuildRefusal) {
    self.root = root
    self.variables = variables
    doubt = ObjectDoubt(UnknownText.all(in: root) { variables.isUnknown($0) }) { text in
      "nothing that was read gives a value for `\(DisplayLine.first(of: variables.unknownName(in: text.rawText)))`"
    }
    self.root = try substituted(root)
  }

  private func substituted(_ node: TreeNode) throws(BuildRefusal) -> TreeNode {
    switch node.content {
    case .scalar(let scalar):
      guard scalar.text.contains("$"), let text = try text(scalar.text, node.span) else { return node }
      return SubstitutedText(scalar.text, text).node(at: node.span)
    case .sequence(let items):
      var new: [TreeNode] = []
      for item in items { new.append(try substituted(item)) }
      return TreeNode(.sequence(new), at: node.span)
    case .mapping(let entries):
      var new: [TreeEntry] = []
      for entry in entries {
        let key = entry.key.contains("$") ? try text(entry.key, entry.keySpan) : nil
        new.append(TreeEntry(key ?? entry.key, at: entry.keySpan, try substituted(entry.value)))
      }
      return TreeNode(.mapping(new), at: node.span)
    }
  }

  /// `nil` for a text that nobody knows.
  private func text(_ text: String, _ span: SourceSpan) throws(BuildRefusal) -> String? {
    switch variables.substitute(text) {
    case .known(let text): return text
    case .unknown: return nil
    case .refused(let message):
      throw BuildRefusal(
        "Flux refuses this build: `\(DisplayLine.first(of: text))` cannot be substituted: \(message)", at: span,
        remedy: "write `$${` for what is no variable, or annotate the object with "
          + "`kustomize.toolkit.fluxcd.io/substitute: disabled`")
    }
  }
}

extension VariableValues {
  fileprivate func isUnknown(_ text: String) -> Bool {
    switch substitute(text) {
    case .known(let result): text.contains("$") && !SubstitutedText(text, result).isCertain
    case .unknown: true
    case .refused: false
    }
  }

  fileprivate func unknownName(in text: String) -> String {
    if case .unknown(let name) = substitute(text) { name } else { text }
  }
}

/// A text of an object before and after the substitution.
private struct SubstitutedText {
  private let old: String
  private let new: String

  init(_ old: String, _ new: String) {
    self.old = old
    self.new = new
  }

  /// Whether Flux' YAML writes the text without quotes, in one line.
  private var isPlain: Bool {
    guard let first = old.first, old.last != " ", first != " ", !old.contains(where: \.isNewline),
      old.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
    else { return false }
    if "#,[]{}&*!|>'\"%@`".contains(first) { return false }
    if "-?:".contains(first), old.count == 1 || old.dropFirst().first == " " { return false }
    return !old.hasPrefix("---") && !old.hasPrefix("...") && !old.contains(": ") && !old.hasSuffix(":")
      && !old.contains(" #")
  }

  /// Whether what the YAML says afterwards is known: quotes in the value may end those around the text.
  var isCertain: Bool {
    if isPlain { return read != nil }
    return new.filter { "'\"\\".contains($0) } == old.filter { "'\"\\".contains($0) }
  }

  /// What a reader makes of the plain text; `nil` where it makes nothing of it.
  private var read: TreeNode? {
    let file = SourceFile(id: FileID(0), path: "", bytes: Array("v: \(new)\n".utf8))
    guard let chunk = DocumentSplitter.split(file.bytes).first, let root = try? YAMLReader.read(chunk, of: file).root
    else { return nil }
    let node = TreeNode(root)
    return node.entries.count == 1 ? node["v"] : nil
  }

  /// The text as it was where nobody knows what becomes of it.
  func node(at span: SourceSpan) -> TreeNode {
    guard isCertain else { return TreeNode(string: old, at: span) }
    guard isPlain, let read else { return TreeNode(string: new, at: span) }
    return read.movingPlaces { _ in span }
  }
}
