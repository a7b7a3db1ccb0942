internal import YAMLSource

/// The sources that Flux Kustomizations name, as they are written and as builds leave them.
///
/// A build often gives a source its namespace, and the Kustomizations that name it theirs. What a build made counts
/// before what is written; a source that has no namespace yet is found by its kind and name.
struct FluxSources {
  /// Which source is meant.
  struct Reference: Hashable {
    let kind: String
    let namespace: String
    let name: String
  }

  /// What a source says of its repository.
  struct Source: Hashable {
    /// The repository's address; `nil` where it is not written down.
    var address: String?
    /// What it leaves out.
    var ignore: String?
  }

  private var built: [Reference: Source] = [:]
  private var written: [Reference: Source] = [:]
  private var named: [Reference: Set<Source>] = [:]
  private let repositories: RepositorySources

  /// - Parameters:
  ///   - sources: as they are written.
  ///   - kustomizations: those that name them, as they are written.
  ///   - exists: whether there is a folder of this path from the repository's root.
  init(
    _ sources: [TreeNode], _ kustomizations: [FluxKustomization], remotes: [String], exists: (String) -> Bool
  ) {
    for root in sources {
      let (reference, source) = FluxSources.read(root)
      written[reference] = source
      named[reference.withoutNamespace, default: []].insert(source)
    }
    let (written, named) = (written, named)
    func identity(_ reference: Reference) -> String {
      FluxSources.identity(reference, FluxSources.find(reference, [written], named))
    }
    let used = kustomizations.map { (identity($0.source), FluxSources.find($0.source, [written], named).address) }
    repositories = RepositorySources(
      remotes: remotes, sources: Dictionary(used) { $0 ?? $1 },
      main: kustomizations.first { $0.name == "flux-system" }.map { identity($0.source) },
      proven: Set(kustomizations.filter { !$0.path.isEmpty && exists($0.path) }.map { identity($0.source) }))
  }

  /// Adds a source as a build leaves it.
  mutating func add(_ root: TreeNode) {
    let (reference, source) = FluxSources.read(root)
    built[reference] = source
  }

  /// What a source leaves out.
  func ignore(_ reference: Reference) -> String? { find(reference).ignore }

  /// Whether a source is this repository.
  ///
  /// - Parameter exists: whether the path that is meant is here.
  func isHere(_ reference: Reference, exists: Bool) -> Bool {
    let source = find(reference)
    return repositories.isHere(FluxSources.identity(reference, source), address: source.address, exists: exists)
  }

  private func find(_ reference: Reference) -> Source { FluxSources.find(reference, [built, written], named) }

  private static func find(
    _ reference: Reference, _ known: [[Reference: Source]], _ named: [Reference: Set<Source>]
  ) -> Source {
    for sources in known { if let source = sources[reference] { return source } }
    let others = named[reference.withoutNamespace] ?? []
    return others.count == 1 ? others.first ?? Source() : Source()
  }

  /// What tells a source from others: its address, whatever it is called, or else its name.
  private static func identity(_ reference: Reference, _ source: Source) -> String {
    source.address ?? reference.kind + "/" + reference.name
  }

  private static func read(_ root: TreeNode) -> (Reference, Source) {
    let (metadata, spec) = (root["metadata"], root["spec"])
    let reference = Reference(
      kind: root["kind"]?.text ?? "", namespace: metadata?["namespace"]?.text ?? "default",
      name: metadata?["name"]?.text ?? "")
    return (reference, Source(address: spec?["url"]?.text, ignore: spec?["ignore"]?.text))
  }
}

extension FluxSources.Reference {
  fileprivate var withoutNamespace: FluxSources.Reference {
    FluxSources.Reference(kind: kind, namespace: "", name: name)
  }
}
