internal import YAMLSource

/// One entry of `images`: another name, tag or digest for an image (kustomize: `imagetag`).
struct ImageChange {
  private let name: String
  private let newName: String
  private let newTag: String
  private let tagSuffix: String
  private let digest: String

  init(_ node: TreeNode) {
    func text(_ key: String) -> String { node[key]?.text ?? "" }
    name = text("name")
    newName = text("newName")
    newTag = text("newTag")
    tagSuffix = text("tagSuffix")
    digest = text("digest")
  }

  func apply(to resources: inout [Resource]) {
    for index in resources.indices
    where resources[index].kind != "CustomResourceDefinition" && concerns(resources[index].root) {
      change(&resources[index].root)
    }
  }

  private static let lists = ["containers", "initContainers"]

  /// Whether the image stands anywhere below, so that objects which it does not concern stay as they are.
  private func concerns(_ node: TreeNode) -> Bool {
    switch node.content {
    case .scalar: false
    case .sequence(let items): items.contains(where: concerns)
    case .mapping(let entries):
      entries.contains { entry in
        if ImageChange.lists.contains(entry.key), entry.value.items.contains(where: { isImage($0["image"]?.text) }) {
          return true
        }
        return concerns(entry.value)
      }
    }
  }

  /// Lists of containers may stand at any depth.
  private func change(_ node: inout TreeNode) {
    if node.isSequence {
      node.changeItems { change(&$0) }
      return
    }
    for key in node.entries.map(\.key) {
      node.change(key) { value in
        if ImageChange.lists.contains(key) {
          value.changeItems { container in
            guard let image = container["image"], isImage(image.text), let text = image.text else { return }
            container["image"] = TreeNode(string: changed(text), at: image.span)
          }
        }
        change(&value)
      }
    }
  }

  private func isImage(_ text: String?) -> Bool { text.map { ImageChange.parts(of: $0).name == name } ?? false }

  private func changed(_ text: String) -> String {
    let parts = ImageChange.parts(of: text)
    var result = newName.isEmpty ? parts.name : newName
    if !newTag.isEmpty, !digest.isEmpty { return result + ":" + newTag + "@" + digest }
    if !newTag.isEmpty { return result + ":" + newTag + tagSuffix }
    if !digest.isEmpty { return result + "@" + digest }
    if !parts.tag.isEmpty { result += ":" + parts.tag + tagSuffix }
    if !parts.digest.isEmpty { result += "@" + parts.digest }
    return result
  }

  /// `registry:5000/name:tag@digest` in its parts.
  private static func parts(of image: String) -> (name: String, tag: String, digest: String) {
    var rest = image[...]
    var digest = ""
    if let at = rest.firstIndex(of: "@") {
      digest = String(rest[rest.index(after: at)...])
      rest = rest[..<at]
    }
    let slash = rest.lastIndex(of: "/") ?? rest.startIndex
    guard let colon = rest[slash...].firstIndex(of: ":") else { return (String(rest), "", digest) }
    return (String(rest[..<colon]), String(rest[rest.index(after: colon)...]), digest)
  }
}
