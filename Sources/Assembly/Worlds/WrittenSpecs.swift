internal import Model
internal import YAMLSource

/// The specs of objects, for finding out whether two of one identity are the same; read when they are asked for.
final class WrittenSpecs {
  private let documents: DocumentReader
  private let path: (DocumentID) -> String?
  private var roots: [DocumentID: TreeNode?] = [:]

  /// - Parameter path: the absolute path of a document's file; `nil` where it has none.
  init(_ documents: DocumentReader, path: @escaping (DocumentID) -> String?) {
    self.documents = documents
    self.path = path
  }

  /// The spec of an object; `nil` where it has none.
  func spec(of object: UnitObject) -> TreeNode? {
    if let root = object.root { return root["spec"] }
    let meta = object.manifest.meta
    return root(of: meta.document).flatMap { $0.item(at: meta.pathPrefix) }?["spec"]
  }

  private func root(of id: DocumentID) -> TreeNode? {
    if let known = roots[id] { return known }
    let root = path(id).flatMap { path in (try? documents.documents(of: path))?.first { $0.id == id }?.root }
    roots[id] = root
    return root
  }
}
