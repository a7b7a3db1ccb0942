package import Diagnostics
package import Model
internal import YAMLSource

/// What one command or controller applies: a kustomize build, a Flux Kustomization, an Argo CD Application, or the plain
/// manifests of a folder.
package struct Unit: Sendable {
  /// What makes a unit of its files.
  package enum Kind: String, Sendable {
    case plain = "files"
    case kustomization = "kustomization"
    case flux = "Flux Kustomization"
    case argoCD = "Argo CD Application"
    case release = "Helm release"
  }

  /// Whether the unit is live, as far as the input says.
  package enum Status: Hashable, Sendable {
    case applied
    case notApplied(Cause)
  }

  /// Why nothing here applies a unit.
  package enum Cause: Hashable, Sendable {
    /// It lies in or below a folder whose kustomization does not list it.
    case notListed(folder: String)
    /// The kustomization of its folder takes it, and for no object.
    case otherUse(folder: String, String)
    /// It is a component that no kustomization here uses.
    case looseComponent(folder: String)
    /// A kustomization of the input lists its folder in a comment, and none applies it.
    case switchedOff(by: String)
    /// Nothing that was read builds its kustomization as it is.
    case notBuilt(folder: String)
    /// A test of Chainsaw, Kyverno or KUTTL applies or expects it.
    case testAsset(folder: String)
    /// Flux and Argo CD have entries, and none leads to it.
    case notReached
    /// An entry leads to its folder and leaves it out.
    case leftOut(LeftOutPaths.Cause)

    /// For messages: no full stop.
    package var text: String {
      switch self {
      case .notListed(let folder): "the kustomization of \(folder) does not list it"
      case .otherUse(let folder, let use): "the kustomization of \(folder) takes it for \(use)"
      case .looseComponent(let folder): "no kustomization that was read uses the component in \(folder)"
      case .switchedOff(let folder): "the kustomization of \(folder) lists it in a comment"
      case .notBuilt(let folder): "nothing that was read applies what the kustomization of \(folder) gives"
      case .testAsset(let folder): "it belongs to the test in \(folder)"
      case .notReached: "no Flux Kustomization and no Application leads to it"
      case .leftOut(.ignored): "the source of its Flux Kustomization ignores it"
      case .leftOut(.excluded): "`directory` of its Application leaves it out"
      }
    }
  }

  package let kind: Kind
  /// Its folder or file, as reports show it.
  package let name: String
  /// Its folder, absolute; empty for standard input.
  package let directory: String
  /// What placed it: the Flux object, the Application, the kustomization's first key; `nil` for plain files.
  package let place: SourceSpan?
  /// The object that placed it, as `Kind namespace/name`; `nil` for kustomizations and plain files.
  package internal(set) var owner: String?
  /// That object, where it is an entry of Flux or Argo CD.
  var entry: EntryOfUnit?
  /// The numbers of the units that hold it.
  var holders: [Int] = []
  package internal(set) var status = Status.applied
  /// Whether its entry is suspended: what it applied last stays.
  package internal(set) var isSuspended = false
  /// The cluster that it goes to, named by the entry that leads to it; `nil` where it belongs to all.
  package internal(set) var cluster: String?
  package internal(set) var objects: [UnitObject] = []
  /// Steps that are not modelled.
  package internal(set) var gaps: [BuildGap] = []
  /// Why the build fails; its objects are then as they are written.
  package internal(set) var refusal: BuildRefusal?
  /// Where its objects may be, if the build was not done.
  var places = UnbuiltPlaces.asWritten
  /// What it adds that was not read.
  package internal(set) var additions: [Addition] = []
  /// Where what was not read of it goes, besides the namespaces of its objects.
  var additionNamespaces: Set<String> = []
  /// Whether it takes the files of its folder, whatever a kustomization there says.
  var takesFilesAlone = false
  /// Whether Flux replaces variables in its objects: what is left of `${…}` is meant so.
  var isSubstituted = false
  /// The folders of the kustomizations that took part, absolute.
  package internal(set) var directories: [String] = []

  init(_ kind: Kind, name: String, directory: String, place: SourceSpan? = nil) {
    self.kind = kind
    self.name = name
    self.directory = directory
    self.place = place
  }

  /// Whether its objects are judged one by one although nobody applies them.
  package var isJudgedAlone: Bool { if case .notApplied(.testAsset) = status { false } else { true } }

  /// Whether it counts as live.
  package var isApplied: Bool { status == .applied }
}

/// The entry that a unit comes from.
struct EntryOfUnit {
  let origin: ObjectOrigin
  let identity: ObjectIdentity
  let spec: TreeNode?

