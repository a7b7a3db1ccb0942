/// The syntax of times in metadata.
enum TimeSyntax {
  /// Whether Go's `time.Parse(time.RFC3339, text)` takes the text (apimachinery/pkg/apis/meta/v1/time.go): the hour may
  /// have one digit, and a fraction of a second may begin with a comma.
  static func isRFC3339(_ text: String) -> Bool {
    var rest = text.utf8[...]
    guard let year = number(&rest, 4...4), skip("-", &rest), let month = number(&rest, 2...2), skip("-", &rest),
      let day = number(&rest, 2...2), skip("T", &rest), let hour = number(&rest, 1...2), skip(":", &rest),
      let minute = number(&rest, 2...2), skip(":", &rest), let second = number(&rest, 2...2)
    else { return false }
    if skip(".", &rest) || skip(",", &rest) {
      guard number(&rest, 1...Int.max) != nil else { return false }
    }
    guard (1...12).contains(month), day >= 1, day <= days(month, year), hour < 24, minute < 60, second < 60 else {
      return false
    }
    if skip("Z", &rest) { return rest.isEmpty }
    guard skip("+", &rest) || skip("-", &rest), let zoneHour = number(&rest, 2...2), skip(":", &rest),
      let zoneMinute = number(&rest, 2...2)
    else { return false }
    return rest.isEmpty && zoneHour <= 24 && zoneMinute <= 60
  }

  private static func days(_ month: Int, _ year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func skip(_ byte: Unicode.Scalar, _ rest: inout Substring.UTF8View) -> Bool {
    guard rest.first == UInt8(ascii: byte) else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// A number of as many digits as there are, up to the upper bound; what does not fit an integer is its largest value.
  private static func number(_ rest: inout Substring.UTF8View, _ length: ClosedRange<Int>) -> Int? {
    var digits = 0
    var value = 0
    while digits < length.upperBound, let byte = rest.first, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
      value = digits < 9 ? value * 10 + Int(byte - UInt8(ascii: "0")) : .max
      digits += 1
      rest = rest.dropFirst()
    }
    return digits >= length.lowerBound ? value : nil
  }
}
