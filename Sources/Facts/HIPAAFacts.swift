internal import RuleData
internal import YAMLSource

/// A paragraph of the Security Rule with its official title.
package struct HIPAACitation: Sendable {
  /// `164.312(a)(1)`.
  package let paragraph: String
  package let title: String
}

/// A citation in a text, with the title that the text gives it.
package struct WrittenCitation: Sendable {
  package let paragraph: String
  /// What follows the paragraph and reads like a title.
  package let title: String
}

/// The catalogue of the Security Rule (`rules/hipaa.yaml`).
package struct HIPAAFacts: Sendable {
  static let shared = HIPAAFacts()

  package let citations: [HIPAACitation]
  private let byParagraph: [String: Int]

  private init() {
    let root = FactFile.root(RuleData.hipaa, "hipaa.yaml")
    citations = HIPAAFacts.read(root["citations"])
    byParagraph = Dictionary(citations.enumerated().map { ($1.paragraph, $0) }) { first, _ in first }
  }

  private static func read(_ node: NodeRef?) -> [HIPAACitation] {
    guard let node else { return [] }
    func citation(_ paragraph: String?, _ node: NodeRef) -> HIPAACitation? {
      guard let paragraph = paragraph ?? (node["id"] ?? node["citation"])?.text,
        let title = (node["title"] ?? node["heading"])?.text
      else { return nil }
      return HIPAACitation(paragraph: paragraph, title: title)
    }
    return node.kind == .sequence
      ? node.items.compactMap { citation(nil, $0) } : node.pairs.compactMap { citation($0.key, $0.value) }
  }

  package func citation(_ paragraph: String) -> HIPAACitation? { byParagraph[paragraph].map { citations[$0] } }

  /// The paragraph that a title belongs to.
  package func citation(titled title: String) -> HIPAACitation? {
    citations.first { HIPAAFacts.isSame(title, $0.title) }
  }

  /// Whether a text is the title, in any case, with or without what the regulation adds to it.
  package static func isSame(_ text: String, _ title: String) -> Bool { words(text) == words(title) }

  /// The words of a title without those that only say what it is.
  private static func words(_ text: String) -> [String] {
    let ignored: Set<String> = ["standard", "required", "addressable", "r", "a", "implementation", "specification"]
    return text.split { !$0.isLetter && !$0.isNumber }.map { $0.lowercased() == "or" ? "or" : $0.lowercased() }
      .filter { !ignored.contains($0) }
  }

  /// The citations of a text, each with the title behind it: `§164.312(e)(1) - Integrity Controls`.
  ///
  /// A title is what stands behind a dash or a colon up to the end of the line, a mark (`#`), a semicolon or the next
  /// citation, and has at most six words, each with a capital or a small connecting word. Other prose is no title.
  package static func find(in text: String) -> [WrittenCitation] {
    var result: [WrittenCitation] = []
    for line in text.split(whereSeparator: \.isNewline) {
      var rest = line[...]
      while let start = rest.firstRange(of: "164.")?.lowerBound {
        rest = rest[start...]
        let paragraph = rest.prefix { $0.isNumber || $0 == "." || $0 == "(" || $0 == ")" || $0.isLetter }
        let trimmed = paragraph.last == "." ? paragraph.dropLast() : paragraph
        rest = rest[trimmed.endIndex...]
        guard trimmed.count > 4 else { continue }
        result.append(WrittenCitation(paragraph: String(trimmed), title: title(of: rest)))
      }
    }
    return result
  }

  private static func title(of rest: Substring) -> String {
    let text = rest.drop { $0 == " " }
    guard let separator = text.first, "-–—:".contains(separator) else { return "" }
    var title = text.dropFirst().drop { $0 == " " || $0 == "-" }
    if let end = title.firstIndex(where: { "#;,.§".contains($0) }) { title = title[..<end] }
    if let next = title.firstRange(of: "164.") { title = title[..<next.lowerBound] }
    let words = title.split(separator: " ")
    let small: Set<Substring> = ["and", "or", "of", "from", "to", "and/or", "in", "on", "for", "the", "with"]
    guard !words.isEmpty, words.count <= 6, words[0].first?.isUppercase == true,
      words.dropFirst().allSatisfy({ $0.first?.isUppercase == true || small.contains($0) || $0.hasPrefix("(") })
    else { return "" }
    return words.joined(separator: " ")
  }
}
