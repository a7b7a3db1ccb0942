import Assembly
import Diagnostics
import Testing
import YAMLSource

/// Files in memory and what kustomize makes of them, with places as an editor shows them.
struct SampleBuild {
  private let files: MemoryTree
  private let builder: KustomizeBuilder

  /// - Parameter texts: by path from the root.
  init(_ texts: [String: String]) {
    files = MemoryTree(Dictionary(uniqueKeysWithValues: texts.map { ("/\($0.key)", $0.value) }))
    builder = KustomizeBuilder(files, DocumentReader(files))
  }

  /// One kustomization over one file of objects.
  init(_ kustomization: String, _ objects: String) {
    self.init(["kustomization.yaml": "resources: [objects.yaml]\n" + kustomization, "objects.yaml": objects])
  }

  func build(_ directory: String = "", isRestricted: Bool = true) throws -> KustomizeBuild {
    try builder.build("/" + directory, isRestricted: isRestricted)
  }

  func objects(_ directory: String = "") throws -> [TreeNode] { try build(directory).objects.map(\.root) }

  func only(_ directory: String = "") throws -> TreeNode {
    let objects = try objects(directory)
    try #require(objects.count == 1)
    return objects[0]
  }

  /// Why kustomize refuses the build, and where; `nil` when it does not.
  func refusal(_ directory: String = "", isRestricted: Bool = true) -> (message: String, place: String)? {
    do throws(BuildRefusal) {
      _ = try builder.build("/" + directory, isRestricted: isRestricted)
      return nil
    } catch {
      return (error.message, place(error.span))
    }
  }

  /// `path:line:column`.
  func place(_ span: SourceSpan) -> String {
    guard let file = files.file(span.file) as SourceFile? else { return "?" }
    let position = LineIndex(file.bytes).position(of: span.start)
    return "\(file.path):\(position.line):\(position.column)"
  }

  /// The text that a span covers.
  func text(_ span: SourceSpan) -> String {
    String(decoding: files.file(span.file)?.bytes[Int(span.start)..<Int(span.end)] ?? [], as: UTF8.self)
  }
}

extension TreeNode {
  /// Whether there is a node at a path of keys.
  func has(_ path: String) -> Bool {
    path.split(separator: ".").reduce(self as TreeNode?) { $0?[String($1)] } != nil
  }

  /// The node at a path of keys and numbers, with dots between them.
  func at(_ path: String) throws -> TreeNode {
    try path.split(separator: ".").reduce(self) { node, step in
      if let index = Int(step), node.isSequence {
        try #require(node.items.indices.contains(index), "no item \(index)")
        return node.items[index]
      }
      return try #require(node[String(step)], "no key \(step)")
    }
  }
}
