internal import Assembly
internal import Config
internal import Diagnostics
internal import Engine
internal import Model
internal import Synchronization
internal import Traffic

/// What rules said of the worlds of a run when it was last linted.
///
/// The language server lints after each keystroke. Where texts of NetworkPolicies alone have changed, what a rule said of
/// policies that theirs do not touch (`Rule.policyScope`) holds still, and only the others are asked about again. The
/// result is that of a lint from the start.
package final class LintMemory: Sendable {
  private let known = Mutex<[String: KeptWorld]>([:])
  private let kept = Mutex(0)

  package init() {}

  /// How often a rule was asked about some policies alone, since the memory was made.
  package var uses: Int { kept.withLock { $0 } }

  func world(_ name: String) -> KeptWorld? { known.withLock { $0[name] } }

  /// Takes what is known now, and forgets all else.
  func keep(_ worlds: [String: KeptWorld], uses: Int) {
    known.withLock { $0 = worlds }
    kept.withLock { $0 += uses }
  }
}

/// A world, and what rules said of it.
struct KeptWorld: Sendable {
  let world: World
  let sources: SourceTable
  /// `nil` where builds take part, to which any file may matter.
  let contents: FileKinds?
  /// Whether policies said too much to be put together. What is left for one hangs on all that come before it.
  let isOverloaded: Bool
  /// As the rules filled them, before anything was taken back.
  let sinks: [RuleID: FindingSink]

  /// - Parameter asksReach: whether a rule asked what may connect to what.
  init(_ view: WorldView, _ project: Project, _ sinks: [FindingSink], asksReach: Bool) {
    world = view.world
    sources = project.sources
    contents = FileKinds(project)
    isOverloaded = asksReach && !view.reach.overloaded.isEmpty
    self.sinks = Dictionary(sinks.map { ($0.rule.id, $0) }) { first, _ in first }
  }
}

/// What the files of a run hold.
struct FileKinds: Sendable {
  /// Those with policies.
  private let policies: Set<FileID>
  /// Those with objects that are no NetworkPolicies.
  private var others: Set<FileID> = []

  /// `nil` where builds take part.
  init?(_ project: Project) {
    policies = Set(project.policyFiles)
    for unit in project.assembly.units {
      if unit.kind != .plain { return nil }
      for object in unit.objects {
        if case .networkPolicy = object.manifest { continue }
        others.insert(object.manifest.meta.document.file)
      }
    }
  }

  /// Whether a file holds nothing but NetworkPolicies, here and in another state; while one is typed, it may hold none.
  func holdsPoliciesAlone(_ file: FileID, _ other: FileKinds) -> Bool {
    (policies.contains(file) || other.policies.contains(file)) && !others.contains(file) && !other.others.contains(file)
  }
}

/// What a change of texts comes to that hold NetworkPolicies alone.
struct PolicyChange: Sendable {
  private let kept: KeptWorld
  private let files: Set<FileID>
  private let policies: Asked
  private let namespaces: Asked
  private let neighbours: Asked

  /// Policies that rules are asked about again.
  struct Asked: Sendable {
    var ids: [PolicyID] = []
    var references: Set<ObjectReference> = []
  }

  /// More files are seldom changed at once, and linting all is not much slower.
  private static let mostFiles = 8

  /// `nil` where something else may have changed too.
  init?(from kept: KeptWorld, to view: WorldView, _ project: Project) {
    let (old, new) = (kept.world, view.world)
    guard let files = PolicyChange.changedFiles(kept.sources, project.sources), files.count <= PolicyChange.mostFiles,
      let before = kept.contents, let after = FileKinds(project),
      files.allSatisfy({ before.holdsPoliciesAlone($0, after) }), PolicyChange.areAlike(old, new)
    else { return nil }
    let names = Set(
      [old, new].flatMap { $0.policies.lazy.filter { files.contains($0.meta.document.file) }.map { Name($0) } })
    // Which files are applied may hang on what others hold.
    let others = [old, new].map { $0.policies.lazy.filter { !names.contains(Name($0)) }.map(\.meta.span) }
    guard others[0].elementsEqual(others[1]) else { return nil }
    let gone = old.policies.filter { names.contains(Name($0)) }
    let reach = Footprint(gone + new.policies.filter { names.contains(Name($0)) }, new)
    let own = Set(names.map(\.namespace))
    self.kept = kept
    self.files = files
    policies = PolicyChange.asked(gone, new) { names.contains(Name($0)) }
    namespaces = PolicyChange.asked(gone, new) { own.contains($0.meta.namespace) }
    neighbours = PolicyChange.asked(gone, new) { own.contains($0.meta.namespace) || reach.touches($0, new) }
  }

  /// The policies of one name are looked at together.
  private struct Name: Hashable {
    let namespace: String
    let name: String

