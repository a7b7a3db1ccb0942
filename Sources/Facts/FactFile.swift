internal import Diagnostics
internal import RuleData
internal import YAMLSource

/// Reads one of the data files that are embedded in the binary.
///
/// A file that cannot be read is an error of the program, not of the user's input: the tests read all of them.
enum FactFile {
  /// `labels.yaml`, which several facts are taken from.
  static let labels = root(RuleData.labels, "labels.yaml")

  static func root(_ bytes: [UInt8], _ name: String) -> NodeRef {
    let file = SourceFile(id: FileID(0), path: name, bytes: bytes)
    guard let chunk = DocumentSplitter.split(bytes).first else { preconditionFailure("\(name) is empty") }
    do throws(YAMLProblem) {
      guard let root = try YAMLReader.read(chunk, of: file).root else { preconditionFailure("\(name) is empty") }
      return root
    } catch {
      preconditionFailure("\(name): \(error)")
    }
  }
}

extension NodeRef {
  /// The texts of a list of scalars.
  var texts: [String] { items.map(\.text) }

  /// A list of scalars under a key; empty when the key is absent.
  func texts(_ key: StaticString) -> [String] { self[key]?.texts ?? [] }

  /// A mapping's pairs with the keys as text, in the order of the file.
  var pairs: [(key: String, value: NodeRef)] { writtenEntries.map { ($0.key.text, $0.value) } }
}
