internal import Diagnostics
internal import Facts
internal import YAMLSource

/// One entry of `images`: another name, tag or digest for an image (kustomize: `imagetag`).
struct ImageChange {
  private let pattern: AnchoredPattern
  private let newName: String
  private let newTag: String
  private let tagSuffix: String
  private let digest: String
  private let span: SourceSpan
  private let node: TreeNode

  /// - Throws: where the name is no regular expression, which it is to kustomize.
  init(_ node: TreeNode) throws(BuildRefusal) {
    func text(_ key: String) -> String { node[key]?.text ?? "" }
    guard let pattern = AnchoredPattern("(?:\(text("name")))(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?") else {
      throw BuildRefusal(
        "kustomize takes an image's name for a regular expression, and netpol-lint cannot read this one",
        at: node["name"]?.span ?? node.span, remedy: "write the image's name")
    }
    self.pattern = pattern
    newName = text("newName")
    newTag = text("newTag")
    tagSuffix = text("tagSuffix")
    digest = text("digest")
    span = node.firstPlace
    self.node = node
  }

  /// Kustomize does this twice, for lists of containers anywhere and for the fields that it knows.
  func apply(to result: inout Accumulation, _ facts: KustomizeFacts) throws(BuildRefusal) {
    try result.spend(result.resources.count * ImageChange.cost, at: span)
    try result.changeEach(.image, [node], renames: false) { (resource: inout Resource) throws(BuildRefusal) in
      try change(&resource, facts)
    }
  }

  private func change(_ resource: inout Resource, _ facts: KustomizeFacts) throws(BuildRefusal) {
    guard resource.kind != "CustomResourceDefinition" else { return }
    var copy = resource
    var isChanged = concerns(copy.root)
    if isChanged { change(&copy.root) }
    for field in facts.images {
      try FieldWriter(field, at: span, makes: .nothing).write(&copy) { node in
        guard isImage(node) else { return }
        node = TreeNode(string: changed(node.rawText), at: node.span)
        isChanged = true
      }
    }
    if isChanged { resource = copy }
  }

  /// An object has this many nodes, more or less.
  private static let cost = 20

  private static let lists = ["containers", "initContainers"]

  /// Whether the image stands anywhere below, so that objects which it does not concern stay as they are.
  private func concerns(_ node: TreeNode) -> Bool {
    switch node.content {
    case .scalar: false
    case .sequence(let items): items.contains(where: concerns)
    case .mapping(let entries):
      entries.contains { entry in
        if ImageChange.lists.contains(entry.key), entry.value.items.contains(where: { isImage($0["image"]) }) {
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
            guard let image = container["image"], isImage(image) else { return }
            container["image"] = TreeNode(string: changed(image.rawText), at: image.span)
          }
        }
        change(&value)
      }
    }
  }

  private func isImage(_ node: TreeNode?) -> Bool { node.map { $0.isScalar && pattern.matches($0.rawText) } ?? false }

  private func changed(_ text: String) -> String {
    var (name, tag, digest) = ImageChange.parts(of: text)
    if !newName.isEmpty { name = newName }
    // A tag or digest takes the place of both that were there.
    if !newTag.isEmpty || !self.digest.isEmpty {
      (tag, digest) = (newTag, self.digest)
    } else if !tagSuffix.isEmpty {
      (tag, digest) = (tag + tagSuffix, "")
    }
    return name + (tag.isEmpty ? "" : ":" + tag) + (digest.isEmpty ? "" : "@" + digest)
  }

  /// `registry:5000/name:tag@digest` in its parts.
  private static func parts(of image: String) -> (name: String, tag: String, digest: String) {
    let search = image.firstIndex(of: "/") ?? image.startIndex
    let at = image[search...].firstIndex(of: "@") ?? image.endIndex
    let colon = image[search..<at].firstIndex(of: ":") ?? at
    return (String(image[..<colon]), String(image[colon..<at].dropFirst()), String(image[at...].dropFirst()))
  }
}
