internal import Diagnostics
internal import YAMLSource

/// What validation asks of `metadata` as a whole, of finalizers and of owners
/// (apimachinery/pkg/api/validation/objectmeta.go).
extension NetworkPolicyValidator {
  mutating func finishMetadata(_ node: NodeRef) {
    guard !node.isNull else { return }
    if text(node, "name") == "", let prefix = text(node, "generateName") {
      if prefix.isEmpty {
        failMissing("name", of: node, "the policy has no name", remedy: "write `metadata.name`")
      } else if NameSyntax.generatedNameStem(prefix) == nil,
        let fault = NameSyntax.subdomain(prefix.prefix(58) + "aaaaa")
      {
        fail(
          .invalidValue, "a name made from this generateName \(fault)", at: node["generateName"]?.span ?? node.span,
          .field("name"))
      }
    }
    checkControllers(node["ownerReferences"])
    checkDeletionFinalizers(node["finalizers"])
  }

  private mutating func checkControllers(_ owners: NodeRef?) {
    let controllers = (owners?.items ?? NodeRef.noItems).filter { $0["controller"]?.scalar == .bool(true) }
    if controllers.count > 1 {
      fail(
        .invalidValue, "only one owner can be the controller", at: controllers[1].firstKeySpan,
        .field("ownerReferences"))
    }
  }

  private mutating func checkDeletionFinalizers(_ finalizers: NodeRef?) {
    var first: NodeRef?
    for item in finalizers?.items ?? NodeRef.noItems
    where item.hasText("orphan") || item.hasText("foregroundDeletion") {
      if let first, first.text != item.text {
        fail(
          .invalidValue, "the finalizers orphan and foregroundDeletion exclude each other", at: item.span,
          .field("finalizers"))
        return
      }
      first = first ?? item
    }
  }

  // MARK: Finalizers and owners

  /// The server tells a name that is not qualified at the list, and one without a prefix at the item.
  mutating func checkFinalizer(_ text: String, _ node: NodeRef) {
    if !text.contains("/") {
      guard !NetworkPolicyValidator.standardFinalizers.contains(text) else { return }
      failValue("the finalizer `\(text)`", "needs a prefix such as `example.com/`", node)
    } else if let fault = NameSyntax.labelKey(text) {
      let item = path.last
      path.removeLast()
      failValue("the finalizer `\(text)`", fault, node)
      if let item { path.append(item) }
    }
  }

  private static let standardFinalizers = ["kubernetes", "orphan", "foregroundDeletion"]

  /// The server's paths of owners go without an index (apimachinery/pkg/api/validation/objectmeta.go,
  /// `validateOwnerReference`).
  mutating func finishOwner(_ node: NodeRef) {
    let item = path.last
    path.removeLast()
    let required: [StaticString] = ["apiVersion", "kind", "name", "uid"]
    for key in required where text(node, key) == "" { failMissing(key, of: node, "an owner needs \(key)") }
    if let version = node["apiVersion"], let text = version.string, !text.isEmpty {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      if parts.count > 2 || parts.last?.isEmpty ?? true {
        fail(.invalidValue, "`\(text)` is no version of an API", at: version.span, .field("apiVersion"))
      }
      if text == "v1", node["kind"]?.hasText("Event") ?? false {
        fail(.invalidValue, "an Event cannot be an owner", at: node.firstKeySpan)
      }
    }
    if let item { path.append(item) }
  }
}
