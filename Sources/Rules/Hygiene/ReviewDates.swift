internal import Config
internal import Diagnostics
internal import Facts

/// A date of a review that somebody wrote down.
struct ReviewDate {
  enum Kind { case last, next }

  let kind: Kind
  /// `YYYY-MM-DD`; `nil` for text that cannot be read as a date.
  let date: String?
  /// The date as it is written.
  let text: String
  let place: PolicyText
}

/// Finds the dates of reviews in comments and annotations: `Last reviewed: 2025-11-21`, `Next review: 21 Feb 2026`.
enum ReviewDates {
  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
  /// How many words may stand between the words that announce a date and the date (`reviewed by the platform team on`).
  private static let reach = 7

  static func find(in texts: [PolicyText], _ facts: LabelFacts) -> [ReviewDate] {
    texts.lazy.filter { mentionsReview($0, facts) }.flatMap { text in
      let name = words(text.key.split(separator: "/").last ?? "").joined(separator: " ")
      if let kind = kind(of: name, facts) { return named(name, kind, text) }
      return announced(in: text, facts)
    }
  }

  /// Whether a text or its key can hold one of the phrases: most have none of their words, and need not be taken apart.
  private static func mentionsReview(_ text: PolicyText, _ facts: LabelFacts) -> Bool {
    facts.reviewStems.contains { stem in text.text.mentions(stem) || text.key.mentions(stem) }
  }

  /// The date in the value of an annotation whose key speaks of a review.
  private static func named(_ name: String, _ kind: ReviewDate.Kind, _ text: PolicyText) -> [ReviewDate] {
    let date = dates(in: words(text.text[...])).first?.date
    // The value of `reviewed` alone may be a yes, or who did it.
    guard date != nil || (name.contains(" ") && !text.text.isEmpty) else { return [] }
    return [ReviewDate(kind: kind, date: date, text: text.text, place: text)]
  }

  /// The dates in a text that its words announce as those of reviews.
  private static func announced(in text: PolicyText, _ facts: LabelFacts) -> [ReviewDate] {
    let words = words(text.text[...])
    var result: [ReviewDate] = []
    var start = 0
    for found in dates(in: words) {
      let before = words[max(start, found.range.lowerBound - reach)..<found.range.lowerBound]
      if let kind = announced(by: Array(before), facts) {
        let written = words[found.range].joined(separator: " ")
        result.append(ReviewDate(kind: kind, date: found.date, text: written, place: text))
      }
      start = found.range.upperBound
    }
    if result.isEmpty, text.key.isEmpty, let rest = unreadable(text.text, facts) {
      result.append(ReviewDate(kind: rest.kind, date: nil, text: rest.text, place: text))
    }
    return result
  }

  /// What stands behind `Last reviewed:` at the start of a comment where no date could be read.
  private static func unreadable(_ text: String, _ facts: LabelFacts) -> (kind: ReviewDate.Kind, text: String)? {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let phrase = words(text[..<colon]).joined(separator: " ")
    guard phrase.contains(" "), let kind = kind(of: phrase, facts) else { return nil }
    let rest = text[text.index(after: colon)...].drop { $0 == " " }
    return rest.isEmpty ? nil : (kind, String(rest))
  }

  private static func kind(of phrase: String, _ facts: LabelFacts) -> ReviewDate.Kind? {
    facts.nextReviewWords.contains(phrase) ? .next : facts.lastReviewWords.contains(phrase) ? .last : nil
  }

  /// What the words in front of a date announce: the longest phrase that is nearest to it.
  private static func announced(by words: [String], _ facts: LabelFacts) -> ReviewDate.Kind? {
    for end in stride(from: words.count, to: 0, by: -1) {
      for length in stride(from: min(4, end), to: 0, by: -1) {
        if let kind = kind(of: words[(end - length)..<end].joined(separator: " "), facts) { return kind }
      }
    }
    return nil
  }

  /// The words of a text in lower case; `lastReviewed` is two, and so is `last-reviewed`, but numbers that belong
  /// together stay so: `2025-11-21`.
  private static func words(_ text: Substring) -> [String] {
    var result: [String] = []
    var word = ""
    var last: Character = " "
    for character in text {
      let joins = "-/.".contains(character) && last.isNumber
      if character.isLetter || character.isNumber || joins {
        let isHump = character.isUppercase && last.isLowercase
        // To count a word of any length for each of its letters would take the square of it.
        let isTime = (character == "T" || character == "t") && last.isNumber && word.prefix(8).count == 8
        if (isHump || isTime) && !word.isEmpty {
          result.append(word)
          word = ""
        }
        word += character.lowercased()
      } else if !word.isEmpty {
        result.append(word)
        word = ""
      }
      last = character
    }
    if !word.isEmpty { result.append(word) }
    return result
  }

  /// The dates among words: `2025-11-21`, `2025/11/21`, `21 Nov 2025`, `November 21 2025`. Others, such as 11/12/2025,
  /// mean different days to different people.
  private static func dates(in words: [String]) -> [(date: String, range: Range<Int>)] {
    var result: [(date: String, range: Range<Int>)] = []
    var index = 0
    while index < words.count {
      if let date = numeric(words[index]) {
        result.append((date, index..<(index + 1)))
      } else if index + 2 < words.count, let date = spelled(Array(words[index..<(index + 3)])) {
        result.append((date, index..<(index + 3)))
        index += 2
      }
      index += 1
    }
    return result
  }

  private static func numeric(_ word: String) -> String? {
    let date = String(word.map { "/.".contains($0) ? "-" : $0 }).split(separator: "-").joined(separator: "-")
    return DateText.isValid(date) ? date : nil
  }

  private static func spelled(_ words: [String]) -> String? {
    let isMonthFirst = words[0].first?.isLetter ?? false
    let (month, day) = isMonthFirst ? (words[0], words[1]) : (words[1], words[0])
    guard month.count >= 3, let number = months.firstIndex(of: String(month.prefix(3))),
      let day = Int(day.prefix { $0.isNumber }), words[2].prefix(4).allSatisfy(\.isNumber)
    else { return nil }
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let date = "\(words[2].prefix(4))-\(padded(number + 1))-\(padded(day))"
    return DateText.isValid(date) ? date : nil
  }
}

extension String {
  /// Whether a word of ASCII letters in lower case occurs in it, in whatever case.
  fileprivate func mentions(_ word: String) -> Bool {
    let word = word.utf8
    guard let first = word.first else { return false }
    var rest = utf8[...]
    while let start = rest.firstIndex(where: { $0 | 0x20 == first }) {
      rest = rest[start...]
      if rest.lazy.map({ $0 | 0x20 }).starts(with: word) { return true }
      rest = rest.dropFirst()
    }
    return false
  }
}
