internal import Facts

extension WrittenCitation {
  /// The citations of a text whose title the regulation gives to another paragraph or to none.
  static func mislabelled(in text: String, _ facts: Facts) -> [WrittenCitation] {
    find(in: text).filter { written in
      guard !written.title.isEmpty, let citation = facts.hipaa.heading(of: written.paragraph) else { return false }
      return facts.hipaa.isWrongTitle(written.title, for: citation)
    }
  }
}
