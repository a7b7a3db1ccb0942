internal import Diagnostics
internal import Traffic

/// Where things of a snapshot are, in a client's terms.
struct SnapshotPlaces {
  private let root: Root
  private let sources: SourceTable
  private let encoding: PositionEncoding
  private let documents: [String: OpenDocument]
  private var known: [FileID: TextPositions] = [:]

  /// - Parameter documents: the open ones, by absolute path.
  init(_ root: Root, _ snapshot: Snapshot, _ encoding: PositionEncoding, _ documents: [String: OpenDocument]) {
    self.root = root
    sources = snapshot.project.sources
    self.encoding = encoding
    self.documents = documents
  }

  func uri(of file: FileID) -> String {
    let path = root.path(of: file)
    return documents[path]?.uri ?? DocumentURI.uri(path)
  }

  /// The version of an open document.
  func version(of file: FileID) -> Int? { documents[root.path(of: file)]?.version }

  mutating func range(of span: SourceSpan) -> TextRange {
    let positions = positions(of: span.file)
    return TextRange(
      start: positions.position(of: Int(span.start)), end: positions.position(of: Int(max(span.start, span.end))))
  }

  mutating func positions(of file: FileID) -> TextPositions {
    if let positions = known[file] { return positions }
    let isOpen = documents[root.path(of: file)] != nil
    let positions = TextPositions(sources[file].bytes, encoding, isOpen: isOpen)
    known[file] = positions
    return positions
  }
}
