internal import Diagnostics
internal import YAMLSource

/// What an object says that it is: version and kind, empty where they are missing or no text.
struct ObjectType {
  static let networkPolicyVersion = "networking.k8s.io/v1"
  /// The other kinds of that version.
  private static let otherKinds: Set<String> = ["Ingress", "IngressClass", "IPAddress", "ServiceCIDR"]

  let apiVersion: String
  let kind: String
  /// Whether a NetworkPolicyList gave version and kind.
  let isInherited: Bool

  init(apiVersion: String, kind: String) {
    self.apiVersion = apiVersion
    self.kind = kind
    isInherited = false
  }

  /// - Parameter inherited: what the object is when it says nothing at all; one that has a version or a kind of its own
  ///   needs both.
  init(_ object: NodeRef, inherited: ObjectType?) {
    let apiVersion = object["apiVersion"]?.string ?? ""
    let kind = object["kind"]?.string ?? ""
    isInherited = inherited != nil && apiVersion.isEmpty && kind.isEmpty
    self.apiVersion = isInherited ? inherited?.apiVersion ?? "" : apiVersion
    self.kind = isInherited ? inherited?.kind ?? "" : kind
  }

  // MARK: Kustomizations

  /// Whether a document of a `kustomization.yaml` is kustomize's own, and no object that happens to stand there, such as
  /// Flux' kind of the same name.
  var isKustomization: Bool {
    ["", "Kustomization", "Component"].contains(kind) && !apiVersion.hasPrefix("kustomize.toolkit.fluxcd.io/")
  }

  // MARK: Lists

  /// What has `items` is a list to kubectl, whatever its kind is called.
  static func isList(_ object: NodeRef) -> Bool { object["items"].map { !$0.isNull } ?? false }

  /// Whether it is a template of OpenShift, whose `objects` `oc process` writes out: what they leave to its parameters
  /// nobody knows here.
  func isTemplate(_ object: NodeRef) -> Bool {
    kind == "Template" && (apiVersion == "v1" || apiVersion.hasPrefix("template.openshift.io/"))
      && object["objects"]?.kind == .sequence
  }

  /// What items of this list are when they do not say it; `nil` for `v1` List and for templates, whose items have to.
  var itemType: ObjectType? {
    if kind == "Template" { return nil }
    let itemKind = kind.hasSuffix("List") ? String(kind.dropLast("List".count)) : kind
    return itemKind.isEmpty ? nil : ObjectType(apiVersion: apiVersion, kind: itemKind)
  }

  /// `items` of another shape, where policies are meant.
  func problem(ofItems items: NodeRef) -> [ManifestProblem] {
    guard itemType?.kind == "NetworkPolicy" || items["kind"]?.hasText("NetworkPolicy") ?? false else { return [] }
    return [
      ManifestProblem(
        .wrongType, "items must be a list, not \(items.typeName)", at: items.span, path: "items",
        remedy: "put a dash before each item")
    ]
  }

  /// A NetworkPolicy with `items`: of the rest of it, kubectl creates nothing.
  func problem(ofList object: NodeRef, _ meta: ObjectMeta) -> [ManifestProblem] {
    guard isNetworkPolicy, let key = object.entry("items")?.key else { return [] }
    return [
      ManifestProblem(
        .unknownField, "a NetworkPolicy with `items` is a list: nothing else in it is created", at: key.span,
        path: meta.pathPrefix + "items", object: meta.reference,
        remedy: "delete `items`, or write `kind: NetworkPolicyList`")
    ]
  }

  /// A list of policies as the whole document, which kubectl refuses.
  static func problem(ofRoot root: NodeRef) -> [ManifestProblem] {
    guard let policy = root.items.first(where: { ObjectType($0, inherited: nil).isNetworkPolicy }) else { return [] }
    return [
      ManifestProblem(
        .wrongType, "a document must be one object, not a list", at: policy.firstKeySpan,
        remedy: "put `---` between the objects, or make it the `items` of a List")
    ]
  }

  // MARK: Policies

  /// Whether this is Kubernetes' own NetworkPolicy, be it of a version that is not served.
  var isNetworkPolicy: Bool { kind == "NetworkPolicy" && ObjectType.isInScope(apiVersion) }

