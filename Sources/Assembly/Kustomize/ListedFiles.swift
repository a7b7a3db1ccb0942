package import Diagnostics
internal import YAMLSource

/// What kustomizations take that are not built.
package enum ListedFiles {
  /// The entries of `resources` and `bases`; `nil` where the kustomization may make policies of what is none, or cannot be
  /// read.
  package static func ofKustomization(_ file: SourceFile) -> [String]? {
    let chunks = DocumentSplitter.split(file.bytes)
    guard chunks.allSatisfy({ $0.strayText == nil }) else { return nil }
    var names: [String] = []
    for chunk in chunks {
      guard let tree = try? YAMLReader.read(chunk, of: file) else { return nil }
      guard let node = tree.root, !node.isNull else { continue }
      let root = FieldShape.kustomization.spelled(TreeNode(node))
      if root.mayMakePolicies { return nil }
      names += (root["resources"]?.items ?? []).compactMap(\.text) + (root["bases"]?.items ?? []).compactMap(\.text)
    }
    return names
  }
}
