internal import Facts
package import Model
internal import YAMLSource

/// What tells the objects of a build apart (kustomize: `ResId`). Two ids are equal when kustomize takes them for the
/// same object: an absent namespace is `default`, and kinds without namespaces have none.
struct ResourceID: Hashable {
  let group: String
  let version: String
  let kind: String
  let name: String
  /// `nil` for kinds without namespaces.
  let namespace: String?

  init(apiVersion: String, kind: String, namespace: String, name: String, _ facts: KustomizeFacts) {
    if let slash = apiVersion.firstIndex(of: "/") {
      group = String(apiVersion[..<slash])
      version = String(apiVersion[apiVersion.index(after: slash)...])
    } else {
      (group, version) = ("", apiVersion)
    }
    self.kind = kind
    self.name = name
    self.namespace =
      facts.isClusterScoped(group: group, kind: kind) ? nil : namespace.isEmpty ? "default" : namespace
  }

  /// How messages name it.
  var text: String { "\(kind) \(namespace.map { $0 + "/" } ?? "")\(name)" }
}

/// Where an object of a build comes from, as it is written there.
package struct ObjectOrigin: Sendable {
  package let document: DocumentID
  /// `items[2].` for the third item of a List, otherwise empty.
  package let pathPrefix: String

  package init(document: DocumentID, pathPrefix: String) {
    self.document = document
    self.pathPrefix = pathPrefix
  }
}

/// One object on its way through a build.
struct Resource {
  var root: TreeNode { didSet { isChanged = true } }
  /// `nil` for an object that a generator makes.
  let origin: ObjectOrigin?
  /// Whether a step wrote into it.
  private(set) var isChanged = false
  /// The ids that it had before, the written one first.
  private(set) var previousIDs: [ResourceID] = []
  private(set) var prefixes: [String] = []
  private(set) var suffixes: [String] = []

  init(_ root: TreeNode, origin: ObjectOrigin?) {
    self.root = root
    self.origin = origin
  }

  var apiVersion: String { root["apiVersion"]?.text ?? "" }
  var kind: String { root["kind"]?.text ?? "" }
  var name: String { root["metadata"]?["name"]?.text ?? "" }
  var namespace: String { root["metadata"]?["namespace"]?.text ?? "" }

  func id(_ facts: KustomizeFacts) -> ResourceID {
    let metadata = root["metadata"]
    return ResourceID(
      apiVersion: apiVersion, kind: kind, namespace: metadata?["namespace"]?.text ?? "",
      name: metadata?["name"]?.text ?? "", facts)
  }

  /// The id as it is written.
  func originalID(_ facts: KustomizeFacts) -> ResourceID { previousIDs.first ?? id(facts) }

  /// All ids that it has or had.
  func ids(_ facts: KustomizeFacts) -> [ResourceID] { previousIDs + [id(facts)] }

  /// Remembers the present id; to be called before a step changes it.
  mutating func storeID(_ facts: KustomizeFacts) { previousIDs.append(id(facts)) }

  mutating func addPrefix(_ prefix: String) { prefixes.append(prefix) }
  mutating func addSuffix(_ suffix: String) { suffixes.append(suffix) }

  /// Whether the same kustomizations renamed both.
  func hasSameAffixes(as other: Resource) -> Bool { prefixes == other.prefixes && suffixes == other.suffixes }

  /// Changes `metadata`, which is made if it is missing.
  mutating func changeMetadata(_ body: (inout TreeNode) -> Void) {
    if root["metadata"] == nil { root["metadata"] = TreeNode(.mapping([]), at: root.span) }
    root.change("metadata", body)
  }
}
