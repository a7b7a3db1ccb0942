internal import Diagnostics
internal import Model
internal import YAMLSource

/// What an author wrote about a policy as a whole or in it: a comment, or the value of an annotation.
struct PolicyText {
  /// A comment with its `#`, or the value of an annotation.
  let text: String
  let span: SourceSpan
  /// The key of the annotation or label; empty for a comment.
  let key: String
  var isLabel = false

  /// The field path, without a List's prefix.
  var path: String { key.isEmpty ? "" : "metadata.\(isLabel ? "labels" : "annotations").\(key)" }

  /// The place of a part of the text, given in UTF-8 offsets; of an annotation all of it, for its value may be written in
  /// another way than it reads.
  func span(of range: Range<Int>) -> SourceSpan {
    guard key.isEmpty else { return span }
    let start = span.start + UInt32(range.lowerBound)
    return SourceSpan(file: span.file, start: start, end: start + UInt32(range.count))
  }
}

extension Analysis {
  /// What is written about a policy: the comments from the object before it in its document, or from the start of the
  /// document, up to its end, those at the head of the file, and its annotations.
  func texts(about id: PolicyID) -> [PolicyText] {
    let policy = world[id]
    let meta = policy.meta
    var start: UInt32 = 0
    if id.index > 0, world.policies[id.index - 1].meta.document == meta.document {
      start = min(world.policies[id.index - 1].meta.span.end, meta.span.start)
    }
    var texts = start == 0 ? headComments(of: meta.span.file) : []
    let comments = comments(of: meta)
    let first = comments.partitioningIndex { $0.span.start >= start }
    for comment in comments[first...] {
      if comment.span.start >= meta.span.end { break }
      texts.append(PolicyText(text: sources.text(of: comment.span), span: comment.span, key: ""))
    }
    return texts + meta.annotations.map { PolicyText(text: $0.value, span: $0.valueSpan, key: $0.key) }
  }

  /// What may cite a paragraph: that, and the labels (`164.312-e-1`).
  func citingTexts(about id: PolicyID) -> [PolicyText] {
    texts(about: id)
      + world[id].meta.labels.map { PolicyText(text: $0.value, span: $0.valueSpan, key: $0.key, isLabel: true) }
  }

  /// The comments in front of a file's first `---`, where nothing else stands there: they speak of the whole file. They
  /// belong to no document that is read.
  private func headComments(of file: FileID) -> [PolicyText] {
    let bytes = sources[file].bytes
    var texts: [PolicyText] = []
    var start = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      let line = bytes[start..<end]
      if line.starts(with: "---".utf8) { return texts }
      if let first = line.firstIndex(where: { $0 > 0x20 }), let last = line.lastIndex(where: { $0 > 0x20 }) {
        guard bytes[first] == UInt8(ascii: "#") else { return [] }
        let span = SourceSpan(file: file, start: UInt32(first), end: UInt32(last + 1))
        texts.append(PolicyText(text: sources.text(of: span), span: span, key: ""))
      }
      start = end + 1
    }
    return []
  }
}
