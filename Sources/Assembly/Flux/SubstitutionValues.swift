internal import Diagnostics
internal import Model
internal import YAMLSource

/// The ConfigMaps that substitutions name: as builds of their cluster leave them, or else as they are written.
final class SubstitutionValues {
  private unowned let assembler: Assembler
  private var built: [String: [String: String]] = [:]
  private lazy var written = read()

  init(_ assembler: Assembler) { self.assembler = assembler }

  /// Takes a ConfigMap of a cluster as a build leaves it.
  func add(_ root: TreeNode, cluster: String?) {
    let (name, data) = SubstitutionValues.read(root)
    built[SubstitutionValues.key(name, cluster)] = data
  }

  /// The data of a ConfigMap; `nil` when it was not read, and when there are several with different data.
  func data(of name: String, in namespace: String, cluster: String?) -> [String: String]? {
    let name = namespace + "/" + name
    return built[SubstitutionValues.key(name, cluster)] ?? written[name]
  }

  /// No name of an object holds a space.
  private static func key(_ name: String, _ cluster: String?) -> String { name + " " + (cluster ?? "") }

  private static func read(_ root: TreeNode) -> (name: String, data: [String: String]) {
    let metadata = root["metadata"]
    let pairs = root["data"]?.textPairs ?? []
    return (
      (metadata?["namespace"]?.text ?? "default") + "/" + (metadata?["name"]?.text ?? ""),
      Dictionary(pairs.map { ($0.key, $0.value.text ?? "") }) { $1 }
    )
  }

  private func read() -> [String: [String: String]] {
    var result: [String: [String: String]] = [:]
    // Clusters often have one each of the same name: which of them is meant is not known.
    var unclear: Set<String> = []
    for file in assembler.files
    where !file.path.isEmpty && file.file.bytes.contains("ConfigMap", in: 0..<file.file.bytes.count) {
      for document in (try? assembler.documents.documents(of: file.path)) ?? []
      where document.root["kind"]?.text == "ConfigMap" {
        let (name, data) = SubstitutionValues.read(document.root)
        if let other = result.updateValue(data, forKey: name), other != data { unclear.insert(name) }
      }
    }
    return result.filter { !unclear.contains($0.key) }
  }
}
