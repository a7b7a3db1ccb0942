/// The hashes by which GitHub code scanning finds an alert again when lines have moved: for each line, one over the
/// 100 characters that start with it.
///
/// The behaviour is that of `primaryLocationLineHash` in GitHub's upload action (github/codeql-action,
/// src/fingerprints.ts), which warns about a value that differs from its own: characters are UTF-16 code units, blanks
/// and tabs are left out, every line end is one LF, and an end mark and zeros follow the last character.
package struct LineHashes {
  private static let length = 100
  private static let base: UInt64 = 37
  private static let endOfFile: UInt16 = 65535
  /// What a character is worth when it leaves the window.
  private static let leavingFactor = (0..<length).reduce(UInt64(1)) { power, _ in power &* base }

  private var window = [UInt16](repeating: 0, count: length)
  private var hash: UInt64 = 0
  /// How many characters have entered the window.
  private var count = 0
  /// The places of the first characters of all lines so far.
  private var starts: [Int] = []
  private var lines: [(hash: UInt64, occurrence: Int)] = []
  private var occurrences: [UInt64: Int] = [:]

  /// O(bytes).
  package init(_ bytes: [UInt8]) {
    var isLineStart = true
    var followsCR = false
    for unit in String(decoding: bytes, as: UTF8.self).utf16 {
      // A blank between CR and LF parts them, as the action has it.
      let isSecondHalf = followsCR && unit == 0x0A
      followsCR = unit == 0x0D
      if unit == 0x20 || unit == 0x09 || isSecondHalf { continue }
      if isLineStart { starts.append(count) }
      isLineStart = unit == 0x0A || unit == 0x0D
      append(unit == 0x0D ? 0x0A : unit)
    }
    if isLineStart { starts.append(count) }
    append(Self.endOfFile)
    for _ in 1..<Self.length { append(0) }
  }

  /// The hash of a line (from 1), and how many lines up to this one have it: `c129715d7a2bc9a3:1`.
  package subscript(line: Int) -> String {
    let (hash, occurrence) = lines[line - 1]
    return String(hash, radix: 16) + ":\(occurrence)"
  }

  private mutating func append(_ unit: UInt16) {
    let place = count % Self.length
    hash = hash &* Self.base &+ UInt64(unit) &- Self.leavingFactor &* UInt64(window[place])
    window[place] = unit
    count += 1
    guard lines.count < starts.count, starts[lines.count] + Self.length == count else { return }
    occurrences[hash, default: 0] += 1
    lines.append((hash, occurrences[hash, default: 1]))
  }
}
