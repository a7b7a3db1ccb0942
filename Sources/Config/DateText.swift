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
