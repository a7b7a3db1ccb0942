internal import Diagnostics
internal import Traffic
internal import Writing

/// Places in the texts of answers.
extension Places {
  /// A sentence with its places as `file:line`, as it is.
  mutating func text(_ sentence: Sentence) -> String {
    sentence.text { "\(path(of: $0)):\(line(of: $0))" }
  }

  /// A sentence with its places, safe to print.
  mutating func shown(_ sentence: Sentence) -> String { DisplayText.escaped(text(sentence)) }
}
