internal import Assembly
internal import Diagnostics
internal import Model
internal import Traffic

/// One place, one finding: what several builds and worlds show at one place is one fault of the file that is written
/// there.
struct FindingMerger {
  private struct ObjectKey: Hashable {
    let kind: String
    let namespace: String
    let name: String
  }

  /// The builds that hold an object, by its name as it is applied.
  private var builds: [ObjectKey: [Int]] = [:]
  /// The builds that take something of a file.
  private var buildsOfFile: [FileID: Set<Int>] = [:]
  private let names: [String]
  /// The names in messages: what tells builds of one name apart is said.
  private let fullNames: [String]
  /// The worlds that are asked about, in order, each with its units.
  private let worlds: [(name: String, units: Set<Int>)]
  private let unitsOfWorld: [String: Set<Int>]
  private let users: UsersOfFiles
  private let rulesAboutFiles: Set<RuleID>

  /// Rules that could not decide everywhere: where they found nothing, there may be the same fault.
  var undecided: Set<RuleID> = []

  init(_ project: Project, _ rules: [any Rule.Type]) {
    names = project.assembly.units.map(\.name)
    fullNames = FindingMerger.fullNames(project.assembly.units)
    worlds = project.plans.map { ($0.name, Set($0.units)) }
    unitsOfWorld = Dictionary(worlds.map { ($0.name, $0.units) }) { $0.union($1) }
    users = UsersOfFiles(project.assembly)
    rulesAboutFiles = Set(rules.lazy.filter { $0.looksAtFiles }.map { $0.info.id })
    // With one unit there is nothing to tell apart.
    guard names.count > 1 else { return }
    for (number, unit) in project.assembly.units.enumerated() where unit.isApplied {
      var namespaces: Set<String> = []
      for object in unit.objects {
        let meta = object.manifest.meta
        let key = ObjectKey(kind: meta.kind, namespace: meta.namespace, name: meta.name.value)
        add(number, to: key)
        buildsOfFile[meta.document.file, default: []].insert(number)
        if namespaces.insert(meta.namespace).inserted {
          add(number, to: ObjectKey(kind: "Namespace", namespace: "", name: meta.namespace))
        }
      }
    }
  }

  /// Lists stay in order, and name no build twice.
  private mutating func add(_ build: Int, to key: ObjectKey) {
    if builds[key]?.last != build { builds[key, default: []].append(build) }
  }

  private static func fullNames(_ units: [Unit]) -> [String] {
    let twins = Dictionary(grouping: units.filter(\.isApplied), by: \.name).filter { $0.value.count > 1 }
    return units.map { unit in
      guard let others = twins[unit.name] else { return unit.name }
      if let cluster = unit.cluster, others.count(where: { $0.cluster == cluster }) == 1 {
        return "\(unit.name) of \(cluster)"
      }
      return unit.owner.map { "\(unit.name) of \($0)" } ?? unit.name
    }
  }

  /// Each fault once, as the first of its builds shows it, with the severest of the severities.
  func merged(_ findings: consuming [Finding]) -> [Finding] {
    var numbers: [FindingID: Int] = [:]
    var result: [Finding] = []
    var taken: [[Int]] = []
    // Only of findings that came more than once.
    var known: [Int: Set<String>] = [:]
    for var finding in findings {
      if rulesAboutFiles.contains(finding.rule) { finding.worlds = worlds(using: finding.span.file) }
      let own = builds(of: finding)
      guard let number = numbers[finding.id] else {
        numbers[finding.id] = result.count
        result.append(finding)
        taken.append(own)
        continue
      }
      if finding.severity > result[number].severity { result[number].takeWords(of: finding) }
      // Where it has no cause, it speaks for itself.
      if finding.cause == nil { result[number].cause = nil }
      for world in finding.worlds
      where known[number, default: Set(result[number].worlds)].insert(world).inserted {
        result[number].worlds.append(world)
      }
      if own != taken[number] { taken[number] = Set(own).union(taken[number]).sorted() }
    }
    // Equal lists share what is made of them: of equal objects in many builds each finding names all builds.
    var last: (builds: [Int], names: [String]) = ([], [])
    for number in result.indices {
      if taken[number] != last.builds { last = (taken[number], taken[number].map { names[$0] }) }
      if result[number].builds != last.names { result[number].builds = last.names }
      tell(taken[number], in: &result[number])
    }
    return result
  }

  private func worlds(using file: FileID) -> [String] {
    let own = users.units(of: file)
    return worlds.filter { !$0.units.isDisjoint(with: own) }.map(\.name)
  }

  /// The builds of the finding's worlds that hold its object.
  private func builds(of finding: Finding) -> [Int] {
    let all = allBuilds(of: finding)
    if finding.worlds.isEmpty || finding.worlds.count == worlds.count { return all }
    let own = finding.worlds.compactMap { unitsOfWorld[$0] }
    return all.filter { build in own.contains { $0.contains(build) } }
  }

  private func allBuilds(of finding: Finding) -> [Int] {
    guard let object = finding.object else { return [] }
    let isNamespace = object.kind == "Namespace"
    let key = ObjectKey(
      kind: object.kind, namespace: isNamespace ? "" : object.namespace ?? "", name: object.name)
    return builds[key] ?? []
  }

  /// Says where a finding holds, if not in every build that takes its place.
  private func tell(_ builds: [Int], in finding: inout Finding) {
    if finding.object == nil { return tellWorlds(in: &finding) }
    guard let all = buildsOfFile[finding.span.file], all.count > 1, !builds.isEmpty else { return }
    let holding = all.intersection(builds)
    if holding.isEmpty || holding.count == all.count { return }
    finding.scope = scope(holding.count, of: all.count, "builds", first: fullNames[holding.min() ?? 0], finding.rule)
  }

  /// Says of a flow in which worlds it fails, if not in all.
  private func tellWorlds(in finding: inout Finding) {
    let holding = finding.worlds
    guard !holding.isEmpty, holding.count < worlds.count, !rulesAboutFiles.contains(finding.rule) else { return }
    finding.scope = scope(holding.count, of: worlds.count, "worlds", first: holding[0], finding.rule)
  }

  private func scope(_ count: Int, of all: Int, _ what: String, first: String, _ rule: RuleID) -> String {
    let isOpen = undecided.contains(rule)
    return count == 1
      ? "in \(first) \(isOpen ? "at least" : "only")" : "in \(isOpen ? "at least " : "")\(count) of \(all) \(what)"
  }
}

extension Finding {
  /// The severest of the builds has the word.
  fileprivate mutating func takeWords(of other: Finding) {
    (self.severity, self.message, self.label) = (other.severity, other.message, other.label)
    (self.why, self.remedy, self.related, self.fix) = (other.why, other.remedy, other.related, other.fix)
  }
}
