/// Fields of comma-separated values (RFC 4180).
package enum CSV {
  /// The text as a field: control characters are shown as escapes, and what a spreadsheet would take for a formula starts
  /// with an apostrophe.
  package static func field(_ text: String) -> String {
    var text = DisplayText.escaped(text)
    if let first = text.utf8.first, "=+-@".utf8.contains(first) { text = "'" + text }
    guard text.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }) else { return text }
    return "\"" + text.replacingScalars { scalar, _ in scalar == "\"" ? "\"\"" : nil } + "\""
  }
}
