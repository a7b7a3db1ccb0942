internal import Diagnostics
internal import YAMLSource

/// Recognises text that a template engine has yet to render: Helm's and other Go templates, Jinja.
enum TemplateText {
  /// What stands in templates and never in manifests. A bare `{{ x }}` is not among them: it may be a slip of the pen,
  /// and is then a syntax error as the API server sees it.
  private static let marks: [StaticString] = [
    "{{-", "{{ .", "{{.", "{{ include ", "{{ template ", "{{ if ", "{{ range ", "{{ with ", "{{ end", "{{ else", "{%",
  ]

  /// The byte at which template text starts in a document of a chart's templates that happens to be YAML: outside of
  /// quotes and comments, where it cannot be meant as it stands. `nil` when there is none.
  static func find(_ tree: YAMLTree) -> Int? { tree.unquotedOffset(of: "{{") }

  /// The byte at which template text starts in a document that is not YAML, `nil` when nothing looks like it.
  static func find(_ bytes: [UInt8], _ range: Range<Int>, isTemplate: Bool) -> Int? {
    (isTemplate ? ["{{"] : marks).compactMap { bytes.firstOffset(of: $0, in: range) }.min()
  }

  static func problem(at offset: Int, of file: SourceFile) -> ManifestProblem {
    ManifestProblem(
      .template, "this is template text that has not been rendered, so it is not read",
      at: SourceSpan(file: file.id, start: UInt32(offset), end: UInt32(offset + 2)),
      remedy: "render it first: `helm template … | netpol-lint -`, or the like for other template engines")
  }
}
