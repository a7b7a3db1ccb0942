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
  private var calling = Calling()
  private var work = 0
  /// Whether an id changed since twins were looked for.
  private var mayHaveTwins = false
  /// Whether an object was deleted since deleted ones were taken out.
  private var mayHoldDeleted = false
  private let kept: KeptAssembly?
  private var steps = StepCounter()
  /// How many objects the last step of all got through.
  private(set) var reached = 0

  init(_ facts: KustomizeFacts, _ kept: KeptAssembly?) {
    self.facts = facts
    self.kept = kept
  }

  /// To be called before steps are done.
  mutating func enter(_ place: StepPlace) { steps = StepCounter(place) }

  // MARK: Adding

  /// Adds an object, which no other one may be the same as.
  mutating func append(_ resource: Resource, at entry: SourceSpan) throws(BuildRefusal) {
    try append([(resource, entry)])
  }

  /// Adds objects, each with what names it; no other one may be the same as one of them.
  mutating func append(_ added: [(resource: Resource, entry: SourceSpan)]) throws(BuildRefusal) {
    if added.isEmpty { return }
    let key = steps.next(.addition)
    let new = added.map { entry in
      var resource = entry.resource
      resource.rememberID(facts)
      return resource
    }
    let version = calling.version
    if let known = kept?.additions[key], known.before === version, known.added.count == new.count,
      zip(known.added, new).allSatisfy({ $0.hasSameIDs(as: $1, facts) })
    {
      resources += new
      calling = known.after
    } else {
      for (resource, entry) in zip(new, added) { try appendNew(resource, at: entry.entry) }
      calling.renew()
    }
    kept?.additions.keep(KeptAddition(added: new, before: version, after: calling), for: key)
  }

  private mutating func appendNew(_ resource: Resource, at entry: SourceSpan) throws(BuildRefusal) {
    let id = resource.id(facts)
    let twin = calling.index.candidates(id).first { resources[$0].id(facts) == id && !resources[$0].isDeleted }
    if let twin { throw Accumulation.twins(id, resources[twin], resource, at: entry) }
    resources.append(resource)
    calling.index.add(resource.ids(facts), resources.count - 1)
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
      (resources, calling, mayHaveTwins) = (other.resources, other.calling, other.mayHaveTwins)
      try checkTwins(at: entry)
    } else {
      try append(other.resources.map { ($0, entry) })
    }
  }

  /// - Parameter isLast: whether the hashes of contents stand behind names, and tell objects apart.
  /// - Throws: where steps have given two objects one identity.
  mutating func checkTwins(at entry: SourceSpan, isLast: Bool = false) throws(BuildRefusal) {
    guard mayHaveTwins else { return }
    if !isWithoutTwins {
      var seen: [ResourceID: Int] = [:]
      var isEachOnce = true
      for (number, resource) in resources.enumerated() where !resource.isDeleted {
        let id = resource.id(facts)
        guard let twin = seen.updateValue(number, forKey: id) else { continue }
        isEachOnce = false
        if isLast, !resource.hasSameHash(as: resources[twin]) { continue }
        throw Accumulation.twins(id, resources[twin], resource, at: entry)
      }
      if isEachOnce { keepWithoutTwins() }
    }
    mayHaveTwins = false
  }

  /// - Throws: where the first ones of the objects, which a kustomization has put into one namespace, are one twice.
  func checkTwins(in namespace: TreeNode, first count: Int) throws(BuildRefusal) {
    if count == resources.count, !mayHoldDeleted, isWithoutTwins { return }
    var seen: [ResourceID: Int] = [:]
    for (number, resource) in resources.prefix(count).enumerated() {
      let id = resource.id(facts)
      guard let twin = seen.updateValue(number, forKey: id) else { continue }
      throw BuildRefusal(
        "kustomize refuses this build: with this namespace \(id.text) is in it twice", at: namespace.span,
        remedy: "build the two namespaces apart, or rename one of the objects",
        related: [twin, number].map { RelatedPlace(resources[$0].root.firstPlace, "\(id.text) is written here") })
    }
    if count == resources.count { keepWithoutTwins() }
  }

  /// Whether no two objects are called the same, as the run before found out.
  private var isWithoutTwins: Bool {
    guard kept?.withoutTwins[ObjectIdentifier(calling.version)] != nil else { return false }
    keepWithoutTwins()
    return true
  }

  private func keepWithoutTwins() {
    kept?.withoutTwins.keep(calling.version, for: ObjectIdentifier(calling.version))
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
    calling.index.candidates(id).filter { !resources[$0].isDeleted && resources[$0].ids(facts).contains(id) }
  }

  /// The objects among which are all those that have or had a name, or are of a kind; all where neither is given.
  func candidates(name: String?, kind: String?) -> [Int] {
    guard let some = calling.index.candidates(name: name, kind: kind) else { return Array(resources.indices) }
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
      if resources[number].isDeleted { mayHoldDeleted = true }
      if note(number, old, known) { calling.renew() }
    }
    try body(&resources[number])
  }

  /// Takes note of what an object is called now, and says whether that is anything new.
  ///
  /// - Parameters:
  ///   - old: its id before.
  ///   - known: how many ids it had had before: these are in the index already, and there may be as many as there were
  ///     patches.
  private mutating func note(_ number: Int, _ old: ResourceID, _ known: Int) -> Bool {
    let resource = resources[number]
    let id = resource.id(facts)
    if id != old { mayHaveTwins = true }
    let new = resource.previousIDs.dropFirst(known) + (id == old ? [] : [id])
    calling.index.add(new, number)
    return !new.isEmpty || resource.isDeleted
  }

  /// Does a step with every object by itself: what becomes of one hangs on nothing but the object, the step's kind and what
  /// it is told.
  ///
  /// - Parameters:
  ///   - told: what decides what the step does.
  ///   - renames: whether ids change.
  mutating func changeEach(
    _ kind: StepKind, _ told: [TreeNode?], renames: Bool, _ body: (inout Resource) throws(BuildRefusal) -> Void
  ) throws(BuildRefusal) {
    let key = steps.next(kind)
    guard let kept else {
      for number in resources.indices {
        reached = number
        if renames {
          try change(number, body)
        } else {
          try body(&resources[number])
          resources[number].rememberID(facts)
        }
      }
      return
    }
    let known = kept.steps[key].flatMap { $0.isTold(told) ? $0 : nil }
    let (before, version) = (resources, calling.version)
    try changeEach(known, body)
    let hasNewIDs = renames && noteAll(before, known)
    let step = KeptStep(
      told: told, before: before, after: resources, version: version, calling: calling, hasNewIDs: hasNewIDs)
    kept.steps.keep(step, for: key)
  }

  /// - Parameter known: the same step in the run before.
  private mutating func changeEach(
    _ known: KeptStep?, _ body: (inout Resource) throws(BuildRefusal) -> Void
  ) throws(BuildRefusal) {
    var outcomes = KnownOutcomes(known)
    let before = resources
    let isInPlace = known.map { $0.before.count == before.count } ?? false
    // Nearly all of them stay, and what stays is not written.
    if let known, isInPlace { resources = known.after }
    for number in before.indices {
      if let known, isInPlace, before[number].isShared(with: known.before[number]) { continue }
      reached = number
      resources[number] = outcomes.outcome(of: before[number]) ?? before[number]
      if !resources[number].isShared(with: before[number]) { continue }
      try body(&resources[number])
      resources[number].rememberID(facts)
    }
  }

  /// Takes note of what all objects are called now.
  ///
  /// - Returns: whether an id is another one than before.
  private mutating func noteAll(_ before: [Resource], _ known: KeptStep?) -> Bool {
    if let known, known.version === calling.version, known.after.count == resources.count,
      zip(known.after, resources).allSatisfy({ $0.hasSameIDs(as: $1, facts) })
    {
      calling = known.calling
      if known.hasNewIDs { mayHaveTwins = true }
      return known.hasNewIDs
    }
    let hadTwins = mayHaveTwins
    mayHaveTwins = false
    defer { if hadTwins { mayHaveTwins = true } }
    var isNew = false
    for (number, old) in before.enumerated() where !old.isShared(with: resources[number]) {
      if note(number, old.id(facts), old.previousIDs.count) { isNew = true }
    }
    if isNew { calling.renew() }
    return mayHaveTwins
  }

  /// Takes those objects out that patches deleted.
  mutating func dropDeleted() {
    guard mayHoldDeleted else { return }
    mayHoldDeleted = false
    resources.removeAll(where: \.isDeleted)
    calling = Calling()
    for (number, resource) in resources.enumerated() { calling.index.add(resource.ids(facts), number) }
    calling.renew()
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
