package import Diagnostics
package import Model
package import YAMLSource

/// Reads the documents of files as trees that can be changed, each file once. Not for several tasks at once.
package final class DocumentReader {
  /// A document that is no comment alone.
  package struct Document: Sendable {
    package let id: DocumentID
    package let root: TreeNode
  }

  /// A document with objects, as kustomize reads it.
  struct ResourceDocument: Sendable {
    let id: DocumentID
    let tree: ResourceTree
  }

  /// The documents of a patch.
  struct PatchDocuments {
    /// Whether it begins as JSON does, and is read as nothing else.
    var isJSON = false
    /// The first document as Kubernetes reads it; `nil` when there is none.
    var first: TreeNode?
    /// All of them as kustomize reads objects.
    var resources: [ResourceTree] = []
  }

  private let files: any FileTree
  private var known: [String: Result<[Document], YAMLProblem>] = [:]
  private var knownResources: [String: Result<[ResourceDocument], YAMLProblem>] = [:]
  private var knownPatches: [String: Result<PatchDocuments, YAMLProblem>] = [:]

  let kept: KeptAssembly?

  /// - Parameter kept: what was read for the runs before.
  package init(_ files: any FileTree, kept: KeptAssembly? = nil) {
    self.files = files
    self.kept = kept
  }

  /// The documents of a file; none where it cannot be opened.
  ///
  /// - Parameter id: finds standard input, which has no path.
  /// - Throws: the first fault of its YAML.
  package func documents(of path: String, _ id: FileID? = nil) throws(YAMLProblem) -> [Document] {
    if let known = known[path] { return try known.get() }
    let file = path.isEmpty ? id.flatMap { files.file($0) } : files.file(at: path)
    let result = DocumentReader.read(file, kept?.documents) { Document(id: $0, root: TreeNode($1)) }
    known[path] = result
    return try result.get()
  }

  /// The documents of a file with objects; see `documents`.
  func resources(of path: String) throws(YAMLProblem) -> [ResourceDocument] {
    if let known = knownResources[path] { return try known.get() }
    let result = DocumentReader.read(files.file(at: path), kept?.resources) {
      ResourceDocument(id: $0, tree: ResourceTree($1))
    }
    knownResources[path] = result
    return try result.get()
  }

  /// The documents of a file that is a patch; see `documents`.
  func patch(at path: String) throws(YAMLProblem) -> PatchDocuments {
    if let known = knownPatches[path] { return try known.get() }
    let result = DocumentReader.result { () throws(YAMLProblem) in
      guard let file = files.file(at: path) else { return PatchDocuments() }
      return try DocumentReader.patch(file, from: 0)
    }
    knownPatches[path] = result
    return try result.get()
  }

  /// The documents of a file, as `make` makes them of nodes.
  private static func read<Document>(
    _ file: SourceFile?, _ kept: KeptResults<FileID, KeptDocuments<Document>>?,
    _ make: (DocumentID, NodeRef) -> Document
  ) -> Result<[Document], YAMLProblem> {
    guard let file else { return .success([]) }
    func documents() -> KeptDocuments<Document> {
      let result = result { () throws(YAMLProblem) in
        try nodes(file).map { index, node in make(DocumentID(file: file.id, index: index), node) }
      }
      return KeptDocuments(file: file, result: result)
    }
    guard let kept else { return documents().result }
    return kept.value(for: file.id, isStill: { $0.file.isSame(as: file) }, make: documents).result
  }

  private static func result<Value>(
    _ body: () throws(YAMLProblem) -> Value
  ) -> Result<Value, YAMLProblem> {
    do throws(YAMLProblem) { return .success(try body()) } catch { return .failure(error) }
  }

  private static func nodes(_ file: SourceFile) throws(YAMLProblem) -> [(Int, NodeRef)] {
    var nodes: [(Int, NodeRef)] = []
    for (index, chunk) in DocumentSplitter.split(file.bytes).enumerated() {
      guard let root = try YAMLReader.read(chunk, of: file).root, !root.isNull else { continue }
      nodes.append((index, root))
    }
    return nodes
  }

  private static func patch(_ file: SourceFile, from start: Int) throws(YAMLProblem) -> PatchDocuments {
    var patch = PatchDocuments()
    if start < file.bytes.count, file.bytes[start] == UInt8(ascii: "[") {
      patch.isJSON = true
      let tree = try YAMLReader.read(DocumentSplitter.json(file.bytes, from: start), of: file)
      if tree.isJSON { patch.first = tree.root.map { ResourceTree($0).root } }
      return patch
    }
    try checkSeparators(file)
    let nodes = try nodes(file)
    patch.first = nodes.first.map { TreeNode($0.1) }
    patch.resources = nodes.map { ResourceTree($0.1) }
    return patch
  }

  /// - Throws: where text stands behind a `---`: kustomize takes it for the document where it reads a kustomization, a JSON
  ///   patch or replacements, and leaves it out elsewhere.
  private static func checkSeparators(_ file: SourceFile) throws(YAMLProblem) {
    for chunk in DocumentSplitter.split(file.bytes) {
      guard let stray = chunk.strayText else { continue }
      let span = SourceSpan(file: file.id, start: UInt32(stray.lowerBound), end: UInt32(stray.upperBound))
      throw YAMLProblem(.textAfterSeparator, at: span)
    }
  }

  /// The first document of a file of replacements; see `documents`.
  func replacements(of path: String) throws(YAMLProblem) -> TreeNode? {
    if let file = files.file(at: path) { try DocumentReader.checkSeparators(file) }
    return try documents(of: path).first?.root
  }

  /// The first document of a kustomization file; `nil` when it is empty.
  func kustomization(at path: String) throws(BuildRefusal) -> TreeNode? {
    do throws(YAMLProblem) {
      if let file = files.file(at: path) { try DocumentReader.checkSeparators(file) }
      return try documents(of: path).first?.root
    } catch {
      throw BuildRefusal(
        "kustomize refuses this kustomization: \(YAMLProblemMessage.text(error.kind))", at: error.span,
        remedy: "mend the YAML")
    }
  }

  /// The start of a file; `nil` where it cannot be read.
  func firstPlace(of path: String) -> SourceSpan? {
    if let root = (try? documents(of: path))?.first?.root { return root.firstPlace }
    return files.file(at: path).map { SourceSpan(file: $0.id, start: 0, end: 0) }
  }

  /// A place for what is written nowhere: the start of the first file of the run.
  var nowhere: SourceSpan { SourceSpan(file: FileID(0), start: 0, end: 0) }

  /// The documents of a patch that a scalar holds, with their places in the scalar's file where its lines stand there
  /// as they are, and the scalar's own place elsewhere.
  ///
  /// - Throws: the first fault of its YAML, at its place.
  func patch(inText scalar: TreeNode) throws(YAMLProblem) -> PatchDocuments {
    guard let text = scalar.text else { return PatchDocuments() }
    let file = files.file(scalar.span.file)
    let inner = SourceFile(id: scalar.span.file, path: file?.path ?? "", bytes: Array(text.utf8))
    let places = InlineText(scalar, inner.bytes, file)
    do throws(YAMLProblem) {
      var patch = try DocumentReader.patch(inner, from: inner.bytes.firstIndex { $0 > 0x20 } ?? 0)
      patch.first = patch.first?.movingPlaces(places.outer)
      patch.resources = patch.resources.map { $0.movingPlaces(places.outer) }
      return patch
    } catch {
      throw YAMLProblem(error.kind, at: places.outer(error.span))
    }
  }

  func file(at id: FileID) -> SourceFile? { files.file(id) }
}

