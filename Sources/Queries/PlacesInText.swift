internal import Diagnostics
internal import Reporting
internal import Traffic

/// Places in the texts of answers.
extension Places {
  /// The line on which a span starts.
  mutating func line(of span: SourceSpan) -> Int { range(of: span).start.line }

  /// `k8s/a.yaml:12`, safe to print.
  mutating func text(of span: SourceSpan) -> String {
    "\(DisplayText.escaped(path(of: span))):\(line(of: span))"
  }

  /// A sentence with its places as `file:line`, as it is.
  mutating func text(_ sentence: Sentence) -> String {
    sentence.text { "\(path(of: $0)):\(line(of: $0))" }
  }

  /// A sentence with its places, safe to print.
  mutating func shown(_ sentence: Sentence) -> String { DisplayText.escaped(text(sentence)) }
}
