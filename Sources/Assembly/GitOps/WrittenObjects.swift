internal import Model
internal import YAMLSource

extension Assembler {
  /// An object's tree, as the build leaves it or as it is written.
  func root(of object: UnitObject) -> TreeNode? {
    if let root = object.root { return root }
    let meta = object.manifest.meta
    guard let path = path(of: meta.document.file),
      let document = (try? documents.documents(of: path, meta.document.file))?.first(where: { $0.id == meta.document })
    else { return nil }
    return document.root.item(at: meta.pathPrefix)
  }
}

extension TreeNode {
  /// The item of a list at a prefix such as `items[2].` or `objects[0].`; the node itself for an empty one.
  func item(at prefix: String) -> TreeNode? {
    var node = self
    for part in prefix.split(separator: ".") {
      let field = part.prefix { $0 != "[" }
      guard let number = Int(part.dropFirst(field.count + 1).dropLast()), let items = node[String(field)]?.items,
        items.indices.contains(number)
      else { return nil }
      node = items[number]
    }
    return node
  }
}
