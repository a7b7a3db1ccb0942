internal import Diagnostics
internal import Model
internal import YAMLSource

/// What the kind filter passes by, compared with what the full parser finds there.
package enum FilterAgreement {
  private static let ignored: Set<String> = ["Secret", "Role"]

  package struct Outcome {
    package var skipped = 0
    package var policies = 0
    /// Kinds that were skipped although somebody looks at them, with the document.
    package var complaint: String?
  }

  /// - Parameter parsesAll: whether documents are parsed too that the filter does not skip, for the count of policies.
  package static func outcome(_ bytes: [UInt8], parsesAll: Bool) -> Outcome {
    let file = SourceFile(id: FileID(0), path: "a.yaml", bytes: bytes)
    var outcome = Outcome()
    for chunk in DocumentSplitter.split(file.bytes) {
      let isSkipped = !KindFilter.mayMatter(file.bytes, chunk.content, ignored: ignored)
      outcome.skipped += isSkipped ? 1 : 0
      guard isSkipped || parsesAll else { continue }
      let kinds = kinds(chunk, of: file)
      outcome.policies += kinds.contains("NetworkPolicy") ? 1 : 0
      if isSkipped, !kinds.isSubset(of: ignored) {
        let text = String(decoding: file.bytes[chunk.content], as: UTF8.self)
        outcome.complaint = "\(kinds) is skipped in \(text.debugDescription)"
      }
    }
    return outcome
  }

  /// The kinds of the objects that a document comes to: its own, or those of its items.
  private static func kinds(_ object: NodeRef, inherited: String = "") -> Set<String> {
    let kind = object["kind"]?.string ?? inherited
    guard let items = object["items"], !items.isNull else { return [kind] }
    let itemKind = kind.hasSuffix("List") ? String(kind.dropLast(4)) : kind
    return Set(items.items.flatMap { kinds($0, inherited: itemKind) })
  }

  private static func kinds(_ chunk: DocumentChunk, of file: SourceFile) -> Set<String> {
    guard let root = (try? YAMLReader.read(chunk, of: file))?.root else { return [] }
    return kinds(root).subtracting([""])
  }
}
