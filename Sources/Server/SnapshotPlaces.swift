internal import Diagnostics
internal import Traffic

/// Where things of a snapshot are, in a client's terms.
struct SnapshotPlaces {
  private let sources: SourceTable
  private let folder: String
  private let encoding: PositionEncoding
  /// The URIs of open documents, by path.
  private let openURIs: [String: String]
  private var known: [FileID: TextPositions] = [:]

  init(_ sources: SourceTable, folder: String, _ encoding: PositionEncoding, openURIs: [String: String]) {
    self.sources = sources
    self.folder = folder
    self.encoding = encoding
    self.openURIs = openURIs
  }

  func uri(of file: FileID) -> String { uri(ofPath: sources[file].path) }

  func uri(ofPath path: String) -> String {
    openURIs[path] ?? DocumentURI.uri(path.hasPrefix("/") ? path : folder + "/" + path)
  }

  mutating func range(of span: SourceSpan) -> TextRange {
    let positions = positions(of: span.file)
    return TextRange(
      start: positions.position(of: Int(span.start)), end: positions.position(of: Int(max(span.start, span.end))))
  }

  mutating func positions(of file: FileID) -> TextPositions {
    if let positions = known[file] { return positions }
    let positions = TextPositions(sources[file].bytes, encoding)
    known[file] = positions
    return positions
  }
}
