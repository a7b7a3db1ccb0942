/// Writes JSON as it is called: keys keep their order, nothing is held back.
///
/// The closures of `object` and `array` make every bracket close. Inside an object each value follows a `key`; the
/// functions that take a key do both.
package struct JSONWriter: ~Copyable {
  fileprivate var out: ByteWriter
  /// Containers down to this depth put each of their elements on a line of its own: 0 is compact.
  private let lineDepth: Int
  private var depth = 0
  /// Whether the next value or key follows another one.
  private var follows = false
  private var afterKey = false

  fileprivate init(_ out: consuming ByteWriter, lineDepth: Int) {
    self.out = out
    self.lineDepth = lineDepth
  }

  /// Whether the sink has thrown; what is written from then on is dropped.
  package var failed: Bool { out.failed }

  package mutating func object(_ body: (inout JSONWriter) -> Void) {
    container(open: UInt8(ascii: "{"), close: UInt8(ascii: "}"), body)
  }

  package mutating func array(_ body: (inout JSONWriter) -> Void) {
    container(open: UInt8(ascii: "["), close: UInt8(ascii: "]"), body)
  }

  package mutating func key(_ name: String) {
    separate()
    writeQuoted(name)
    out.append(UInt8(ascii: ":"))
    if depth <= lineDepth { out.append(UInt8(ascii: " ")) }
    afterKey = true
  }

  package mutating func value(_ text: String) {
    separate()
    writeQuoted(text)
  }

  package mutating func value(_ number: Int) {
    separate()
    out.append(number)
  }

  package mutating func value(_ truth: Bool) {
    separate()
    out.append(truth ? "true" : "false")
  }

  package mutating func null() {
    separate()
    out.append("null")
  }

  /// A value that `body` writes as JSON itself.
  package mutating func value(_ body: (inout ByteWriter) -> Void) {
    separate()
    body(&out)
  }

  private mutating func container(open: UInt8, close: UInt8, _ body: (inout JSONWriter) -> Void) {
    separate()
    out.append(open)
    depth += 1
    follows = false
    body(&self)
    depth -= 1
    if follows && depth < lineDepth { breakLine() }
    out.append(close)
    follows = true
  }

  private mutating func separate() {
    if afterKey {
      afterKey = false
      return
    }
    if follows { out.append(UInt8(ascii: ",")) }
    if depth > 0 && depth <= lineDepth { breakLine() }
    follows = true
  }

  private mutating func breakLine() {
    out.newline()
    out.append(repeating: UInt8(ascii: " "), count: 2 * depth)
  }

  private mutating func writeQuoted(_ text: String) {
    var text = text
    out.append(UInt8(ascii: "\""))
    let isSimple = text.withUTF8 { bytes in
      guard JSONEscapes.isSimple(bytes) else { return false }
      var run = 0
      for (index, byte) in bytes.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
        out.append(UnsafeBufferPointer(rebasing: bytes[run..<index]))
        out.append(JSONEscapes.escape(Unicode.Scalar(byte)))
        run = index + 1
      }
      out.append(UnsafeBufferPointer(rebasing: bytes[run...]))
      return true
    }
    if !isSimple { out.append(JSONEscapes.escaped(text)) }
    out.append(UInt8(ascii: "\""))
  }
}

extension JSONWriter {
  /// A member whose value is `null` for `nil`.
  package mutating func member(_ name: String, _ text: String?) {
    key(name)
    if let text { value(text) } else { null() }
  }

  /// A member whose value is `null` for `nil`.
  package mutating func member(_ name: String, _ number: Int?) {
    key(name)
    if let number { value(number) } else { null() }
  }

  /// A member whose value is `null` for `nil`.
  package mutating func member(_ name: String, _ truth: Bool?) {
    key(name)
    if let truth { value(truth) } else { null() }
  }

  package mutating func object(_ name: String, _ body: (inout JSONWriter) -> Void) {
    key(name)
    object(body)
  }

  package mutating func array(_ name: String, _ body: (inout JSONWriter) -> Void) {
    key(name)
    array(body)
  }

  package mutating func member(_ name: String, _ texts: [String]) {
    array(name) { json in
      for text in texts { json.value(text) }
    }
  }
}

extension ByteWriter {
  /// Writes one JSON value and a line end.
  ///
  /// - Parameter lineDepth: containers down to this depth put each element on its own line; 0 is compact, `Int.max`
  ///   pretty.
  package mutating func json(lineDepth: Int = 0, _ body: (inout JSONWriter) -> Void) {
    var json = JSONWriter(self, lineDepth: lineDepth)
    body(&json)
    self = json.out
    newline()
  }
}