/// Where the text of a scalar stands in its file: a literal block line by line, less its indentation.
private struct InlineText {
  private let whole: SourceSpan
  /// The lines of the text: where each begins, there and in the file.
  private var lines: [(inner: Int, outer: Int)] = []

  init(_ scalar: TreeNode, _ text: [UInt8], _ file: SourceFile?) {
    whole = scalar.span
    guard let file, case .scalar(let content) = scalar.content else { return }
    let span = Int(whole.start)..<min(Int(whole.end), file.bytes.count)
    switch content.style {
    case .literal: lines = InlineText.lines(text, file.bytes, span)
    case .plain: if file.bytes[span].elementsEqual(text) { lines = [(0, span.lowerBound)] }
    case .singleQuoted, .doubleQuoted:
      if span.count >= 2, file.bytes[span].dropFirst().dropLast().elementsEqual(text) {
        lines = [(0, span.lowerBound + 1)]
      }
    case .folded: break
    }
  }

  private static func lines(_ text: [UInt8], _ bytes: [UInt8], _ span: Range<Int>) -> [(inner: Int, outer: Int)] {
    guard let header = bytes[span].firstIndex(of: 0x0A) else { return [] }
    var (inner, outer) = (0, header + 1)
    var indentation: Int?
    var lines: [(inner: Int, outer: Int)] = []
    while inner < text.count, outer < bytes.count {
      let innerEnd = text[inner...].firstIndex(of: 0x0A) ?? text.count
      let outerEnd = bytes[outer...].firstIndex(of: 0x0A) ?? bytes.count
      if indentation == nil, innerEnd > inner {
        let blanks = bytes[outer..<outerEnd].prefix { $0 == 0x20 }.count
        indentation = max(0, blanks - text[inner..<innerEnd].prefix { $0 == 0x20 }.count)
      }
      lines.append((inner, min(outer + (indentation ?? 0), outerEnd)))
      (inner, outer) = (innerEnd + 1, outerEnd + 1)
    }
    return lines
  }

  func outer(_ span: SourceSpan) -> SourceSpan {
    guard let start = offset(Int(span.start)), let end = offset(Int(span.end)) else { return whole }
    return SourceSpan(file: whole.file, start: UInt32(start), end: UInt32(max(start, end)))
  }

  private func offset(_ inner: Int) -> Int? {
    var (low, high) = (0, lines.count)
    while low < high {
      let middle = (low + high) / 2
      if lines[middle].inner <= inner { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : lines[low - 1].outer + inner - lines[low - 1].inner
  }
}
