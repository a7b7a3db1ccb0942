package import Diagnostics
package import YAMLSource

/// A value with the place where it is written.
package struct Located<Value: Sendable>: Sendable {
  package var value: Value
  package var span: SourceSpan

  package init(_ value: Value, at span: SourceSpan) {
    self.value = value
    self.span = span
  }
}

extension Located: Equatable where Value: Equatable {}
extension Located: Hashable where Value: Hashable {}

/// A field of a manifest as it is written: the API tells absent, null and empty apart in some places.
package enum Field<Value: Sendable>: Sendable {
  case absent
  /// The key is there, its value is null. The span is the value's place (empty where nothing is written).
  case null(SourceSpan)
  /// The value has a shape that the API refuses (NP004 says so).
  case invalid(SourceSpan)
  case value(Value, SourceSpan)

  package var value: Value? {
    if case .value(let value, _) = self { value } else { nil }
  }

  package var span: SourceSpan? {
    switch self {
    case .absent: nil
    case .null(let span), .invalid(let span), .value(_, let span): span
    }
  }

  package var isAbsent: Bool {
    if case .absent = self { true } else { false }
  }
}

extension Field where Value: Collection {
  /// The items of a list field; none when it is absent, null or invalid.
  package var items: [Value.Element] { value.map(Array.init) ?? [] }
}

extension NodeRef {
  /// Where a finding about a mapping points: its first key (`decisions.md`); the node itself when it is empty or no
  /// mapping.
  package var firstKeySpan: SourceSpan {
    var entries = writtenEntries
    return entries.next()?.key.span ?? span
  }
}