  /// Whether a NetworkPolicy of this version is Kubernetes' own, or can only be meant as such: other APIs have kinds of
  /// the same name, in groups with a domain of their own.
  private static func isInScope(_ apiVersion: String) -> Bool {
    if apiVersion == networkPolicyVersion { return true }
    let group = apiVersion.prefix { $0 != "/" }.lowercased()
    return !apiVersion.contains("/") || !group.contains(".") || group.hasSuffix("k8s.io")
      || Suggestion.editDistance(group, "networking.k8s.io", atMost: 3) != nil
  }

  /// The kind of policy for the whole cluster that it is, be it of a version that is not served: the group tells it from
  /// kinds of other APIs.
  var clusterPolicyKind: ClusterPolicyKind? {
    apiVersion.prefix { $0 != "/" } == ClusterPolicyKind.group ? ClusterPolicyKind(rawValue: kind) : nil
  }

  /// Whether it is read as one, if only to be refused. What a later version means is not known here.
  var isReadAsClusterPolicy: Bool { !(clusterPolicyKind == .cluster && apiVersion.contains("/v1beta")) }

  /// Whether `kind` is written more than once, one of them NetworkPolicy, and another one counts: two objects with no
  /// `---` between them, nearly always.
  static func losesNetworkPolicy(_ object: NodeRef) -> Bool {
    let written = object.writtenEntries
    guard written.contains(where: { $0.key.hasText("kind") && $0.value.hasText("NetworkPolicy") }),
      !(object["kind"]?.hasText("NetworkPolicy") ?? true)
    else { return false }
    return written.contains { $0.key.hasText("apiVersion") && isInScope($0.value.string ?? "") }
  }

  /// The fault of an object that can only be meant as a NetworkPolicy and is of no kind, or of one that does not exist.
  func problem(of object: NodeRef, _ meta: ObjectMeta) -> ManifestProblem? {
    let isServed = apiVersion == ObjectType.networkPolicyVersion
    // Most objects are of other groups.
    guard kind.isEmpty || isServed && !ObjectType.otherKinds.contains(kind) else { return nil }
    let spec = object["spec"]
    let hasPolicyFields = ["podSelector", "policyTypes", "ingress", "egress"]
      .contains { name in spec?.writtenEntries.contains { $0.key.text == name } ?? false }
    let node = object["kind"]
    let isWrongType = node.map { !$0.isNull && $0.string == nil } ?? false
    let isMeant: Bool
    if kind.isEmpty {
      isMeant = hasPolicyFields ? isServed || apiVersion.isEmpty : isServed && (isWrongType || spec?.count ?? 0 == 0)
    } else {
      isMeant = hasPolicyFields || Suggestion.editDistance(kind.lowercased(), "networkpolicy", atMost: 4) != nil
    }
    guard isMeant else { return nil }
    let message =
      isWrongType
      ? "kind must be text, not \(node?.typeName ?? "")"
      : kind.isEmpty ? "kind is missing" : "there is no kind `\(kind)`: it is NetworkPolicy"
    return ManifestProblem(
      isWrongType ? .wrongType : .invalidValue, message, at: node?.span ?? object.firstKeySpan,
      path: meta.pathPrefix + "kind", object: meta.reference, remedy: "write `kind: NetworkPolicy`")
  }

  /// The fault of an object of the group of the policies for the whole cluster whose kind is missing or misspelt.
  func clusterPolicyProblem(of object: NodeRef, _ meta: ObjectMeta) -> ManifestProblem? {
    guard let served = ClusterPolicyKind.allCases.first(where: { $0.apiVersion == apiVersion }) else { return nil }
    let kinds = ClusterPolicyKind.allCases.filter { $0.apiVersion == served.apiVersion }.map(\.rawValue)
    let near = Suggestion.nearest(to: kind, among: kinds)
    guard kind.isEmpty || near != nil else { return nil }
    let meant = near ?? kinds.joined(separator: " or ")
    return ManifestProblem(
      .invalidValue, kind.isEmpty ? "kind is missing" : "there is no kind `\(kind)`: it is \(meant)",
      at: object["kind"]?.span ?? object.firstKeySpan, path: meta.pathPrefix + "kind", object: meta.reference,
      remedy: "write `kind: \(meant)`")
  }
}
