internal import Diagnostics
internal import Model
internal import YAMLSource

/// Keeps the pairs of a kustomization's `labels` out of selectors: on objects and pods they stay.
enum LabelPairsText {
  /// Each finding has the file read again: one of more bytes, which nobody writes by hand, is left alone.
  private static let mostBytes = 1 << 16

  /// `nil` where no item of `labels` with `includeSelectors: true` holds the labels.
  static func edit(_ added: [Label], _ sources: SourceTable) -> Fix.Edit? {
    guard let label = added.first else { return nil }
    let file = sources[label.keySpan.file]
    guard file.bytes.count <= mostBytes else { return nil }
    for chunk in DocumentSplitter.split(file.bytes) where chunk.range.contains(Int(label.keySpan.start)) {
      guard let root = try? YAMLReader.read(chunk, of: file).root,
        let item = root["labels"]?.items.first(where: { holds($0, label) }),
        let entry = item.entries.first(where: { $0.key.text == "includeSelectors" })
      else { continue }
      let text = WrittenText(sources, at: label.keySpan)
      return item["includeTemplates"] == nil
        ? text.replacing(entry.key.span, "includeSelectors", with: "includeTemplates")
        : Fix.Edit(entry.value.span, "false")
    }
    return nil
  }

  private static func holds(_ item: NodeRef, _ label: Label) -> Bool {
    item["pairs"]?.entries.contains { $0.key.span == label.keySpan } ?? false
  }
}
