/// Dates as text.
package enum DateText {
  /// Whether a text is a date of the calendar, `YYYY-MM-DD`.
  package static func isValid(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2], let year = Int(parts[0]), let month = Int(parts[1]),
      let day = Int(parts[2]), (1...12).contains(month)
    else { return false }
    let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    return (1...days).contains(day)
  }

  /// The date some years later; the 29th of February becomes the 1st of March where there is none.
  package static func adding(years: Int, to date: String) -> String? {
    guard isValid(date), let year = Int(date.prefix(4)) else { return nil }
    let later = String(year + years)
    let text = String(repeating: "0", count: max(0, 4 - later.count)) + later + date.dropFirst(4)
    return isValid(text) ? text : later + "-03-01"
  }

  /// The date some days later, at most 100 years; `nil` for text that is no date.
  package static func adding(days count: Int, to date: String) -> String? {
    guard isValid(date), (0...36_525).contains(count) else { return nil }
    var parts = date.split(separator: "-").compactMap { Int($0) }
    func text() -> String {
      parts.enumerated().map { index, part in
        String(repeating: "0", count: max(0, (index == 0 ? 4 : 2) - String(part).count)) + String(part)
      }.joined(separator: "-")
    }
    for _ in 0..<count {
      parts[2] += 1
      if isValid(text()) { continue }
      parts[2] = 1
      parts[1] += 1
      if parts[1] > 12 {
        parts[1] = 1
        parts[0] += 1
      }
    }
    return text()
  }

  /// The days between two dates, negative when `end` lies before `start`; `nil` for text that is no date.
  package static func days(from start: String, to end: String) -> Int? {
    guard let start = dayNumber(start), let end = dayNumber(end) else { return nil }
    return end - start
  }

  /// Days since a fixed day, in the Gregorian calendar. The year is taken to start in March, so that leap days end it.
  private static func dayNumber(_ text: String) -> Int? {
    let parts = text.split(separator: "-").compactMap { Int($0) }
    guard isValid(text), parts.count == 3 else { return nil }
    let year = parts[1] > 2 ? parts[0] : parts[0] - 1
    let month = (parts[1] + 9) % 12
    return 365 * year + year / 4 - year / 100 + year / 400 + (306 * month + 5) / 10 + parts[2]
  }
}
