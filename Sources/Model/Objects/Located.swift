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

/// A field that holds a list, as it is written: the API tells absent, null and empty apart in some places.
package enum ListField<Item: Sendable>: Sendable {
  case absent
  /// The key is there, its value is null. The span is the value's place (empty where nothing is written).
  case null(SourceSpan)
  /// The value is no list (NP004 says so).
  case invalid(SourceSpan)
  case list([Item], SourceSpan)

  /// The items; none when the field is absent, null or no list.
  package var items: [Item] {
    if case .list(let items, _) = self { items } else { [] }
  }

  /// The field with other items in its list.
  func map<Other>(_ change: (Item) -> Other) -> ListField<Other> {
    switch self {
    case .absent: .absent
    case .null(let span): .null(span)
    case .invalid(let span): .invalid(span)
    case .list(let items, let span): .list(items.map(change), span)
    }
  }

  /// Whether a list is written, be it empty.
  package var isList: Bool {
    if case .list = self { true } else { false }
  }

  package var span: SourceSpan? {
    switch self {
    case .absent: nil
    case .null(let span), .invalid(let span), .list(_, let span): span
    }
  }

  package var isAbsent: Bool {
    if case .absent = self { true } else { false }
  }
}

extension NodeRef {
  /// Where a finding about a mapping points: its first key (`decisions.md`); the node itself when it is empty or no
  /// mapping.
  package var firstKeySpan: SourceSpan {
    var entries = writtenEntries
    return entries.next()?.key.span ?? span
  }
}
