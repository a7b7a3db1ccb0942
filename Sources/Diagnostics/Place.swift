/// Where a finding stands: the text that it marks, and what the API server calls that.
package struct Place: Hashable, Sendable {
  package var span: SourceSpan
  /// `nil` where it is about no object: in the config, say.
  package var object: ObjectReference?
  /// The API server's field path; empty for what concerns no field.
  package var path: String

  package init(_ span: SourceSpan, of object: ObjectReference? = nil, path: String = "") {
    self.span = span
    self.object = object
    self.path = path
  }

  /// A field below it, by the path from here: `ports[0].endPort`.
  package func field(_ path: String, at span: SourceSpan) -> Place {
    Place(span, of: object, path: "\(self.path).\(path)")
  }

  /// The same field, with another part of it marked.
  package func marking(_ span: SourceSpan) -> Place { Place(span, of: object, path: path) }

  /// What stands here, for findings to account for; nothing where that is no object's.
  package var subjects: [Subject] { object.map { [Subject($0, path)] } ?? [] }
}
