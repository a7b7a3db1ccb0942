internal import Assembly
internal import Diagnostics
internal import Model
internal import Traffic

/// One place, one finding: what several builds and worlds show at one place is one fault of the file that is written
/// there.
struct FindingMerger {
  private struct Key: Hashable {
    let rule: RuleID
    let span: SourceSpan
    let path: String
    let key: String
  }

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

  init(_ project: Project) {
    names = project.assembly.units.map(\.name)
    // With one unit there is nothing to tell apart.
    guard names.count > 1 else { return }
    for (number, unit) in project.assembly.units.enumerated() where unit.isApplied {
      var namespaces: Set<String> = []
      for object in unit.objects {
        let meta = object.manifest.meta
        let key = ObjectKey(kind: meta.kind, namespace: meta.namespace, name: meta.name.value)
        if builds[key]?.last != number { builds[key, default: []].append(number) }
        buildsOfFile[meta.document.file, default: []].insert(number)
        if namespaces.insert(meta.namespace).inserted {
          builds[ObjectKey(kind: "Namespace", namespace: "", name: meta.namespace), default: []].append(number)
        }
      }
    }
  }

  /// Each fault once, as the first of its builds shows it, with the severest of the severities.
  func merged(_ findings: [Finding]) -> [Finding] {
    var numbers: [Key: Int] = [:]
    var result: [Finding] = []
    var taken: [[Int]] = []
    for finding in findings {
      let key = Key(rule: finding.rule, span: finding.span, path: finding.path, key: finding.key)
      let own = builds(of: finding)
      guard let number = numbers[key] else {
        numbers[key] = result.count
        result.append(finding)
        taken.append(own)
        continue
      }
      result[number].severity = max(result[number].severity, finding.severity)
      for world in finding.worlds where !result[number].worlds.contains(world) { result[number].worlds.append(world) }
      for build in own where !taken[number].contains(build) { taken[number].append(build) }
    }
    for number in result.indices { tell(taken[number].sorted(), in: &result[number]) }
    return result
  }

  private func builds(of finding: Finding) -> [Int] {
    guard let object = finding.object else { return [] }
    let isNamespace = object.kind == "Namespace"
    let key = ObjectKey(
      kind: object.kind, namespace: isNamespace ? "" : object.namespace ?? "", name: object.name)
    return builds[key] ?? []
  }

  /// Says where a finding holds, if not in every build that takes its place.
  private func tell(_ builds: [Int], in finding: inout Finding) {
    finding.builds = builds.map { names[$0] }
    guard let all = buildsOfFile[finding.span.file], all.count > 1, !builds.isEmpty else { return }
    let holding = all.intersection(builds)
    if holding.isEmpty || holding.count == all.count { return }
    finding.scope =
      holding.count == 1
      ? "in \(names[holding.min() ?? 0]) only" : "in \(holding.count) of \(all.count) builds"
  }
}
