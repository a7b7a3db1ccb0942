package import Diagnostics

/// Text in which places of files stand; a report writes them as `file:line`, or leaves them out where it shows places in
/// its own way.
package struct Sentence: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  fileprivate enum Piece: Hashable, Sendable {
    case text(String)
    case place(SourceSpan)
  }

  fileprivate var pieces: [Piece]

  package init(stringLiteral text: String) { pieces = [.text(text)] }

  package init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var pieces: [Piece] = []

    package init(literalCapacity: Int, interpolationCount: Int) {}

    package mutating func appendLiteral(_ text: String) { pieces.append(.text(text)) }
    package mutating func appendInterpolation(_ text: String) { pieces.append(.text(text)) }
    package mutating func appendInterpolation(_ number: Int) { pieces.append(.text("\(number)")) }
    package mutating func appendInterpolation(_ sentence: Sentence) { pieces += sentence.pieces }
    /// Shown in brackets, with a blank before.
    package mutating func appendInterpolation(_ place: SourceSpan) { pieces.append(.place(place)) }
  }

  /// Sentences in a row.
  package static func joined(_ sentences: [Sentence], by separator: String) -> Sentence {
    var result: Sentence = ""
    for (number, sentence) in sentences.enumerated() {
      if number > 0 { result.pieces.append(.text(separator)) }
      result.pieces += sentence.pieces
    }
    return result
  }

  /// Sentences in a row; more of them than can be read are counted.
  package static func list(_ sentences: [Sentence], by separator: String) -> Sentence {
    let most = 3
    let shown = joined(Array(sentences.prefix(most)), by: separator)
    return sentences.count > most ? "\(shown) and \(sentences.count - most) more" : shown
  }

  /// - Parameter place: how a place is written; `nil` to leave it out.
  package func text(_ place: (SourceSpan) -> String?) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .place(let span): place(span).map { " (\($0))" } ?? ""
      }
    }.joined()
  }

  /// Without places.
  package var text: String { text { _ in nil } }
}
