package import Diagnostics

/// One object of the input.
package enum Manifest: Sendable {
  case networkPolicy(NetworkPolicy)
  case clusterPolicy(ClusterPolicy)
  case workload(Workload)
  case namespace(NamespaceManifest)
  case service(Service)
  case ingress(IngressPath)
  case other(OtherResource)

  package var meta: ObjectMeta {
    switch self {
    case .networkPolicy(let object): object.meta
    case .clusterPolicy(let object): object.meta
    case .workload(let object): object.meta
    case .namespace(let object): object.meta
    case .service(let object): object.meta
    case .ingress(let object): object.meta
    case .other(let object): object.meta
    }
  }

  /// Whether it is a NetworkPolicy, or a policy for the whole cluster that is evaluated.
  package var isPolicy: Bool {
    switch self {
    case .networkPolicy, .clusterPolicy: true
    case .workload, .namespace, .service, .ingress, .other: false
    }
  }

  /// Whether it is in its namespace, and does not merely declare it.
  package var isPlacedInNamespace: Bool {
    switch self {
    case .namespace, .clusterPolicy: false
    case .networkPolicy, .workload, .service, .ingress, .other: true
    }
  }
}

/// A fault in a manifest itself, found while reading it: what the API server or kubectl would refuse, drop or change.
/// The rules NP001 to NP006 and NP009 report them.
package struct ManifestProblem: Sendable {
  package enum Kind: Sendable {
    case invalidYAML, duplicateKey, unknownField, wrongType, invalidValue, unsupportedVersion, template
    /// What newer API servers warn of or refuse, and older ones accept (`api-validation` section 7): NP406 or NP005.
    case looseCIDR
    /// A build that kustomize refuses.
    case buildFails
    /// A file for a generator that git ignores, and that is not there.
    case absentFile
    /// A target of a patch that selects nothing, which kustomize does not mind.
    case idleTarget

    /// Whether it is a fault of the text, whatever object it may be a part of.
    package var isAboutSyntax: Bool { [.invalidYAML, .duplicateKey, .template].contains(self) }
  }

  package var kind: Kind
  package var span: SourceSpan
  /// The API server's field path, with a List's prefix.
  package var path: String
  package var object: ObjectReference?
  /// *What* is wrong.
  package var message: String
  /// *What to do*; the rule's remedy when `nil`.
  package var remedy: String?
  package var label: String?
  package var related: [RelatedPlace]
  package var fix: Fix?
  /// What tells two problems of one kind at one path apart.
  package var key: String

  package init(
    _ kind: Kind, _ message: String, at span: SourceSpan, path: String = "", object: ObjectReference? = nil,
    remedy: String? = nil, label: String? = nil, related: [RelatedPlace] = [], fix: Fix? = nil, key: String = ""
  ) {
    self.kind = kind
    self.message = message
    self.span = span
    self.path = path
    self.object = object
    self.remedy = remedy
    self.label = label
    self.related = related
    self.fix = fix
    self.key = key
  }
}
