internal import Diagnostics
internal import YAMLSource

/// Reads `metadata` and what stands beside it, leniently: what has a wrong shape reads as absent.
struct MetaReader {
  let document: DocumentID
  let pathPrefix: String
  /// The namespace of objects that name none.
  let defaultNamespace: String

  func read(_ object: NodeRef, apiVersion: String, kind: String) -> ObjectMeta {
    let metadata = object["metadata"]
    let metadataSpan = metadata?.firstKeySpan ?? object.firstKeySpan
    let declared = metadata?["namespace"].flatMap(writtenName)
    let name = name(metadata) ?? Located("", at: metadataSpan)
    return ObjectMeta(
      ObjectMeta.Draft(
        apiVersion: apiVersion, kind: kind, name: name, writtenName: name.value, declaredNamespace: declared,
        isPlaced: declared != nil, namespaceChange: nil, namespace: declared?.value ?? defaultNamespace,
        labels: labels(metadata?["labels"]), annotations: labels(metadata?["annotations"]), pathPrefix: pathPrefix,
        metadataSpan: metadataSpan, span: object.span, document: document,
        controller: controller(metadata?["ownerReferences"])))
  }

  private func name(_ metadata: NodeRef?) -> Located<String>? {
    if let name = metadata?["name"].flatMap(writtenName) { return name }
    guard let prefix = metadata?["generateName"].flatMap(located) else { return nil }
    return Located(prefix.value + "*", at: prefix.span)
  }

  /// A name as it is written, also one that YAML reads as a boolean or a number (`y`, `123`): no other object is meant.
  private func writtenName(_ node: NodeRef) -> Located<String>? {
    guard node.kind == .scalar, !node.isNull, !node.text.isEmpty else { return nil }
    return Located(node.text, at: node.span)
  }

  /// The kubelet's mirrors of static pods have the node as their controller: each is a pod of its own.
  private func controller(_ references: NodeRef?) -> OwnerReference? {
    for reference in references?.items ?? NodeRef.noItems where reference["controller"]?.scalar == .bool(true) {
      guard let kind = reference["kind"]?.string, kind != "Node", let name = reference["name"].flatMap(writtenName)
      else { continue }
      return OwnerReference(apiVersion: reference["apiVersion"]?.string ?? "", kind: kind, name: name.value)
    }
    return nil
  }
}

/// A string scalar with its place; `nil` for anything else.
func located(_ node: NodeRef) -> Located<String>? {
  node.string.map { Located($0, at: node.span) }
}

/// The pairs of a map of strings; a null value reads as "", pairs of other types are left out.
func labels(_ node: NodeRef?) -> [Label] {
  guard let node, node.kind == .mapping else { return [] }
  var result: [Label] = []
  result.reserveCapacity(node.count)
  for entry in node.entries {
    guard let value = entry.value.string ?? (entry.value.isNull ? "" : nil) else { continue }
    result.append(
      Label(key: entry.key.keyText, value: value, keySpan: entry.key.span, valueSpan: entry.value.span))
  }
  return result
}
