/// Which template of a chart each document of rendered text comes from: `helm template` says it in a comment,
/// `# Source: chart/templates/x.yaml`.
package struct TemplateSources {
  private let sources: SourceTable
  private var known: [FileID: [Mark]] = [:]

  /// Where a document begins, and the template that it names.
  private struct Mark {
    let offset: Int
    let template: String?
  }

  package init(_ sources: SourceTable) { self.sources = sources }

  /// The template that a place was rendered from; `nil` where nothing says it. O(file) once, then O(log documents).
  package mutating func template(of span: SourceSpan) -> String? {
    let marks = known[span.file] ?? TemplateSources.marks(sources[span.file].bytes)
    known[span.file] = marks
    let after = marks.partitioningIndex { $0.offset > Int(span.start) }
    return after == 0 ? nil : marks[after - 1].template
  }

  private static let word = Array("# Source: ".utf8)

  private static func marks(_ bytes: [UInt8]) -> [Mark] {
    var marks: [Mark] = []
    bytes.withUnsafeBufferPointer { bytes in
      var start = 0
      while start < bytes.count {
        let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
        // Few lines begin so.
        switch bytes[start] {
        case UInt8(ascii: "-") where bytes[start..<end].starts(with: "---".utf8):
          marks.append(Mark(offset: start, template: nil))
        case UInt8(ascii: "#") where bytes[start..<end].starts(with: word):
          let text = bytes[(start + word.count)..<end].filter { $0 != 0x0D }
          marks.append(Mark(offset: start, template: String(decoding: text, as: UTF8.self)))
        default: break
        }
        start = end + 1
      }
    }
    return marks
  }
}
