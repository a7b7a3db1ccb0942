package import Model
internal import RuleData
internal import YAMLSource

/// A port with what listens there.
package struct NumberedPort: Sendable {
  package let number: UInt16
  package let transport: TransportProtocol
  package let title: String

  /// Each `[number, protocol, title]`.
  static func list(_ node: NodeRef?) -> [NumberedPort] {
    (node?.items ?? NodeRef.noItems).compactMap { port in
      let texts = port.texts
      guard texts.count == 3, let number = UInt16(texts[0]), let transport = TransportProtocol(rawValue: texts[1])
      else { return nil }
      return NumberedPort(number: number, transport: transport, title: texts[2])
    }
  }
}

/// A paragraph of the Security Rule with its official title.
package struct HIPAACitation: Sendable {
  /// What a NetworkPolicy can be evidence of, by the catalogue.
  package enum Support: String, Sendable {
    case supports
    case partially = "partially supports"
    /// An open plaintext port speaks against it; nothing in a policy speaks for it.
    case contrary = "contrary evidence only"
    case none = "does not address"
  }

  /// `164.312(a)(1)`.
  package let paragraph: String
  package let title: String
  package let support: Support
  /// Whether the title is that of the paragraph above, so that no other one is wrong.
  package var isUntitled = false
}

/// The catalogue of the Security Rule (`rules/hipaa.yaml`).
package final class HIPAAFacts: Sendable {
  /// What is known of a paragraph.
  package enum Status: Sendable {
    /// It is part of the Security Rule.
    case inForce
    /// It was proposed, and is not in force.
    case proposed
    /// There is no such paragraph.
    case unknown
    /// It belongs to another subpart, whose paragraphs are not known here.
    case notKnownHere
  }

  static let shared = HIPAAFacts()

  package let citations: [HIPAACitation]
  package let overclaims: Overclaims
  /// Values of the zone label that say a workload holds ePHI, in lower case.
  package let ephiZones: Set<String>
  /// Ports that are plaintext, or TLS, by convention.
  package let plaintextPorts: [NumberedPort]
  package let tlsPorts: [NumberedPort]
  private let samePorts: [NumberedPort]
  /// In lower case, for the letter's case is no other paragraph.
  private let byParagraph: [String: Int]
  /// Every paragraph, and what holds one, in lower case.
  private let existing: Set<String>
  private let proposed: Set<String>
  private let otherSections: [ClosedRange<Int>]
  /// Official titles, as sets of words, with the paragraph.
  private let titles: [(words: [String], citation: HIPAACitation)]
  private let titleWords: Set<String>
  /// The paragraphs with a heading that the catalogue has no check for, in lower case.
  private let headings: [String: HIPAACitation]

  private init() {
    let root = EvidenceCatalogue.hipaaRoot
    citations = HIPAAFacts.citations(root["citations"])
    overclaims = Overclaims(root["overclaims"])
    ephiZones = Set(root.texts("ephiZones"))
    plaintextPorts = NumberedPort.list(root["plaintextPorts"])
    tlsPorts = NumberedPort.list(root["tlsPorts"])
    let either = PortSetFacts.shared.components.flatMap(\.ports).filter { $0.security == .either }
    samePorts =
      NumberedPort.list(root["samePortTLS"])
      + either.map { NumberedPort(number: $0.number, transport: $0.transport, title: $0.use) }
    byParagraph = Dictionary(citations.enumerated().map { ($1.paragraph.lowercased(), $0) }) { first, _ in first }
    let others = (root["paragraphs"]?.pairs ?? []).map {
      HIPAACitation(paragraph: $0.key, title: $0.value.text, support: .none)
    }
    existing = HIPAAFacts.withAncestors((citations + others).map { $0.paragraph.lowercased() })
    let items = root["proposed_not_in_force"]?["items"]?.items ?? NodeRef.noItems
    // What would only be reworded is in force already.
    proposed = Set(items.compactMap { $0["id"]?.text.lowercased() }).subtracting(existing)
    otherSections = (root["otherSections"]?.items ?? NodeRef.noItems).compactMap { pair in
      let numbers = pair.texts.compactMap { Int($0) }
      return numbers.count == 2 ? numbers[0]...numbers[1] : nil
    }
    // "Standards" has no word of its own.
    titles = (citations + others).map { (HIPAAFacts.words($0.title), $0) }.filter { !$0.0.isEmpty }
    headings = Dictionary(others.filter { !$0.title.isEmpty }.map { ($0.paragraph.lowercased(), $0) }) { first, _ in
      first
    }
    titleWords = Set(titles.flatMap(\.words))
  }

  private static func citations(_ node: NodeRef?) -> [HIPAACitation] {
    (node?.items ?? NodeRef.noItems).compactMap { node in
      guard let paragraph = node["id"]?.text, let title = node["title"]?.text,
        let support = node["support"].flatMap({ HIPAACitation.Support(rawValue: $0.text) })
      else { return nil }
      let isUntitled = node["untitled"]?.hasText("true") ?? false
      return HIPAACitation(paragraph: paragraph, title: title, support: support, isUntitled: isUntitled)
    }
  }

  /// The paragraphs, and for each those that hold it: `164.312(a)(1)`, `164.312(a)`, `164.312`.
  private static func withAncestors(_ paragraphs: [String]) -> Set<String> {
    var result = Set(paragraphs)
    for paragraph in paragraphs {
      var rest = paragraph[...]
      while let open = rest.lastIndex(of: "(") {
        rest = rest[..<open]
        result.insert(String(rest))
      }
    }
    return result
  }

  /// Whether plaintext and TLS are both spoken on a port, by the settings of its server.
  package func isSamePort(_ number: UInt16, _ transport: TransportProtocol) -> Bool {
    samePorts.contains { $0.number == number && $0.transport == transport }
  }

  // MARK: Paragraphs

  /// The catalogue's entry for a paragraph, in any case.
  package func citation(_ paragraph: String) -> HIPAACitation? {
    byParagraph[paragraph.lowercased()].map { citations[$0] }
  }

  /// What a paragraph is called, with its letters in the case of the citation: of one without a heading, such as
  /// 164.312(e), what its standard is called.
  package func heading(of paragraph: String) -> HIPAACitation? {
    let known = paragraph.lowercased()
    if let citation = citation(paragraph) ?? headings[known] { return citation }
    for part in ["(1)", "(i)", "(1)(i)"] {
      guard let standard = citation(known + part) ?? headings[known + part] else { continue }
      return HIPAACitation(paragraph: paragraph, title: standard.title, support: standard.support)
    }
    return nil
  }

  package func status(of paragraph: String) -> Status {
    let paragraph = paragraph.lowercased()
    if existing.contains(paragraph) { return .inForce }
    if proposed.contains(where: { $0 == paragraph || $0.hasPrefix(paragraph + "(") || paragraph.hasPrefix($0 + "(") }) {
      return .proposed
    }
    let section = Int(paragraph.dropFirst("164.".count).prefix { $0.isNumber })
    return otherSections.contains { range in section.map(range.contains) ?? false } ? .notKnownHere : .unknown
  }

  /// The longest part of a paragraph that exists: `164.312(a)(2)` of `164.312(a)(2)(ix)`.
  package func existingPart(of paragraph: String) -> String? {
    var rest = paragraph[...]
    while let open = rest.lastIndex(of: "(") {
      rest = rest[..<open]
      if existing.contains(rest.lowercased()) { return String(rest) }
    }
    return nil
  }

  // MARK: Titles

  /// The paragraph that a title belongs to.
  package func citation(titled title: String) -> HIPAACitation? {
    let words = HIPAAFacts.words(title)
    return words.isEmpty ? nil : titles.first { $0.words == words }?.citation
  }

  /// Whether a text is the title of another paragraph than this one, or is made of the words of titles and does not hold
  /// this one: any other text is a remark of the author's.
  package func isWrongTitle(_ text: String, for citation: HIPAACitation) -> Bool {
    let words = HIPAAFacts.words(text)
    let own = HIPAAFacts.words(citation.title)
    if words.isEmpty || words == own || citation.isUntitled { return false }
    // A section may be called after any of its parts.
    let parts = citation.paragraph.lowercased() + "("
    if titles.contains(where: { $0.words == words && $0.citation.paragraph.hasPrefix(parts) }) { return false }
    if titles.contains(where: { $0.words == words }) { return true }
    return words.allSatisfy(titleWords.contains) && !words.contains(own)
  }

  /// Whether a text is a title of the regulation, in any case.
  func isTitle(_ text: Substring) -> Bool {
    let words = HIPAAFacts.words(String(text))
    return titles.contains { $0.words == words }
  }

  /// Whether a text is the title, in any case, in singular or plural, with or without what the regulation adds to it.
  package static func isSame(_ text: String, _ title: String) -> Bool { words(text) == words(title) }

  /// The words of a title in singular, without those that only say what it is.
  private static func words(_ text: String) -> [String] {
    let ignored: Set<String> = ["standard", "required", "addressable", "r", "a", "implementation", "specification"]
    return text.split { !$0.isLetter && !$0.isNumber }.map { word in
      let word = word.lowercased()
      return word.hasSuffix("s") && !word.hasSuffix("ss") ? String(word.dropLast()) : word
    }.filter { !ignored.contains($0) }
  }
}

