package import Diagnostics

/// What cannot be told because a build was not done: no answer that rests on it is definite.
package struct Doubt: Hashable, Sendable {
  /// What it concerns.
  package enum Scope: Hashable, Sendable {
    /// Every pod: policies may be in any namespace.
    case everywhere
    /// Every pod of a namespace: policies may be there that nobody knows.
    case namespace(String)
    /// Workloads that may be another way, sorted.
    case workloads([WorkloadID])
  }

  package let scope: Scope
  /// Why nobody knows, for messages: no full stop.
  package let reason: String
  /// What was not done is written here.
  package let span: SourceSpan

  package init(_ scope: Scope, _ reason: String, at span: SourceSpan) {
    self.scope = scope
    self.reason = reason
    self.span = span
  }
}

/// Where objects may be whose build was not done, besides the namespaces that they are written for.
package enum UnbuiltPlaces: Hashable, Sendable {
  case namespaces(Set<String>)
  /// Nobody knows which namespace they are given.
  case anywhere

  package static let asWritten = UnbuiltPlaces.namespaces([])

  package func union(_ other: UnbuiltPlaces) -> UnbuiltPlaces {
    guard case .namespaces(let own) = self, case .namespaces(let others) = other else { return .anywhere }
    return .namespaces(own.union(others))
  }
}

/// Objects that are applied and that nobody read: a chart, a remote base, a release.
package struct Addition: Hashable, Sendable {
  /// Where they go; `nil` where nothing says it.
  package let namespace: String?
  /// What was not read, for messages.
  package let reason: String
  package let span: SourceSpan

  package init(namespace: String?, _ reason: String, at span: SourceSpan) {
    self.namespace = namespace
    self.reason = reason
    self.span = span
  }
}

/// Everything that a world is made of.
package struct WorldContents: Sendable {
  /// In order of file and place.
  package var manifests: [Manifest]
  /// Objects that no build made as they are applied, each with the reason; workloads may be asked about, policies not.
  package var unbuilt: [Unbuilt] = []
  package var additions: [Addition] = []
  /// Alternatives of which nothing says whether they are live together; empty or at least two.
  package var branches: [Branch] = []
  /// The branch of each object that is not there whichever alternative is live.
  package var branchOfObject: [ObjectKey: BranchID] = [:]
  /// The number of the build that each object without a namespace comes from: those of one build end up in one
  /// namespace, whatever folders they are written in.
  package var buildOfObject: [ObjectKey: Int] = [:]

  /// Objects of one unit whose build was not done.
  package struct Unbuilt: Sendable {
    package let manifests: [Manifest]
    package let reason: String
    package let span: SourceSpan
    package let places: UnbuiltPlaces

    package init(
      _ manifests: [Manifest], _ reason: String, at span: SourceSpan, in places: UnbuiltPlaces = .asWritten
    ) {
      self.manifests = manifests
      self.reason = reason
      self.span = span
      self.places = places
    }
  }

  package init(_ manifests: [Manifest] = []) { self.manifests = manifests }
}
