internal import Diagnostics
internal import Traffic
internal import YAMLSource

/// Documents that stand in several files, byte for byte: what is found in all of them is one fault.
struct EqualCopies {
  /// Where in which text a finding stands.
  private struct Place: Hashable {
    let finding: FindingText
    /// The number of the document's text.
    let text: Int
    let offset: Int
  }

  private struct FindingText: Hashable {
    let rule: RuleID
    let severity: Severity
    let message: String
    let object: ObjectReference?
    let path: String
    let key: String
  }

  private let sources: SourceTable
  private var chunks: [FileID: [DocumentChunk]] = [:]
  /// Each text of a document once.
  private var texts: [ArraySlice<UInt8>: Int] = [:]
  private var textOfDocument: [FileID: [Int: Int]] = [:]

  init(_ sources: SourceTable) { self.sources = sources }

  /// Each finding once, at its first place; the equal copies are related places. Only for findings that are not suppressed:
  /// what is accepted in one file is not in another one.
  mutating func merged(_ findings: [Finding]) -> [Finding] {
    var numbers: [Place: Int] = [:]
    var result: [Finding] = []
    var kept: [FindingID: FindingID] = [:]
    var known: [Int: Set<String>] = [:]
    for finding in findings {
      guard finding.cause == nil, let place = place(of: finding) else {
        result.append(finding)
        continue
      }
      guard let number = numbers[place] else {
        numbers[place] = result.count
        result.append(finding)
        continue
      }
      kept[finding.id] = result[number].id
      result[number].related.append(RelatedPlace(finding.span, "an equal copy"))
      EqualCopies.add(finding.worlds, to: &result[number].worlds, &known[2 * number, default: []])
      EqualCopies.add(finding.builds, to: &result[number].builds, &known[2 * number + 1, default: []])
    }
    if kept.isEmpty { return findings }
    for index in result.indices {
      if let cause = result[index].cause, let first = kept[cause] { result[index].cause = first }
    }
    return result
  }

  /// Adds names that are not there yet; `known` is filled when it is first asked.
  private static func add(_ names: [String], to all: inout [String], _ known: inout Set<String>) {
    if known.isEmpty { known = Set(all) }
    for name in names where known.insert(name).inserted { all.append(name) }
  }

  private mutating func place(of finding: Finding) -> Place? {
    let file = finding.span.file
    if chunks[file] == nil { chunks[file] = DocumentSplitter.split(sources[file].bytes) }
    guard let all = chunks[file] else { return nil }
    // The last document that begins before the finding.
    let next = all.partitioningIndex { $0.content.lowerBound > Int(finding.span.start) }
    guard next > 0 else { return nil }
    let document = all[next - 1].content
    let text: Int
    if let known = textOfDocument[file]?[next] {
      text = known
    } else {
      let bytes = sources[file].bytes[document]
      text = texts[bytes] ?? texts.count
      texts[bytes] = text
      textOfDocument[file, default: [:]][next] = text
    }
    return Place(
      finding: FindingText(
        rule: finding.rule, severity: finding.severity, message: finding.message, object: finding.object,
        path: finding.path, key: finding.key),
      text: text, offset: Int(finding.span.start) - document.lowerBound)
  }
}
