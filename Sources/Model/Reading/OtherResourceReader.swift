internal import Diagnostics
internal import YAMLSource

/// Reads an object of any other kind for what it shows: labels that pods may have, and Services that it calls.
enum OtherResourceReader {
  static func read(_ object: NodeRef, meta: ObjectMeta) -> OtherResource {
    var labelMaps: [LabelSet] = []
    var references: [ServiceReference] = []
    collect(object, namespace: meta.namespace, isLabelMap: false, &labelMaps, &references)
    return OtherResource(
      meta: meta, labelMaps: labelMaps, serviceReferences: references, monitor: MonitorReader.read(object, meta: meta),
      texts: meta.kind == "ConfigMap" ? TextReader.data(object) : [], binding: binding(object, meta),
      mountsToken: meta.kind == "ServiceAccount" ? object["automountServiceAccountToken"].flatMap(boolean) : nil,
      makesPolicies: makesPolicies(object, meta),
      gatewayClass: meta.kind == "Gateway" ? object["spec"]?["gatewayClassName"]?.string : nil,
      endpoints: EndpointsReader.read(object, meta))
  }

  /// Whether NetworkPolicies come of the object.
  private static func makesPolicies(_ object: NodeRef, _ meta: ObjectMeta) -> Bool {
    switch meta.group {
    case "kyverno.io":
      (object["spec"]?["rules"]?.items ?? NodeRef.noItems).contains { rule in
        rule["generate"].map { holdsText("NetworkPolicy", $0) } ?? false
      }
    case "policies.kyverno.io": meta.kind.hasSuffix("GeneratingPolicy") && holdsText("NetworkPolicy", object)
    case "capsule.clastix.io": object["spec"]?["networkPolicies"]?["items"].map { $0.count > 0 } ?? false
    default: false
    }
  }

  private static func holdsText(_ text: String, _ node: NodeRef) -> Bool {
    switch node.kind {
    case .scalar: node.text.contains(text)
    case .sequence: node.items.contains { holdsText(text, $0) }
    case .mapping: node.entries.contains { holdsText(text, $0.value) }
    }
  }

  /// A ServiceAccount without a namespace is one of the RoleBinding's own (`appliesToUser` of the RBAC authorizer).
  private static func binding(_ object: NodeRef, _ meta: ObjectMeta) -> RoleBinding? {
    guard meta.group == "rbac.authorization.k8s.io", ["RoleBinding", "ClusterRoleBinding"].contains(meta.kind) else {
      return nil
    }
    var accounts: [Located<RoleBinding.Account>] = []
    let own = meta.kind == "RoleBinding" ? meta.namespace : nil
    for subject in object["subjects"]?.items ?? NodeRef.noItems {
      guard subject["kind"]?.hasText("ServiceAccount") ?? false, let name = subject["name"].flatMap(located),
        let namespace = subject["namespace"]?.string ?? own
      else { continue }
      accounts.append(Located(RoleBinding.Account(namespace: namespace, name: name.value), at: name.span))
    }
    return RoleBinding(role: object["roleRef"]?["name"]?.string ?? "", accounts: accounts)
  }

  /// Walks the whole object; its depth is bounded by the reader's limit.
  private static func collect(
    _ node: NodeRef, namespace: String, isLabelMap: Bool, _ labelMaps: inout [LabelSet],
    _ references: inout [ServiceReference]
  ) {
    switch node.kind {
    case .scalar: return
    case .sequence:
      for (number, item) in node.items.enumerated() {
        let known = references.count
        collect(item, namespace: namespace, isLabelMap: false, &labelMaps, &references)
        if references.count > known { prefix(references[known...].indices, "[\(number)]", &references) }
      }
    case .mapping:
      if isLabelMap {
        let pairs = labels(node)
        if !pairs.isEmpty, pairs.count == node.count {
          labelMaps.append(LabelSet(pairs.map { ($0.key, $0.value) }))
          return
        }
      }
      for entry in node.entries {
        let known = references.count
        if entry.key.hasText("service"), let reference = reference(entry.value, namespace) {
          references.append(reference)
        }
        collect(
          entry.value, namespace: namespace, isLabelMap: speaksOfLabels(entry.key), &labelMaps, &references)
        if references.count > known { prefix(references[known...].indices, entry.key.text, &references) }
      }
    }
  }

  /// Names the field, or the item, that references were found in: most objects have none.
  private static func prefix(_ indices: Range<Int>, _ outer: String, _ references: inout [ServiceReference]) {
    for index in indices {
      let path = references[index].path
      references[index].path = outer + (path.hasPrefix("[") ? "" : ".") + path
    }
  }

  private static func speaksOfLabels(_ key: NodeRef) -> Bool {
    let key = key.text.lowercased()
    return key.hasSuffix("labels") || key.hasSuffix("selector")
  }

  /// `service: {namespace, name, port}` of webhooks, APIServices and conversions; the port is 443 when absent.
  private static func reference(_ node: NodeRef, _ namespace: String) -> ServiceReference? {
    guard node.kind == .mapping, let name = node["name"].flatMap(located) else { return nil }
    return ServiceReference(
      namespace: node["namespace"]?.string ?? namespace, name: name.value,
      port: node["port"].flatMap(portNumber) ?? 443, span: name.span,
      path: "name")
  }
}
