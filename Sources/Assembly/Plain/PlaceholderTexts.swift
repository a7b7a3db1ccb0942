internal import Diagnostics
internal import Model
internal import YAMLSource

/// Texts that somebody fills in before anything is applied, where nothing that was read says who: `${NAME}` for Flux and
/// envsubst, `($name)` for Chainsaw. They are no values: their spelling is no fault, and nobody knows what they select.
struct PlaceholderTexts {
  private let assembler: Assembler

  init(_ assembler: Assembler) { self.assembler = assembler }

  /// Whether a text is a value that SOPS encrypted.
  static func isEncrypted(_ text: String) -> Bool { text.hasPrefix("ENC[") && text.hasSuffix("]") }

  /// Whether a text is, or holds, a placeholder.
  static func isPlaceholder(_ text: String) -> Bool {
    if isEncrypted(text) { return true }
    // Most texts hold no `$`; that is told by their bytes.
    guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "$")) else { return false }
    if let start = text[mark...].firstRange(of: "${"), text[start.upperBound...].contains("}") { return true }
    return text.hasPrefix("(") && text.hasSuffix(")")
  }

  /// Leaves open what objects with such texts mean, and says so once a file.
  func markDoubts() {
    var mayHold: [FileID: Bool] = [:]
    for unit in assembler.assembly.units.indices {
      let isOpen =
        assembler.assembly.units[unit].isSubstituted
        ? PlaceholderTexts.isEncrypted : PlaceholderTexts.isPlaceholder
      for number in assembler.assembly.units[unit].objects.indices {
        let object = assembler.assembly.units[unit].objects[number]
        let file = object.manifest.meta.document.file
        let isOfFile = object.root == nil
        let holds = isOfFile ? mayHold[file] ?? mayHoldAny(file) : object.mayHoldPlaceholder
        if isOfFile { mayHold[file] = holds }
        guard holds, object.doubt == nil, let root = assembler.root(of: object),
          let doubt = ObjectDoubt(
            UnknownText.all(in: root, isOpen),
            reason: { text in
              PlaceholderTexts.isEncrypted(text.rawText)
                ? "a value of it is encrypted"
                : "nothing that was read gives a value for `\(DisplayLine.first(of: text.rawText))`"
            })
        else { continue }
        assembler.assembly.units[unit].objects[number].doubt = doubt
        assembler.assembly.skipped.append(
          SkippedInput(file: assembler.shownPath(of: doubt.span.file) ?? "", reason: doubt.reason))
      }
    }
  }

  private func mayHoldAny(_ id: FileID) -> Bool {
    guard let bytes = assembler.file(id)?.file.bytes else { return false }
    return bytes.contains("$", in: 0..<bytes.count) || bytes.contains("ENC[", in: 0..<bytes.count)
  }

  /// So many bytes are looked at behind a key: a file may be one line.
  private static let longest = 1_024

  /// Whether a fault of spelling is such a text.
  func explains(_ problem: ManifestProblem) -> Bool {
    // What SOPS writes beside the values that it encrypts.
    if problem.kind == .unknownField, problem.path.hasSuffix("sops") {
      return assembler.file(problem.span.file).map { $0.file.bytes.contains("ENC[", in: 0..<$0.file.bytes.count) }
        ?? false
    }
    guard [.invalidValue, .wrongType].contains(problem.kind), let bytes = assembler.file(problem.span.file)?.file.bytes
    else { return false }
    let range = Int(problem.span.start)..<min(Int(problem.span.end), bytes.count)
    guard !range.isEmpty else { return false }
    // A label's value is complained of at its key.
    let rest = bytes[range.upperBound...].prefix(PlaceholderTexts.longest).prefix { $0 != UInt8(ascii: "\n") }
    let texts = [bytes[range]] + (rest.first == UInt8(ascii: ":") ? [rest.dropFirst()] : [])
    return texts.contains { text in
      let value = String(decoding: text, as: UTF8.self).drop { $0 == " " || $0 == "\"" || $0 == "'" }
      let isExpression = value.hasPrefix("(") && value.prefix { $0 != ")" }.contains("$")
      return isExpression || value.hasPrefix("ENC[")
        || PlaceholderTexts.isPlaceholder(String(value.prefix { $0 != " " && $0 != "," }))
    }
  }
}

/// The places of texts that nobody knows in built objects: their spelling is no fault.
struct OpenPlaces {
  private var spans: Set<SourceSpan> = []

  init(_ units: [Unit]) {
    for unit in units { for object in unit.objects { spans.formUnion(object.doubt?.spans ?? []) } }
  }

  func explain(_ problem: ManifestProblem) -> Bool {
    [.invalidValue, .wrongType].contains(problem.kind) && spans.contains(problem.span)
  }
}

/// The objects of whose texts none is open: Flux replaced what it replaces, so that a `${NAME}` in them is meant so.
struct SettledTexts {
  /// By their files, in order.
  private var objects: [FileID: [SourceSpan]] = [:]

  init(_ units: [Unit]) {
    for unit in units where unit.isSubstituted {
      for object in unit.objects where object.doubt == nil {
        objects[object.manifest.meta.document.file, default: []].append(object.manifest.meta.span)
      }
    }
    for file in objects.keys { objects[file]?.sort() }
  }

  func hold(_ problem: ManifestProblem) -> Bool {
    guard let spans = objects[problem.span.file] else { return false }
    let next = spans.partitioningIndex { $0.start > problem.span.start }
    return next > 0 && spans[next - 1].covers(problem.span)
  }
}