  init(_ entry: EntryObject) {
    origin = entry.origin
    identity = ObjectIdentity(entry.meta)
    spec = entry.root["spec"]
  }
}

/// An object of a unit.
package struct UnitObject: Sendable {
  package internal(set) var manifest: Manifest
  /// The object as the build leaves it; `nil` where it is as it is written.
  let root: TreeNode?
  /// Why the object is not as it is applied, although its unit is.
  package internal(set) var doubt: ObjectDoubt?
  /// Whether a text that the build wrote into it may be a placeholder.
  let mayHoldPlaceholder: Bool

  init(_ manifest: Manifest, root: TreeNode? = nil, doubt: ObjectDoubt? = nil, mayHoldPlaceholder: Bool? = nil) {
    self.manifest = manifest
    self.root = root
    self.doubt = doubt
    self.mayHoldPlaceholder = mayHoldPlaceholder ?? (root != nil)
  }
}

/// A part of an object that nobody knows, and where it is written.
package struct ObjectDoubt: Hashable, Sendable {
  /// For messages: no full stop.
  package let reason: String
  package let span: SourceSpan
  /// Where the object may be instead.
  var places = UnbuiltPlaces.asWritten
  /// The ways to the texts that nobody knows; empty where nothing of the object is known.
  private(set) var paths: [[String]] = []
  /// Where these stand, or the keys before them.
  private(set) var spans: [SourceSpan] = []

  init(reason: String, span: SourceSpan, places: UnbuiltPlaces = .asWritten) {
    self.reason = reason
    self.span = span
    self.places = places
  }

  /// `nil` where there are no such texts.
  ///
  /// - Parameter reason: what is said of the first one.
  init?(_ texts: [UnknownText.Place], reason: (TreeNode) -> String) {
    guard let first = texts.first else { return nil }
    self.init(reason: reason(first.node), span: first.node.span)
    paths = texts.map(\.path)
    spans = texts.flatMap { [$0.node.span] + ($0.keySpan.map { [$0] } ?? []) }
  }

  /// The same for objects with other such texts.
  var withoutPaths: ObjectDoubt { ObjectDoubt(reason: reason, span: span, places: places) }
}

extension Unit {
  /// Whether one of its objects makes pods.
  var holdsPods: Bool { objects.contains { if case .workload = $0.manifest { true } else { false } } }
}

extension UnitObject {
  /// The object as far as it is known, where that leaves nothing else open; `nil` where nothing can be said of it.
  var known: Manifest? {
    guard let doubt else { return manifest }
    if doubt.places != .asWritten || doubt.paths.isEmpty { return nil }
    switch manifest {
    case .networkPolicy(let policy):
      return policy.leavingOpen(doubt.paths, doubt.reason, at: doubt.span).map { .networkPolicy($0) }
    case .workload:
      return doubt.paths.allSatisfy(UnitObject.leavesPodsKnown)
        ? manifest.markingLabels(PossibleNamespaces.isUnknown) : nil
    case .clusterPolicy, .namespace, .service, .ingress, .other: return nil
    }
  }

  /// Whether an unknown text in a workload says nothing of its pods, or is the value of one of their labels.
  private static func leavesPodsKnown(_ path: [String]) -> Bool {
    if path == ["metadata", "name"] || path.starts(with: ["spec", "selector"]) { return true }
    if path.count == 3, path.starts(with: ["metadata", "labels"]) { return true }
    let template = path.starts(with: ["spec", "jobTemplate"]) ? path.dropFirst(2) : path[...]
    return template.count == 5 && template.starts(with: ["spec", "template", "metadata", "labels"])
  }
}

/// What tells objects apart in a cluster: two units that hold one of these with different specs cannot both be live.
struct ObjectIdentity: Hashable, Comparable {
  let group: String
  let kind: String
  let namespace: String
  let name: String

  /// `nil` for kinds that never keep units apart, and for names that the API server makes up.
  init?(_ manifest: Manifest) {
    switch manifest {
    case .networkPolicy, .clusterPolicy, .workload, .service, .ingress: break
    case .other(let other): guard ObjectIdentity.routes.contains(other.meta.kind) else { return nil }
    case .namespace: return nil
    }
    let meta = manifest.meta
    guard !meta.name.value.isEmpty, !meta.name.value.hasSuffix("*") else { return nil }
    self.init(meta)
  }

  init(_ meta: ObjectMeta) {
    group = meta.group
    kind = meta.kind
    namespace = meta.namespace
    name = meta.name.value
  }

  private static let routes: Set<String> = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"]

  static func < (a: ObjectIdentity, b: ObjectIdentity) -> Bool {
    (a.namespace, a.kind, a.name, a.group) < (b.namespace, b.kind, b.name, b.group)
  }
}
