import Diagnostics
import YAMLSource

/// What the reader of simple YAML reads, libyaml reads in the same way.
enum SimpleYAMLFuzzer {
  static func complaint(_ bytes: [UInt8]) -> String? {
    let file = SourceFile(id: FileID(0), path: "a.yaml", bytes: bytes)
    for chunk in DocumentSplitter.split(file.bytes) where !chunk.isJSON {
      if YAMLReader.readsSimpleYAMLAlike(chunk, of: file) == false { return "libyaml reads this otherwise" }
    }
    return nil
  }
}