/// Words that claim more than a NetworkPolicy can give.
package struct Overclaims: Sendable {
  /// In lower case, with single spaces.
  package let phrases: [String]
  /// Words that phrases are read without.
  package let fillers: Set<String>
  /// Pairs of lists: a word of the first claims what one of the second names soon after it.
  package let meets: Set<String>
  package let met: Set<String>
  package let achieves: Set<String>
  package let achieved: Set<String>
  /// As `compliance is guaranteed`.
  package let given: Set<String>
  /// What makes another thing of it: `compliance records`.
  package let kept: Set<String>
  package let claims: Set<String>
  package let verbs: Set<String>
  package let subjects: Set<String>
  package let encrypts: Set<String>
  package let negations: Set<String>
  /// What HIPAA is said to do, and what it asks for nowhere.
  package let requires: Set<String>
  package let required: Set<String>
  package let policies: Set<String>

  init(_ node: NodeRef?) {
    func set(_ key: StaticString) -> Set<String> { Set(node?.texts(key) ?? []) }
    phrases = node?.texts("phrases") ?? []
    fillers = set("fillers")
    meets = set("meets")
    met = set("met")
    achieves = set("achieves")
    achieved = set("achieved")
    given = set("given")
    kept = set("kept")
    claims = set("claims")
    verbs = set("verbs")
    subjects = set("subjects")
    encrypts = set("encrypts")
    negations = set("negations")
    requires = set("requires")
    required = set("required")
    policies = set("policies")
  }
}
