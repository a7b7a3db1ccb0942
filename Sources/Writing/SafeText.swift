/// Text that a terminal, a log and a CI system only show: text of the input gets into it through
/// `DisplayText.escaped` alone, whatever an interpolation holds. Line ends in it are this program's own.
///
/// What standard error says is of this type, so that a new message cannot forget the escapes.
package struct SafeText: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  private init(trusted text: String) { self.text = text }

  /// Text of the input, in one line.
  package init(escaping text: String) { self.init(trusted: DisplayText.escaped(text)) }

  package var description: String { text }

  package static func + (a: SafeText, b: SafeText) -> SafeText { SafeText(trusted: a.text + b.text) }
}

extension SafeText: ExpressibleByStringInterpolation {
  /// A literal of the source: no text that was read can be one.
  package init(stringLiteral value: StaticString) { self.init(trusted: value.description) }

  package init(stringInterpolation: Interpolation) { self.init(trusted: stringInterpolation.text) }

  package struct Interpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    package mutating func appendLiteral(_ literal: StaticString) { text += literal.description }

    package mutating func appendInterpolation(_ value: SafeText) { text += value.text }

    package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      text += DisplayText.escaped(value.description)
    }
  }
}

extension Sequence<SafeText> {
  /// All in one, with `separator` between them.
  package func joined(separator: SafeText) -> SafeText {
    var result: SafeText?
    for part in self { result = result.map { $0 + separator + part } ?? part }
    return result ?? ""
  }
}
