package import Diagnostics

/// Alternatives in a world that nothing but the order of their paths put there: no answer that rests on two branches is
/// definite.
package struct Branch: Hashable, Sendable {
  /// How messages name it: the unit that stands for it.
  package let name: String
  /// What placed the unit; `nil` for one without a place.
  package let span: SourceSpan?

  package init(name: String, at span: SourceSpan?) {
    self.name = name
    self.span = span
  }
}

/// A branch of a world: its place in `World.branches`.
package struct BranchID: WorldID {
  package let index: Int

  package init(_ index: Int) { self.index = index }
}

/// What tells the objects of a world apart: where one is written, and what its build calls it.
package struct ObjectKey: Hashable, Sendable {
  private let span: SourceSpan
  private let namespace: String
  private let name: String

  package init(_ meta: ObjectMeta) {
    span = meta.span
    namespace = meta.namespace
    name = meta.name.value
  }
}
