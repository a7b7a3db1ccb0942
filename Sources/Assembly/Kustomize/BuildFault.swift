package import Diagnostics

/// Why kustomize refuses a build, and where that is written.
package struct BuildRefusal: Error, Hashable, Sendable {
  /// *What* is wrong: no full stop.
  package let message: String
  package let span: SourceSpan
  package let remedy: String
  package var related: [RelatedPlace]

  package init(_ message: String, at span: SourceSpan, remedy: String, related: [RelatedPlace] = []) {
    self.message = message
    self.span = span
    self.remedy = remedy
    self.related = related
  }
}

/// A step of a build that is not modelled: what it does is not known.
package struct BuildGap: Hashable, Sendable {
  /// What the step may change.
  package enum Scope: Hashable, Sendable {
    /// Every field of the unit's objects, and which objects there are.
    case everything
    /// Every field of the unit's objects, but not their namespaces.
    case fields
    /// Every field of some objects, which have it noted (`BuiltObject.gap`).
    case targets
    /// Names, labels and selectors.
    case names
    /// Texts with a variable in them.
    case variables
    /// Lists of custom kinds that a patch names.
    case customLists
    /// Nothing that is there: it adds objects.
    case additions
  }

  package let scope: Scope
  /// What is not modelled, with the file's name.
  package let reason: String
  package let span: SourceSpan

  package init(_ scope: Scope, _ reason: String, at span: SourceSpan) {
    self.scope = scope
    self.reason = reason
    self.span = span
  }
}
