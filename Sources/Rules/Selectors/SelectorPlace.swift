internal import Diagnostics
internal import Model

/// One thing that a written selector asks of a key, with its place.
struct WrittenTerm {
  let key: String
  let `operator`: SelectorOperator?
  let values: [String]
  /// The key of the label pair, or the value of `key` in an expression.
  let span: SourceSpan
  /// The values' places, in order.
  let valueSpans: [SourceSpan]
  /// What the field path goes on with after the selector's own.
  let path: String
}

extension LabelSelector {
  /// Everything that the selector asks, `matchLabels` first.
  var terms: [WrittenTerm] {
    matchLabels.map {
      WrittenTerm(
        key: $0.key, operator: .in, values: [$0.value], span: $0.keySpan, valueSpans: [$0.valueSpan],
        path: "matchLabels.\($0.key)")
    }
      + matchExpressions.map {
        WrittenTerm(
          key: $0.key.value, operator: SelectorOperator(rawValue: $0.operator.value), values: $0.values.map(\.value),
          span: $0.key.span, valueSpans: $0.values.map(\.span), path: "matchExpressions[\($0.index)]")
      }
  }

  /// The last term that speaks of a key.
  func term(_ key: String) -> WrittenTerm? { terms.last { $0.key == key } }

  /// The values that the selector allows for any key: what it names.
  var namedValues: [String] { terms.filter { $0.operator == .in }.flatMap(\.values) }
}
