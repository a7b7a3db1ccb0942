/// Writes JSON as it is called: keys keep their order, nothing is held back.
///
/// The closures of `object` and `array` make every bracket close. Inside an object each value follows a `key`; the
/// functions that take a key do both.
package struct JSONWriter: ~Copyable {
  fileprivate var out: ByteWriter
  /// Containers down to this depth put each of their elements on a line of its own: 0 is compact.
  private var lineDepth: Int
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

  /// Lets what `body` writes put elements on lines of their own down to another depth; it writes whole members.
  package mutating func withLines(to depth: Int, _ body: (inout JSONWriter) -> Void) {
    let before = lineDepth
    lineDepth = depth
    body(&self)
    lineDepth = before
  }

  package mutating func key(_ name: String) {
    separate()
    let isOnLineOfItsOwn = depth <= lineDepth
    out.write { bytes in
      JSONEscapes.appendQuoted(name, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      if isOnLineOfItsOwn { bytes.append(UInt8(ascii: " ")) }
    }
    afterKey = true
  }

  package mutating func value(_ text: String) {
    separate()
    out.write { JSONEscapes.appendQuoted(text, to: &$0) }
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
