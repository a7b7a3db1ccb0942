/// A citation in a text, with the title that the text gives it.
package struct WrittenCitation: Sendable {
  /// `164.312(a)(1)`; only the section where no paragraph follows.
  package let paragraph: String
  /// What follows the paragraph and reads like a title; empty when nothing does.
  package let title: String
  /// Where the citation stands with its title, in UTF-8 offsets of the text.
  package let range: Range<Int>
  /// Where the title stands; empty when there is none.
  package let titleRange: Range<Int>

  /// The citations of a text, each with the title behind it: `§164.312(e)(1) - Integrity Controls`.
  ///
  /// A title is what stands behind the citation up to the end of the line or of a cell (`|`), a mark (`#`, `**`), a
  /// semicolon or the next citation; it is a title of the regulation, in any case, or stands behind a dash, a colon or a
  /// `|` and has at most six words, each with a capital or a small connecting word. Other prose is no title. Paragraphs
  /// are also read as `164.312.e.1`, `164.312-e-1`, `164.312_e_1`, `164_312_e_1` and `164.312 (e) (1)`; a number such as
  /// `10.164.312.1` is no citation. In lists and ranges (`§164.312(a)(1), (b) and (e)(1)`) what follows counts where there
  /// is such a paragraph.
  package static func find(in text: String) -> [WrittenCitation] {
    var result: [WrittenCitation] = []
    guard mayCite(text) else { return result }
    for line in text.split(whereSeparator: \.isNewline) {
      var rest = line[...]
      while let found = part(in: rest) {
        let isInNumber = line[..<found.lowerBound].last.map { $0.isNumber || $0 == "." || $0.isLetter } ?? false
        rest = rest[found.upperBound...]
        guard !isInNumber, let (groups, end) = paragraph(rest),
          line[found].last == "." || (groups.contains("(") && exists("164." + groups))
        else { continue }
        rest = rest[end...]
        var cited: (paragraph: String, start: String.Index, end: String.Index)? = (
          "164." + groups, found.lowerBound, end
        )
        while let one = cited {
          let title = title(of: text[one.end..<line.endIndex])
          result.append(citation(one.paragraph, one.start..<one.end, title, in: text))
          cited = title.isEmpty ? next(after: one.paragraph, in: text[one.end..<line.endIndex]) : nil
          if let cited { rest = text[cited.end..<line.endIndex] }
        }
      }
    }
    return result
  }

  /// Whether `164` stands somewhere; most texts cite nothing.
  private static func mayCite(_ text: String) -> Bool {
    var rest = text.utf8[...]
    while let start = rest.firstIndex(of: UInt8(ascii: "1")) {
      rest = rest[start...]
      if rest.starts(with: "164".utf8) { return true }
      rest.removeFirst()
    }
    return false
  }

  /// Where `164.` stands, or `164_` or `164-`, as labels have it.
  private static func part(in text: Substring) -> Range<Substring.Index>? {
    var rest = text
    while let found = rest.firstRange(of: "164") {
      rest = rest[found.upperBound...]
      if let mark = rest.first, "._-".contains(mark) { return found.lowerBound..<rest.index(after: rest.startIndex) }
    }
    return nil
  }

  private static func exists(_ paragraph: String) -> Bool {
    [.inForce, .proposed].contains(HIPAAFacts.shared.status(of: paragraph))
  }

  /// A blank of any kind, such as one at which no line is broken, or a mark of Markdown.
  private static func isMark(_ character: Character) -> Bool { character.isWhitespace || "*`_".contains(character) }

  private static func citation(
    _ paragraph: String, _ place: Range<String.Index>, _ title: Substring, in text: String
  ) -> WrittenCitation {
    func offset(_ index: String.Index) -> Int { text.utf8.distance(from: text.startIndex, to: index) }
    return WrittenCitation(
      paragraph: paragraph, title: title.split(whereSeparator: \.isWhitespace).joined(separator: " "),
      range: offset(place.lowerBound)..<offset(title.isEmpty ? place.upperBound : title.endIndex),
      titleRange: offset(title.startIndex)..<offset(title.endIndex))
  }

  /// The next paragraph of a list, which goes without its section: ` and (e)(1)`, `, (ii)`, `-(e)`. It stands for one
  /// beside that before it; what is no paragraph of the regulation is no citation.
  private static func next(
    after paragraph: String, in text: Substring
  ) -> (paragraph: String, start: String.Index, end: String.Index)? {
    var rest = text
    var isSeparated = false
    while let first = rest.first, first != "(" {
      if let word = ["and", "or", "through", "to"].first(where: { rest.hasPrefix($0 + " ") || rest.hasPrefix($0 + "(") }
      ) {
        rest = rest.dropFirst(word.count)
      } else if ",/&-–".contains(first) {
        rest = rest.dropFirst()
      } else if first.isWhitespace {
        rest = rest.dropFirst()
        continue
      } else {
        return nil
      }
      isSeparated = true
    }
    guard isSeparated else { return nil }
    let start = rest.startIndex
    var groups: [Substring] = []
    while rest.first == "(", let close = rest.firstIndex(of: ")") {
      let group = rest[rest.index(after: rest.startIndex)..<close]
      guard (1...4).contains(group.count), group.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
        break
      }
      groups.append(group)
      rest = rest[rest.index(after: close)...]
    }
    guard let first = groups.first, let level = level(of: first) else { return nil }
    let parts = paragraph.split(separator: "(")
    guard parts.count > level else { return nil }
    let kept = parts[...level].enumerated().map { $0 == 0 ? String($1) : "(" + $1 }
    let candidate = (kept + groups.map { "(\($0))" }).joined()
    guard HIPAAFacts.shared.status(of: candidate) == .inForce else { return nil }
    return (candidate, start, rest.startIndex)
  }

  /// How many parts stand before one: letters are the first, numbers the second, Roman numerals the third.
  private static func level(of group: Substring) -> Int? {
    if group.allSatisfy(\.isNumber) { return 1 }
    if group.allSatisfy({ "ivx".contains($0) }) { return 2 }
    if group.count == 1, let letter = group.first { return letter.isLowercase ? 0 : 3 }
    return nil
  }

  /// `312(a)(1)` at the start of a text, written together, and where it ends.
  private static func paragraph(_ text: Substring) -> (String, Substring.Index)? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    var rest = text[digits.endIndex...]
    guard digits.count == 3, !(rest.first?.isLetter ?? false),
      !(rest.first == "." && rest.dropFirst().first?.isNumber ?? false)
    else { return nil }
    var result = String(digits)
    if let separated = separatedParagraph(rest) { return (result + separated.0, separated.1) }
    while true {
      // Between the parts people put blanks, and a remark in brackets may stand behind one as well.
      let start = rest.drop(while: isMark)
      guard start.first == "(", let close = start.firstIndex(of: ")") else { break }
      let group = start[start.index(after: start.startIndex)..<close]
      guard (1...4).contains(group.count), group.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }),
        result.count > 3 || (group.count == 1 && group.first?.isLetter == true),
        result.count == 3 || start.startIndex == rest.startIndex || exists("164.\(result)(\(group))")
      else { break }
      result += "(\(group))"
      rest = start[start.index(after: close)...]
    }
    return (result, rest.startIndex)
  }

  /// `.a.1`, `-a-1` or `_a_1` behind the section: a letter, then letters and numbers.
  private static func separatedParagraph(_ text: Substring) -> (String, Substring.Index)? {
    guard let mark = text.first, mark == "." || mark == "-" || mark == "_" else { return nil }
    var result = ""
    var rest = text
    while rest.first == mark {
      let group = rest.dropFirst().prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
      let isFirst = result.isEmpty
      guard isFirst ? group.count == 1 && group.first?.isLetter == true : (1...4).contains(group.count) else { break }
      result += "(\(group))"
      rest = rest[group.endIndex...]
    }
    return result.isEmpty ? nil : (result, rest.startIndex)
  }

  private static func title(of rest: Substring) -> Substring {
    let none = rest[rest.startIndex..<rest.startIndex]
    let text = rest.drop(while: isMark)
    let isSeparated = text.first.map { "-–—:|".contains($0) } ?? false
    var title = isSeparated ? text.dropFirst().drop { isMark($0) || $0 == "-" } : text
    if let end = title.firstIndex(where: { "#;,.§\"'|*`_".contains($0) }) { title = title[..<end] }
    if let next = title.firstRange(of: "164.") { title = title[..<next.lowerBound] }
    while title.last?.isWhitespace ?? false { title = title.dropLast() }
    if HIPAAFacts.shared.isTitle(title) { return title }
    guard isSeparated else { return none }
    let words = title.split(whereSeparator: \.isWhitespace)
    let small: Set<Substring> = ["and", "or", "of", "from", "to", "and/or", "in", "on", "for", "the", "with"]
    guard !words.isEmpty, words.count <= 6, words[0].first?.isUppercase == true,
      words.dropFirst().allSatisfy({ $0.first?.isUppercase == true || small.contains($0) || $0.hasPrefix("(") })
    else { return none }
    return title
  }
}
