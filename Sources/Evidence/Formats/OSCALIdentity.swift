internal import Facts
internal import Reporting

/// What OSCAL documents name things by.
struct OSCALIdentity {
  static let version = "1.1.3"
  /// Where the names of our props are at home.
  static let namespace = "https://netpol-lint.io/ns/oscal"
  /// The namespace of our UUIDs, a UUID itself: 8f5c1c1e-2a7b-5d0c-9c59-6e0b3f1d7a42.
  private static let space: [UInt8] = [
    0x8F, 0x5C, 0x1C, 0x1E, 0x2A, 0x7B, 0x5D, 0x0C, 0x9C, 0x59, 0x6E, 0x0B, 0x3F, 0x1D, 0x7A, 0x42,
  ]

  private let digest: String

  /// - Parameter seed: what the document follows from.
  init(_ seed: String) { digest = SHA256.hexDigits(64, of: Array(seed.utf8)) }

  init(_ report: EvidenceReport) {
    let inputs = report.inputs.map { "\($0.path)\u{0}\($0.digest)" }.joined(separator: "\u{0}")
    let results = report.checks.flatMap { [$0.check.id, $0.result.rawValue] + $0.evidence }.joined(separator: "\u{0}")
    self.init(
      [report.today, report.state, report.toolVersion, report.catalogueDigest, inputs, results].joined(
        separator: "\u{0}"))
  }

  func uuid(_ name: String) -> String { UUIDText.version5("\(digest)\u{0}\(name)", in: OSCALIdentity.space) }

  /// One name may stand at several places, one for each world.
  func uuid(of subject: EvidenceSubject) -> String { uuid("\(subject.kind) \(subject.name)\u{0}\(subject.place)") }

  /// `hipaa-164.312.a.1`: an id begins with a letter and holds no parentheses.
  static func control(_ paragraph: String, _ catalogue: EvidenceCatalogue) -> String {
    catalogue.controlPrefix + paragraph.filter { $0 != ")" }.map { $0 == "(" ? "." : String($0) }.joined()
  }

  /// A text as the value of a prop: one line, not empty.
  static func value(_ text: String) -> String {
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.isEmpty ? "none" : words
  }
}
