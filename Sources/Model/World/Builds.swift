/// The objects that are applied together, and how they came to be so.
package struct Build: Sendable {
  /// The directory of the kustomization, or of a root; `nil` for what no kustomization uses and no root holds.
  package let directory: String?
  /// Whether a kustomization makes the build, and not a folder.
  package let isKustomization: Bool
  package fileprivate(set) var manifests: [Manifest]
  /// What belongs to the build and was not read (remote bases, Helm charts): objects may exist that nothing here shows.
  package fileprivate(set) var missing: [String]
  /// The first of what is missing that may hold whole sets of objects, policies among them: folders and remote bases of an
  /// overlay, and what a component is added to. A single file that is named and absent (a secret, say) does not count.
  package fileprivate(set) var unreadBase: String?
  /// The namespaces that the build's objects were written for, each with the one that a kustomization puts in its place.
  package fileprivate(set) var renamedNamespaces: [String: Located<String>] = [:]

  fileprivate init(directory: String?, isKustomization: Bool) {
    self.directory = directory
    self.isKustomization = isKustomization
    manifests = []
    missing = []
  }

  fileprivate mutating func add(_ other: Build) {
    manifests += other.manifests
    missing += other.missing
    unreadBase = unreadBase ?? other.unreadBase
    renamedNamespaces.merge(other.renamedNamespaces) { $1 }
  }
}

/// Divides the input into builds: each kustomization that no other one uses is one, and all other files are one
/// together. A folder that is a world of its own (a root) is one build with all kustomizations in it.
///
/// A build gets what its kustomization changes: the namespace, prefixes and suffixes of names, and labels (kustomize's
/// own field table: `spec.podSelector` and peers' `podSelector` get common labels only where they have `matchLabels`).
package struct BuildPlan: Sendable {
  private let manifestsByPath: [String: [Manifest]]
  private let kustomizations: [String: Kustomization]
  private let patchFiles: Set<String>

  /// - Parameter files: each file's normalized path, manifests and kustomization (if it is one).
  package init(_ files: [(path: String, contents: FileContents)]) {
    var manifests: [String: [Manifest]] = [:]
    var kustomizations: [String: Kustomization] = [:]
    for file in files {
      manifests[Paths.normalize(file.path)] = file.contents.manifests
      if let kustomization = file.contents.kustomization { kustomizations[kustomization.directory] = kustomization }
    }
    manifestsByPath = manifests
    self.kustomizations = kustomizations
    func paths(_ entries: (Kustomization) -> [String]) -> Set<String> {
      Set(
        kustomizations.values.flatMap { kustomization in
          entries(kustomization).map { Paths.join(kustomization.directory, $0) }
        })
    }
    patchFiles = paths(\.patches).subtracting(paths(\.resources))
  }

  /// Whether a file holds only patches: fragments of objects, of which nothing but their syntax can be judged.
  package func isPatch(_ path: String) -> Bool { patchFiles.contains(Paths.normalize(path)) }

  /// All builds, the one without a kustomization or root first, the others in order of their directories.
  ///
  /// - Parameter root: the root that a file lies in, by its path.
  package func builds(root: (String) -> String? = { _ in nil }) -> [Build] {
    var usedDirectories: Set<String> = []
    var usedFiles: Set<String> = []
    for kustomization in kustomizations.values {
      for entry in kustomization.resources + kustomization.components + kustomization.patches {
        let path = Paths.join(kustomization.directory, entry)
        if kustomizations[path] != nil { usedDirectories.insert(path) } else { usedFiles.insert(path) }
      }
    }
    var loose = Build(directory: nil, isKustomization: false)
    var others: [String: Build] = [:]
    for path in manifestsByPath.keys where !usedFiles.contains(path) {
      let manifests = manifestsByPath[path] ?? []
      if let root = root(path) {
        others[root, default: Build(directory: root, isKustomization: false)].manifests += manifests
      } else {
        loose.manifests += manifests
      }
    }
    for directory in kustomizations.keys where !usedDirectories.contains(directory) {
      let root = root(Paths.join(directory, "kustomization.yaml"))
      var visited: Set<String> = []
      var build = Build(directory: directory, isKustomization: true)
      accumulate(directory, into: &build, &visited)
      if kustomizations[directory]?.isComponent == true {
        build.unreadBase = "what the component in \(directory) is added to was not read"
      }
      let key = root ?? directory
      others[key, default: Build(directory: key, isKustomization: root == nil)].add(build)
    }
    let builds = [loose] + others.sorted { $0.key < $1.key }.map(\.value)
    return builds.map { build in
      var build = build
      build.manifests = ordered(build.manifests)
      build.missing.sort()
      return build
    }
  }

  private func ordered(_ manifests: [Manifest]) -> [Manifest] { manifests.sorted { $0.meta.span < $1.meta.span } }

  /// Adds what a kustomization holds, then makes its changes to all that it holds: a component's to everything before.
  private func accumulate(_ directory: String, into build: inout Build, _ visited: inout Set<String>) {
    guard let kustomization = kustomizations[directory], visited.insert(directory).inserted else { return }
    if kustomization.generatesObjects {
      build.missing.append("\(directory): Helm charts or generators are not rendered")
    }
    var own = kustomization.isComponent ? build : Build(directory: build.directory, isKustomization: true)
    for entry in kustomization.resources { add(entry, of: kustomization, into: &own, &visited) }
    for entry in kustomization.components { add(entry, of: kustomization, into: &own, &visited) }
    if let namespace = kustomization.namespace { own.rename(to: namespace) }
    own.manifests = own.manifests.map { KustomizationChanges(kustomization).apply(to: $0) }
    if kustomization.isComponent {
      build = own
    } else {
      build.add(own)
    }
  }

  private func add(
    _ entry: String, of kustomization: Kustomization, into build: inout Build, _ visited: inout Set<String>
  ) {
    let path = Paths.join(kustomization.directory, entry)
    if kustomizations[path] != nil {
      accumulate(path, into: &build, &visited)
    } else if let manifests = manifestsByPath[path] {
      build.manifests += manifests
    } else {
      let place = Paths.join(kustomization.directory, "kustomization.yaml")
      let missing = "\(entry) (named in \(place)) was not read"
      build.missing.append(missing)
      if !Paths.isManifest(entry) { build.unreadBase = build.unreadBase ?? missing }
    }
  }
}

