internal import Diagnostics
internal import Facts
internal import YAMLSource

/// What has been put together so far.
struct Accumulation {
  private(set) var resources: [Resource] = []
  var gaps = OrderedSet<BuildGap>()
  var idleTargets = OrderedSet<SourceSpan>()
  /// Files with what generated objects hold that are made where the build runs: nothing else hangs on them.
  var absent = OrderedSet<BuildRefusal>()
  var directories = OrderedSet<String>()
  var usedFiles = OrderedSet<UsedFile>()
  /// The files of the kustomizations that took part.
  var kustomizationFiles: Set<FileID> = []
  /// The places of labels that are written into selectors.
  var selectorLabels: Set<SourceSpan> = []
  private let facts: KustomizeFacts
  private var index = ResourceIndex()
  private var work = 0
  /// Whether an id changed since twins were looked for.
  private var mayHaveTwins = false
  /// Whether an object was deleted since deleted ones were taken out.
  private var mayHoldDeleted = false

  init(_ facts: KustomizeFacts) { self.facts = facts }

  // MARK: Adding

  /// Adds an object, which no other one may be the same as.
  mutating func append(_ resource: Resource, at entry: SourceSpan) throws(BuildRefusal) {
    var resource = resource
    resource.rememberID(facts)
    let id = resource.id(facts)
    if let twin = index.candidates(id).first(where: { resources[$0].id(facts) == id && !resources[$0].isDeleted }) {
      throw Accumulation.twins(id, resources[twin], resource, at: entry)
    }
    resources.append(resource)
    index.add(resource.ids(facts), resources.count - 1)
  }

  /// Adds what another kustomization gave.
  mutating func merge(_ other: Accumulation, at entry: SourceSpan) throws(BuildRefusal) {
    // Bases that each list two others double the objects at every level.
    work += other.work
    try spend(other.resources.count * Accumulation.costOfObject, at: entry)
    gaps.formUnion(other.gaps)
    idleTargets.formUnion(other.idleTargets)
    absent.formUnion(other.absent)
    directories.formUnion(other.directories)
    usedFiles.formUnion(other.usedFiles)
    selectorLabels.formUnion(other.selectorLabels)
    kustomizationFiles.formUnion(other.kustomizationFiles)
    if resources.isEmpty {
      (resources, index, mayHaveTwins) = (other.resources, other.index, other.mayHaveTwins)
      try checkTwins(at: entry)
    } else {
      for resource in other.resources { try append(resource, at: entry) }
    }
  }

  /// - Parameter isLast: whether the hashes of contents stand behind names, and tell objects apart.
  /// - Throws: where steps have given two objects one identity.
  mutating func checkTwins(at entry: SourceSpan, isLast: Bool = false) throws(BuildRefusal) {
    guard mayHaveTwins else { return }
    var seen: [ResourceID: Int] = [:]
    for (number, resource) in resources.enumerated() where !resource.isDeleted {
      let id = resource.id(facts)
      guard let twin = seen.updateValue(number, forKey: id) else { continue }
      if isLast, !resource.hasSameHash(as: resources[twin]) { continue }
      throw Accumulation.twins(id, resources[twin], resource, at: entry)
    }
    mayHaveTwins = false
  }

  private static func twins(
    _ id: ResourceID, _ first: Resource, _ second: Resource, at entry: SourceSpan
  ) -> BuildRefusal {
    BuildRefusal(
      "kustomize refuses this build: \(id.text) is in it twice", at: entry, remedy: "keep one of the two",
      related: [first, second].map { RelatedPlace($0.root.firstPlace, "\(id.text) is written here") })
  }

  // MARK: Finding

  /// The objects that have an id, or had it; O(1) for each.
  func indices(ofAny id: ResourceID) -> [Int] {
    index.candidates(id).filter { !resources[$0].isDeleted && resources[$0].ids(facts).contains(id) }
  }

  /// The objects among which are all those that have or had a name, or are of a kind; all where neither is given.
  func candidates(name: String?, kind: String?) -> [Int] {
    guard let some = index.candidates(name: name, kind: kind) else { return Array(resources.indices) }
    return some.filter { !resources[$0].isDeleted }
  }

  /// Whether there may be objects that were not read, so that one that is not here may be there all the same.
  var mayHoldMore: Bool { gaps.contains { [.additions, .everything].contains($0.scope) } }

  // MARK: Changing

  /// Changes an object, whose id may change with it.
  mutating func change<Failure: Error>(
    _ number: Int, _ body: (inout Resource) throws(Failure) -> Void
  ) throws(Failure) {
    let old = resources[number].id(facts)
    let known = resources[number].previousIDs.count
    defer {
      resources[number].rememberID(facts)
      let resource = resources[number]
      let id = resource.id(facts)
      if id != old { mayHaveTwins = true }
      if resource.isDeleted { mayHoldDeleted = true }
      // The ids from before are in the index already, and there may be as many as there were patches.
      index.add(resource.previousIDs.dropFirst(known) + (id == old ? [] : [id]), number)
    }
    try body(&resources[number])
  }

  /// Changes every object, but none's id.
  mutating func changeAll(_ body: (inout Resource) throws(BuildRefusal) -> Void) throws(BuildRefusal) {
    for number in resources.indices {
      try body(&resources[number])
      resources[number].rememberID(facts)
    }
  }

  /// Takes those objects out that patches deleted.
  mutating func dropDeleted() {
    guard mayHoldDeleted else { return }
    mayHoldDeleted = false
    resources.removeAll(where: \.isDeleted)
    index = ResourceIndex()
    for (number, resource) in resources.enumerated() { index.add(resource.ids(facts), number) }
  }

  // MARK: Limits

  /// Counts what a step looks at or writes.
  ///
  /// - Throws: where a build does more than any real one, so that hostile input does not keep a run busy.
  mutating func spend(_ amount: Int, at place: SourceSpan) throws(BuildRefusal) {
    work += amount
    guard work > Accumulation.mostWork else { return }
    throw BuildRefusal(
      "this build takes more than \(Accumulation.mostWork) steps, and is given up", at: place,
      remedy: "give its patches narrower targets")
  }

  private static let mostWork = 2_000_000
  /// To take an object from another kustomization, and to do this one's steps with it, is as much as so many steps.
  private static let costOfObject = 16
}

/// Finds objects by what they are or were called. What is no longer so stays in it: who asks looks again.
private struct ResourceIndex {
  private var byID: [ResourceID: [Int]] = [:]
  private var byName: [String: [Int]] = [:]
  private var byKind: [String: [Int]] = [:]

  mutating func add(_ ids: some Sequence<ResourceID>, _ number: Int) {
    for id in ids {
      guard !(byID[id]?.contains(number) ?? false) else { continue }
      byID[id, default: []].append(number)
      ResourceIndex.insert(number, into: &byName[id.name, default: []])
      ResourceIndex.insert(number, into: &byKind[id.kind, default: []])
    }
  }

  /// Keeps a list in order.
  private static func insert(_ number: Int, into list: inout [Int]) {
    var (low, high) = (0, list.count)
    while low < high {
      let middle = (low + high) / 2
      if list[middle] < number { low = middle + 1 } else { high = middle }
    }
    if low == list.count || list[low] != number { list.insert(number, at: low) }
  }

  func candidates(_ id: ResourceID) -> [Int] { byID[id] ?? [] }

  /// `nil` for all.
  func candidates(name: String?, kind: String?) -> [Int]? {
    if let name { return byName[name] ?? [] }
    return kind.map { byKind[$0] ?? [] }
  }
}
