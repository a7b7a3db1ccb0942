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
    let declared = metadata?["namespace"].flatMap(located).flatMap { $0.value.isEmpty ? nil : $0 }
    return ObjectMeta(
      apiVersion: apiVersion, kind: kind, name: name(metadata) ?? Located("", at: metadataSpan),
      declaredNamespace: declared, namespace: declared?.value ?? defaultNamespace,
      labels: labels(metadata?["labels"]), annotations: labels(metadata?["annotations"]), pathPrefix: pathPrefix,
      metadataSpan: metadataSpan, span: object.span, document: document,
      controller: controller(metadata?["ownerReferences"]))
  }

  private func name(_ metadata: NodeRef?) -> Located<String>? {
    // `y` and `1.0` are no strings, which the API server says; it is still what the object is called here.
    if let node = metadata?["name"], node.kind == .scalar, !node.isNull, !node.text.isEmpty {
      return Located(node.text, at: node.span)
    }
    guard let prefix = metadata?["generateName"].flatMap(located) else { return nil }
    return Located(prefix.value + "*", at: prefix.span)
  }

  private func controller(_ references: NodeRef?) -> OwnerReference? {
    for reference in references?.items ?? NodeRef.noItems where reference["controller"]?.scalar == .bool(true) {
      guard let kind = reference["kind"]?.string, let name = reference["name"]?.string else { continue }
      return OwnerReference(apiVersion: reference["apiVersion"]?.string ?? "", kind: kind, name: name)
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
  for entry in node.entries {
    guard let value = entry.value.string ?? (entry.value.isNull ? "" : nil) else { continue }
    result.append(
      Label(key: entry.key.keyText, value: value, keySpan: entry.key.span, valueSpan: entry.value.span))
  }
  return result
}
