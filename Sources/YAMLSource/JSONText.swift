internal import Diagnostics

/// A text of JSON that is no manifest, such as a message of a protocol.
package enum JSONText {
  /// The only value of the text; `nil` where it is no JSON, or lies more than a hundred brackets deep.
  package static func read(_ bytes: [UInt8]) -> NodeRef? {
    let file = SourceFile(id: FileID(0), path: "", bytes: bytes)
    return JSONReader.tree(file, 0..<file.bytes.count)?.root
  }
}
