internal import Diagnostics
internal import Model
internal import Traffic
internal import YAMLSource

/// A suppression as it stands in the input, with what it covers.
package struct WrittenSuppression: Sendable {
  /// Which findings are covered: those whose primary place lies there.
  enum Scope: Hashable, Sendable {
    case range(SourceSpan)
    /// It stands where it can cover nothing.
    case nothing(why: String)
  }

  /// `nil` when nobody can tell what it says.
  let text: SuppressionText?
  let scope: Scope
  /// The comment, or the annotation's key.
  let span: SourceSpan
  /// The object of an annotation, and the annotation's field path.
  let object: ObjectReference?
  let path: String

  var place: Place { Place(span, of: object, path: path) }
}

/// Finds the suppressions of files.
///
/// Trees are not kept: a document that holds a suppression is read again, and no other one is.
enum SuppressionFinder {
  /// All suppressions of a run, in order of files and places.
  static func find(in project: Project, jobs: Int) async -> [WrittenSuppression] {
    await inParallel(project.files.filter(mayHoldAny), jobs: jobs) { file in
      let mayBeAnnotated = file.bytes.contains(SuppressionText.annotationDomain, in: 0..<file.bytes.count)
      return find(in: file, mayBeAnnotated ? project.manifests(of: file) : [])
    }.flatMap(\.self)
  }

  /// Whether a file can hold a suppression. O(bytes), and all that is done for files without one.
  static func mayHoldAny(_ file: SourceFile) -> Bool { file.bytes.contains("netpol-lint", in: 0..<file.bytes.count) }

  /// All suppressions of a file, in order of place.
  static func find(in file: SourceFile, _ manifests: [Manifest]) -> [WrittenSuppression] {
    let chunks = DocumentSplitter.split(file.bytes)
    return (comments(in: file, chunks) + manifests.flatMap { annotations(of: $0.meta, chunks) })
      .sorted { $0.span < $1.span }
  }

  /// An annotation covers its object; outside of a List with the comments above it.
  private static func annotations(of meta: ObjectMeta, _ chunks: [DocumentChunk]) -> [WrittenSuppression] {
    var scope = meta.span
    if meta.pathPrefix.isEmpty { scope.start = UInt32(chunks[Int(meta.document.index)].range.lowerBound) }
    return meta.annotations.compactMap { annotation in
      guard annotation.key.hasPrefix(SuppressionText.annotationPrefix) else { return nil }
      let word = annotation.key.dropFirst(SuppressionText.annotationPrefix.count)
      return WrittenSuppression(
        text: SuppressionText(annotation: word, value: annotation.value), scope: .range(scope),
        span: annotation.keySpan, object: meta.reference,
        path: "\(meta.pathPrefix)metadata.annotations.\(annotation.key)")
    }
  }

  /// The suppressions in comments. Those of a document that cannot be read are not known.
  static func comments(in file: SourceFile, _ chunks: [DocumentChunk]) -> [WrittenSuppression] {
    var result: [WrittenSuppression] = []
    var isBeforeFirstKey = true
    for (number, chunk) in chunks.enumerated() {
      if file.bytes.contains("netpol-lint:", in: chunk.range), let tree = try? YAMLReader.read(chunk, of: file) {
        var scopes = CommentScopes(
          tree: tree, chunk: chunk, next: number + 1 < chunks.count ? chunks[number + 1] : nil,
          isFirst: isBeforeFirstKey)
        for comment in tree.comments(of: chunk) {
          switch SuppressionText.read(comment: comment.text) {
          case .none: break
          case .malformed: result.append(suppression(nil, comment, .nothing(why: "")))
          case .suppression(let text): result.append(suppression(text, comment, scopes.scope(of: comment, text)))
          }
        }
      }
      isBeforeFirstKey = isBeforeFirstKey && !holdsText(file.bytes, chunk.content)
    }
    return result
  }

  private static func suppression(
    _ text: SuppressionText?, _ comment: Comment, _ scope: WrittenSuppression.Scope
  ) -> WrittenSuppression {
    WrittenSuppression(text: text, scope: scope, span: comment.span, object: nil, path: "")
  }

  /// Whether there is anything but comments and blanks.
  private static func holdsText(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    bytes[range].split(separator: 0x0A).contains { line in
      line.first { $0 > 0x20 }.map { $0 != UInt8(ascii: "#") } ?? false
    }
  }
}

