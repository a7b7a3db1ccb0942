package import Diagnostics
internal import YAMLSource

/// A report that was written earlier, as JSON.
package struct EarlierReport: Sendable {
  /// What cannot be read as one; no full stop.
  package struct Fault: Error {
    package let message: String

    package init(message: String) { self.message = message }
  }

  /// `YYYY-MM-DD`.
  package let date: String
  package let framework: String
  /// The SHA-256 of the report before it, as far as it says so.
  let supersedes: String?
  /// What had changed since then, with the words of the kinds.
  let changes: [(kind: String, change: String)]
  /// Where that was acknowledged.
  let acknowledgement: String?
  let facts: ComparedFacts

  package init(_ file: SourceFile) throws(Fault) {
    let root: NodeRef?
    do throws(YAMLProblem) {
      let chunks = DocumentSplitter.split(file.bytes)
      root = chunks.count == 1 ? try YAMLReader.read(chunks[0], of: file).root : nil
    } catch {
      root = nil
    }
    guard let root, root["schemaVersion"]?.text == "1", root["report"]?.text == "evidence",
      let date = root["date"]?.text
    else {
      throw Fault(message: "it is no report of `netpol-lint report hipaa --format json`")
    }
    self.date = date
    framework = root["framework"]?["id"]?.text ?? ""
    func text(_ section: String, _ key: String) -> String? {
      root.child(section)?.child(key).flatMap { $0.isNull ? nil : $0.text }
    }
    supersedes = text("retention", "supersedes")
    acknowledgement = text("comparison", "acknowledgement")
    let comparison = root.child("comparison")
    changes = EvidenceComparison.Kind.allCases.flatMap { kind in
      (comparison?.child(kind.key)?.items ?? NodeRef.noItems).compactMap { row in
        row.child("change").map { (kind.title, $0.text) }
      }
    }
    let flows = root.child("flows")
    let open = flows?.child("open").flatMap { $0.kind == .sequence ? $0.items.map(\.text) : nil } ?? []
    facts = ComparedFacts(completeness: flows?.child("complete")?.text ?? "", open: open) { section, table in
      let rows = root.child(section)?.child(table)
      guard let rows, rows.kind == .sequence else { return [] }
      return rows.items.map { row in
        Dictionary(row.writtenEntries.map { ($0.key.text, EarlierReport.cell($0.value)) }) { $1 }
      }
    }
  }

  private static func cell(_ node: NodeRef) -> EvidenceCell {
    if node.kind == .sequence { return .list(node.items.map(\.text)) }
    return node.isNull ? .none : .text(node.text)
  }
}

extension NodeRef {
  fileprivate func child(_ key: String) -> NodeRef? { writtenEntries.first { $0.key.text == key }?.value }
}
