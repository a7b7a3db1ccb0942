import Diagnostics
import Foundation
import Writing
import YAMLSource

/// JSON is read as Foundation reads it, and what is written can be read again.
enum JSONFuzzer {
  static func complaint(_ bytes: [UInt8]) -> String? { writing(bytes) ?? reading(bytes) }

  private static func writing(_ bytes: [UInt8]) -> String? {
    let text = String(decoding: bytes, as: UTF8.self)
    var out = ByteWriter()
    out.json { json in
      json.object {
        $0.key(text)
        $0.value(text)
      }
    }
    let read = try? JSONSerialization.jsonObject(with: Data(out.bytes)) as? [String: String]
    // The characters that a terminal obeys are written as escapes, which mean the same.
    guard let read, let entry = read.first, read.count == 1 else {
      return "no JSON is written for \(text.debugDescription)"
    }
    let isSame = entry.key.unicodeScalars.elementsEqual(text.unicodeScalars) && entry.value == entry.key
    return isSame ? nil : "other JSON is written for \(text.debugDescription)"
  }

  private static func reading(_ bytes: [UInt8]) -> String? {
    // Foundation drops a byte order mark, even within a string.
    guard bytes.first == UInt8(ascii: "{"), !bytes.contains(0), !bytes.contains(0xEF),
      String(validating: bytes, as: UTF8.self) != nil,
      let expected = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    else { return nil }
    let file = SourceFile(id: FileID(0), path: "a.json", bytes: bytes)
    let chunks = DocumentSplitter.split(bytes)
    guard chunks.count == 1, chunks[0].isJSON else { return hasTrailingComma(bytes) ? nil : "JSON is not read as JSON" }
    do throws(YAMLProblem) {
      guard let root = try YAMLReader.read(chunks[0], of: file).root else { return "JSON is nothing" }
      return agrees(root, expected) ? nil : "JSON is read as something else"
    } catch {
      return error.kind == .tooDeep ? nil : "JSON is refused: \(error)"
    }
  }

  /// Foundation takes a comma before a closing bracket, and Go, which Kubernetes is written in, does not.
  private static func hasTrailingComma(_ bytes: [UInt8]) -> Bool {
    let written = bytes.filter { $0 > 0x20 }
    return zip(written, written.dropFirst()).contains {
      $0 == UInt8(ascii: ",") && ($1 == UInt8(ascii: "}") || $1 == UInt8(ascii: "]"))
    }
  }

  /// Whether strings, keys and the shape are the same; of keys that occur twice nothing is asked.
  private static func agrees(_ node: NodeRef, _ value: Any) -> Bool {
    switch value {
    case let text as String: return node.string.map { $0.unicodeScalars.elementsEqual(text.unicodeScalars) } ?? false
    case let items as [Any]:
      let nodes = Array(node.items)
      return node.kind == .sequence && nodes.count == items.count && zip(nodes, items).allSatisfy { agrees($0, $1) }
    case let entries as [String: Any]:
      let written = Array(node.writtenEntries)
      guard node.kind == .mapping, Set(written.map { $0.key.text }).count == written.count else {
        return node.kind == .mapping
      }
      return written.allSatisfy { entry in entries[entry.key.text].map { agrees(entry.value, $0) } ?? false }
    default: return node.kind == .scalar
    }
  }
}