/// What comments of one document cover. They are asked about in order.
private struct CommentScopes {
  private let tree: YAMLTree
  private let chunk: DocumentChunk
  private let next: DocumentChunk?
  /// Whether no document in front of this one holds anything.
  private let isFirst: Bool
  private let root: ScopeNode?
  /// The last line that was found to follow a comment, with what begins on it: all comments above it cover the same.
  private var following: (line: Range<UInt32>, node: SourceSpan?)?
  /// Whether nothing but comments follows the last comment that was asked about.
  private var isAtEnd = false

  init(tree: YAMLTree, chunk: DocumentChunk, next: DocumentChunk?, isFirst: Bool) {
    self.tree = tree
    self.chunk = chunk
    self.next = next
    self.isFirst = isFirst
    root = tree.root.map { ScopeNode($0) }
  }

  mutating func scope(of comment: Comment, _ text: SuppressionText) -> WrittenSuppression.Scope {
    let isInFront = root.map { comment.span.start < $0.node.span.start } ?? true
    if text.isForFile {
      return isFirst && isInFront
        ? .range(span(0..<tree.file.bytes.count))
        : .nothing(why: "`ignore-file` must stand before the file's first key")
    }
    if let root {
      if isInFront { return .range(span(chunk.range)) }
      if !comment.isAlone { return .range(span(line(at: Int(comment.span.start)))) }
      if let node = node(after: comment, in: root) { return .range(node) }
    }
    // Nothing follows in this document: the comment stands above the next one.
    return next.map { .range(span($0.range)) } ?? .nothing(why: "nothing follows the comment")
  }

  private mutating func node(after comment: Comment, in root: ScopeNode) -> SourceSpan? {
    if let following, comment.span.end <= following.line.lowerBound { return following.node }
    guard !isAtEnd, let line = nextLine(after: Int(comment.span.end)) else {
      isAtEnd = true
      return nil
    }
    let node = root.part(startingOn: line)
    following = (line, node)
    return node
  }

  private func span(_ range: Range<Int>) -> SourceSpan {
    SourceSpan(file: tree.file.id, start: UInt32(range.lowerBound), end: UInt32(range.upperBound))
  }

  private func line(at offset: Int) -> Range<Int> {
    let bytes = tree.file.bytes
    let start = bytes[..<offset].lastIndex { $0 == 0x0A || $0 == 0x0D }.map { $0 + 1 } ?? 0
    return start..<(bytes[offset...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count)
  }

  /// The next line of the document that is neither empty nor a comment, from its first letter on.
  private func nextLine(after offset: Int) -> Range<UInt32>? {
    var rest = tree.file.bytes[offset..<chunk.content.upperBound]
    while let start = rest.firstIndex(where: { $0 > 0x20 }) {
      let end = rest[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? rest.endIndex
      if rest[start] != UInt8(ascii: "#") { return UInt32(start)..<UInt32(end) }
      rest = rest[end...]
    }
    return nil
  }
}

/// A node with its pairs or items as arrays, to search in them.
private final class ScopeNode {
  private struct Part {
    /// The key, or the item.
    let start: UInt32
    let whole: SourceSpan
    let value: NodeRef
    let isPair: Bool
  }

  let node: NodeRef
  private lazy var parts =
    node.writtenEntries.map {
      Part(start: $0.key.span.start, whole: $0.key.span.union($0.value.span), value: $0.value, isPair: true)
    } + node.items.map { Part(start: $0.span.start, whole: $0.span, value: $0, isPair: false) }
  private var children: [Int: ScopeNode] = [:]

  init(_ node: NodeRef) { self.node = node }

  /// The outermost pair or item that begins on a line, with all that it holds. O(depth × log width).
  func part(startingOn line: Range<UInt32>) -> SourceSpan? {
    // What an alias stands for is written elsewhere.
    if node.anchorSpan != nil { return nil }
    let number = parts.partitioningIndex { $0.start >= line.lowerBound || $0.whole.end > line.lowerBound }
    guard number < parts.count else { return nil }
    let part = parts[number]
    if line.contains(part.start) { return part.whole }
    if part.isPair, part.value.kind == .scalar, line.contains(part.value.span.start) { return part.value.span }
    let child = children[number] ?? ScopeNode(part.value)
    children[number] = child
    return child.part(startingOn: line)
  }
}