extension Build {
  /// Notes which namespaces a kustomization replaces. What names no namespace was written for none.
  fileprivate mutating func rename(to namespace: Located<String>) {
    let given = Set(renamedNamespaces.values.map(\.value))
    for (name, _) in renamedNamespaces { renamedNamespaces[name] = namespace }
    for meta in manifests.lazy.map(\.meta) where meta.namespace != namespace.value {
      if meta.declaredNamespace != nil || meta.kind == "Namespace" || given.contains(meta.namespace) {
        renamedNamespaces[meta.namespace] = namespace
      }
    }
  }
}

/// Makes a kustomization's changes to one object.
struct KustomizationChanges {
  private let kustomization: Kustomization

  init(_ kustomization: Kustomization) { self.kustomization = kustomization }

  func apply(to manifest: Manifest) -> Manifest {
    switch manifest {
    case .networkPolicy(var policy):
      change(&policy.meta)
      policy.podSelector = withAddedLabels(policy.podSelector)
      policy.ingress = changed(policy.ingress)
      policy.egress = changed(policy.egress)
      return .networkPolicy(policy)
    case .workload(var workload):
      change(&workload.meta)
      for added in kustomization.addedLabels where added.inTemplates { workload.addPodLabels(added.labels) }
      return .workload(workload)
    case .namespace(var object):
      change(&object.meta)
      if let name = kustomization.namespace { object.meta.name.value = name.value }
      object.meta.namespace = object.meta.name.value
      return .namespace(object)
    case .service(var service):
      change(&service.meta)
      for added in kustomization.addedLabels where added.inSelectors {
        service.selector = service.selector.map { $0.requiring(added.labels) }
      }
      return .service(service)
    case .ingress(var object):
      change(&object.meta)
      return .ingress(object)
    case .other(var object):
      change(&object.meta)
      return .other(object)
    }
  }

  private func change(_ meta: inout ObjectMeta) {
    if let namespace = kustomization.namespace { meta.namespace = namespace.value }
    if !kustomization.namePrefix.isEmpty || !kustomization.nameSuffix.isEmpty, meta.kind != "Namespace" {
      meta.name.value = kustomization.namePrefix + meta.name.value + kustomization.nameSuffix
    }
    for added in kustomization.addedLabels {
      let keys = Set(added.labels.map(\.key))
      meta.labels = meta.labels.filter { !keys.contains($0.key) } + added.labels
    }
  }

  private func changed(_ rules: ListField<PolicyRule>) -> ListField<PolicyRule> {
    guard case .list(var rules, let span) = rules, kustomization.addedLabels.contains(where: \.inSelectors) else {
      return rules
    }
    for rule in rules.indices {
      guard case .list(var peers, let span) = rules[rule].peers else { continue }
      for peer in peers.indices { peers[peer].podSelector = peers[peer].podSelector.map(withAddedLabels) }
      rules[rule].peers = .list(peers, span)
    }
    return .list(rules, span)
  }

  private func withAddedLabels(_ selector: LabelSelector) -> LabelSelector {
    guard !selector.matchLabels.isEmpty else { return selector }
    var selector = selector
    for added in kustomization.addedLabels where added.inSelectors {
      selector.selector = selector.selector.requiring(added.labels)
      selector.addedLabels += added.labels
    }
    return selector
  }
}

extension Selector {
  /// The selector with labels set that it must match, in place of what it asked of those keys by `matchLabels`.
  fileprivate func requiring(_ labels: [Label]) -> Selector {
    let keys = Set(labels.map(\.key))
    let kept = requirements.filter { !($0.operator == .in && $0.values.count == 1 && keys.contains($0.key)) }
    return Selector(kept + labels.map { SelectorRequirement(key: $0.key, .in, [$0.value]) })
  }
}

extension Workload {
  fileprivate mutating func addPodLabels(_ added: [Label]) {
    let keys = Set(added.map(\.key))
    podLabels = podLabels.filter { !keys.contains($0.key) } + added
    labels = labels.setting(added.map { ($0.key, $0.value) })
  }
}
