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

    init(_ finding: Finding) {
      (rule, severity, message) = (finding.rule, finding.severity, finding.message)
      (object, path, key) = (finding.object, finding.path, finding.key)
    }

    /// What tells them apart: of many at one object, paths do.
    func hash(into hasher: inout Hasher) {
      hasher.combine(message)
      hasher.combine(object)
      hasher.combine(path)
      if !key.isEmpty { hasher.combine(key) }
    }
  }

  /// The bytes of a document. An array hashes its elements one by one.
  private struct DocumentText: Hashable {
    let bytes: ArraySlice<UInt8>

    func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
  }

  private let sources: SourceTable
  private var chunks: [FileID: [DocumentChunk]] = [:]
  /// Each text of a document once.
  private var texts: [DocumentText: Int] = [:]
  /// How many documents have each text.
  private var countOfText: [Int] = []
  private var textOfDocument: [FileID: [Int: Int]] = [:]

  init(_ sources: SourceTable) { self.sources = sources }

  /// Each finding once, at its first place; the equal copies are related places. Only for findings that are not suppressed:
  /// what is accepted in one file is not in another one.
  mutating func merged(_ findings: [Finding]) -> [Finding] {
    // Only of findings that say the same the texts are compared.
    var texts: Set<FindingText> = []
    if findings.allSatisfy({ $0.cause != nil || texts.insert(FindingText($0)).inserted }) { return findings }
    var numbers: [Place: Int] = [:]
    var result: [Finding] = []
    var kept: [FindingID: FindingID] = [:]
    var known: [Int: Set<String>] = [:]
    let documents = findings.map { $0.cause == nil ? document(of: $0) : nil }
    if hasNoCopies { return findings }
    for (finding, document) in zip(findings, documents) {
      guard let document, countOfText[document.text] > 1 else {
        result.append(finding)
        continue
      }
      let place = Place(finding: FindingText(finding), text: document.text, offset: document.offset)
      guard let number = numbers[place] else {
        numbers[place] = result.count
        result.append(finding)
        continue
      }
      kept[finding.id] = result[number].id
      result[number].related.append(RelatedPlace(finding.span, "an equal copy"))
      // Mostly all copies have the same ones.
      if finding.worlds != result[number].worlds {
        EqualCopies.add(finding.worlds, to: &result[number].worlds, &known[2 * number, default: []])
      }
      if finding.builds != result[number].builds {
        EqualCopies.add(finding.builds, to: &result[number].builds, &known[2 * number + 1, default: []])
      }
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

  private var hasNoCopies: Bool { countOfText.allSatisfy { $0 < 2 } }

  /// The text of the document that a finding stands in, and where in it.
  private mutating func document(of finding: Finding) -> (text: Int, offset: Int)? {
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
      let content = DocumentText(bytes: sources[file].bytes[document])
      if let number = texts[content] {
        text = number
      } else {
        text = countOfText.count
        texts[content] = text
        countOfText.append(0)
      }
      countOfText[text] += 1
      textOfDocument[file, default: [:]][next] = text
    }
    return (text, Int(finding.span.start) - document.lowerBound)
  }
}