    init(_ policy: NetworkPolicy) { (namespace, name) = (policy.meta.namespace, policy.meta.name.value) }
  }

  /// The files that hold other bytes than before; `nil` where they are other files.
  private static func changedFiles(_ old: SourceTable, _ new: SourceTable) -> Set<FileID>? {
    guard old.files.count == new.files.count else { return nil }
    var changed: Set<FileID> = []
    for (old, new) in zip(old.files, new.files) {
      if !old.path.utf8.elementsEqual(new.path.utf8) { return nil }
      if old.bytes != new.bytes { changed.insert(new.id) }
    }
    return changed
  }

  /// Whether two worlds hold the same but for NetworkPolicies; of files that have not changed the same place is the same
  /// object.
  private static func areAlike(_ old: World, _ new: World) -> Bool {
    old.workloads.lazy.map(\.meta.span).elementsEqual(new.workloads.lazy.map(\.meta.span))
      && old.services.lazy.map(\.meta.span).elementsEqual(new.services.lazy.map(\.meta.span))
      && old.ingressPaths.lazy.map(\.meta.span).elementsEqual(new.ingressPaths.lazy.map(\.meta.span))
      && old.others.lazy.map(\.meta.span).elementsEqual(new.others.lazy.map(\.meta.span))
      && old.clusterPolicies.isEmpty && new.clusterPolicies.isEmpty
      && old.namespaces == new.namespaces && old.declaredNamespaces.keys == new.declaredNamespaces.keys
      && old.doubts == new.doubts && old.additions == new.additions && old.branches.isEmpty && new.branches.isEmpty
      && PolicyType.allCases.allSatisfy { type in
        old.policies.contains { $0.isolates(type) } == new.policies.contains { $0.isolates(type) }
      }
  }

  private static func asked(_ before: [NetworkPolicy], _ world: World, _ isAsked: (NetworkPolicy) -> Bool) -> Asked {
    var asked = Asked(references: Set(before.map(\.meta.reference)))
    for (id, policy) in world.identifiedPolicies where isAsked(policy) {
      asked.ids.append(id)
      asked.references.insert(policy.meta.reference)
    }
    return asked
  }

  // MARK: Asking

  /// Asks a rule about what may have changed, and takes the rest from before; `nil` where it has to be asked about all.
  func ask(_ rule: any Rule.Type, _ analysis: Analysis) -> FindingSink? {
    let asked: Asked
    switch rule.policyScope {
    case .policy: asked = policies
    case .namespace: asked = namespaces
    case .neighbours: asked = neighbours
    case .world: return nil
    }
    if rule.asksReach, kept.isOverloaded || !analysis.reach.overloaded.isEmpty { return nil }
    // What could not be decided does not say of which policies.
    guard let old = kept.sinks[rule.info.id], old.undecided.isEmpty else { return nil }
    var sink = FindingSink(rule: rule.info, asked: asked.references.union(old.entangled))
    rule.check(rule.policyScope == .policy ? Analysis(analysis, asked: asked.ids) : analysis, &sink)
    let isAsked = { [sink, files] (finding: Finding) in
      finding.object.map(sink.isAsked) ?? false || files.contains(finding.span.file)
    }
    // A place in a text that has changed may be another one now.
    if old.findings.contains(where: { !isAsked($0) && $0.hasPlace(in: files) }) { return nil }
    sink.complete(with: old.findings, isAsked)
    return sink
  }
}

/// The namespaces that peers of some policies may mean.
private struct Footprint {
  private var namespaces: Set<String>
  /// Whether they may mean namespaces that were not read.
  private var isWide = false

  init(_ policies: [NetworkPolicy], _ world: World) {
    namespaces = Set(policies.map(\.meta.namespace))
    for selector in Set(policies.flatMap(\.namespaceSelectors)) {
      isWide = true
      for name in world.namespaces where selector.matches(world.labels(ofNamespace: name)) != .no {
        namespaces.insert(name)
      }
    }
  }

  /// Whether a policy is about one of them.
  func touches(_ policy: NetworkPolicy, _ world: World) -> Bool {
    if namespaces.contains(policy.meta.namespace) { return true }
    let selectors = policy.namespaceSelectors
    if selectors.isEmpty { return false }
    return isWide
      || selectors.contains { selector in
        namespaces.contains { selector.matches(world.labels(ofNamespace: $0)) != .no }
      }
  }
}

extension NetworkPolicy {
  fileprivate var namespaceSelectors: [Selector] {
    PolicyType.allCases.flatMap { rules($0).items }.flatMap(\.peers.items).compactMap { $0.namespaceSelector?.selector }
  }
}

extension Finding {
  fileprivate func hasPlace(in files: Set<FileID>) -> Bool {
    files.contains(span.file) || related.contains { files.contains($0.span.file) }
      || fix?.edits.contains { files.contains($0.span.file) } ?? false
  }
}
