import Config
import Testing

@Suite struct DateTextTests {
  @Test(arguments: [
    ("2026-11-24", "2026-11-24", 0), ("2025-11-21", "2026-02-21", 92), ("2024-02-28", "2024-03-01", 2),
    ("2023-02-28", "2023-03-01", 1), ("1999-12-31", "2000-01-01", 1), ("2000-02-28", "2000-03-01", 2),
    ("2026-03-01", "2026-02-28", -1), ("2000-01-01", "2400-01-01", 146_097),
  ])
  func daysBetweenDates(_ start: String, _ end: String, _ days: Int) {
    #expect(DateText.days(from: start, to: end) == days)
  }

  @Test func whatIsNoDateHasNoDistance() {
    #expect(DateText.days(from: "2026-02-30", to: "2026-03-01") == nil)
    #expect(DateText.days(from: "2026-02-01", to: "") == nil)
  }
}
