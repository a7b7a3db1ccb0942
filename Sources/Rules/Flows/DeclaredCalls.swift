internal import Diagnostics
internal import Facts
internal import Model

/// A host and a port that a workload's manifest names as whom it calls.
struct DeclaredCall {
  let host: NamedHost
  /// Where the host is named: the value, or the argument.
  let span: SourceSpan
  /// What names it: `variable DB_URL`.
  let source: String
  /// The workloads that read the same text, where there are several: which of them calls nobody says. Empty otherwise.
  var sharers: [WorkloadID] = []
  /// Whether hosts outside of the cluster are meant to be called by it.
  let mayBeOutside: Bool
}

/// Whom the workloads of a world say they call: in variables, arguments, and ConfigMaps that they take.
final class DeclaredCalls {
  private let world: World
  private let facts: CallFacts
  /// The ConfigMaps of each name.
  private var maps: [Place: [ResourceID]] = [:]
  /// The workloads that take a ConfigMap as a whole.
  private var users: [Place: [WorkloadID]] = [:]

  private struct Place: Hashable {
    let namespace: String
    let name: String
  }

  /// A text of a container under its key, with what it comes from.
  private struct Entry {
    let text: NamedText
    let source: String
    let sharers: [WorkloadID]
  }

  init(_ analysis: Analysis) {
    world = analysis.world
    facts = analysis.facts.calls
    for (id, resource) in world.identifiedResources where !resource.texts.isEmpty {
      maps[Place(namespace: resource.meta.namespace, name: resource.meta.name.value), default: []].append(id)
    }
    if maps.isEmpty { return }
    for (id, workload) in world.identifiedWorkloads {
      for name in Set(wholeMaps(of: workload)) {
        users[Place(namespace: workload.meta.namespace, name: name), default: []].append(id)
      }
    }
  }

  private func wholeMaps(of workload: Workload) -> [String] {
    workload.mountedConfigMaps
      + workload.containers.flatMap(\.configMaps).compactMap { use in
        if case .all(let map, _) = use { map } else { nil }
      }
  }

  /// The calls of a workload, in the order of its manifest.
  func calls(of id: WorkloadID) -> [DeclaredCall] {
    let workload = world[id]
    return workload.containers.flatMap { calls(of: $0, in: workload) }
      + workload.mountedConfigMaps.flatMap { filed($0, in: workload) }
  }

  private func calls(of container: Container, in workload: Workload) -> [DeclaredCall] {
    var entries = container.environment.map { Entry(text: $0, source: "variable \($0.key)", sharers: []) }
    entries += container.configMaps.flatMap { self.entries(of: $0, in: workload) }
    let hasProxy = entries.contains { entry in
      let key = entry.text.key.uppercased()
      return key.hasSuffix("PROXY") && !key.hasPrefix("NO")
    }
    var calls: [DeclaredCall] = []
    for entry in entries {
      var reader = CallReader(facts)
      reader.readValue(entry.text.value.value, key: entry.text.key)
      calls += reader.hosts.map { call($0, entry, hasProxy) }
    }
    calls += arguments(of: container, &entries, hasProxy)
    for entry in entries {
      if let host = pair(entry, entries) { calls.append(call(host, entry, hasProxy)) }
    }
    return calls
  }

  private func call(_ host: NamedHost, _ entry: Entry, _ hasProxy: Bool) -> DeclaredCall {
    DeclaredCall(
      host: host, span: entry.text.value.span, source: entry.source, sharers: entry.sharers,
      mayBeOutside: !hasProxy && host.isMeant)
  }

  /// Reads each argument for what it names alone, and all together for programs whose words stand apart.
  private func arguments(of container: Container, _ entries: inout [Entry], _ hasProxy: Bool) -> [DeclaredCall] {
    var reader = CallReader(facts)
    reader.readArguments(container.arguments.map(\.value))
    let names = { (argument: Located<String>, name: String) in argument.value.lowercased().contains(name) }
    for (key, value) in reader.flags {
      guard let place = container.arguments.first(where: { names($0, value.lowercased()) }) else { continue }
      let text = NamedText(key: key, value: Located(value, at: place.span))
      entries.append(Entry(text: text, source: "flag \(key)", sharers: []))
    }
    return reader.hosts.compactMap { host in
      container.arguments.first { names($0, host.host) }.map { place in
        DeclaredCall(
          host: host, span: place.span, source: "argument", mayBeOutside: !hasProxy && host.isMeant)
      }
    }
  }

  // MARK: ConfigMaps

  /// The only ConfigMap of a name; `nil` where several have it, for nobody says which one the pods get.
  private func map(_ name: String, in workload: Workload) -> (texts: [NamedText], sharers: [WorkloadID])? {
    let place = Place(namespace: workload.meta.namespace, name: name)
    guard let found = maps[place], found.count == 1 else { return nil }
    let map = world[found[0]]
    guard map.meta.isPlaced == workload.meta.isPlaced else { return nil }
    let sharers = users[place] ?? []
    return (map.texts, sharers.count > 1 ? sharers : [])
  }

  private func entries(of use: ConfigMapUse, in workload: Workload) -> [Entry] {
    switch use {
    case .key(let name, let key, let variable):
      guard let text = map(name, in: workload)?.texts.last(where: { $0.key == key }) else { return [] }
      let named = NamedText(key: variable, value: text.value)
      return [Entry(text: named, source: "variable \(variable), from ConfigMap \(name)", sharers: [])]
    case .all(let name, let prefix):
      guard let (texts, sharers) = map(name, in: workload) else { return [] }
      return texts.map {
        let named = NamedText(key: prefix + $0.key, value: $0.value)
        return Entry(text: named, source: "variable \(named.key), from ConfigMap \(name)", sharers: sharers)
      }
    }
  }

  /// What the files of a ConfigMap name by URLs. Hosts outside are mere words in many of them.
  private func filed(_ name: String, in workload: Workload) -> [DeclaredCall] {
    guard let (texts, sharers) = map(name, in: workload) else { return [] }
    return texts.flatMap { text in
      var reader = CallReader(facts)
      reader.readFile(text.value.value)
      return reader.hosts.map {
        DeclaredCall(
          host: $0, span: text.value.span, source: "\(text.key) of ConfigMap \(name)", sharers: sharers,
          mayBeOutside: false)
      }
    }
  }

  // MARK: Hosts and ports that stand apart

  /// `DB_HOST` with `DB_PORT`: the ports of keys that begin alike. A host without such a port tells none.
  private func pair(_ entry: Entry, _ entries: [Entry]) -> NamedHost? {
    let key = entry.text.key
    guard let host = CallReader.hostName(entry.text.value.value[...]), facts.mayBeCalled(key) else { return nil }
    for ending in NamedText.hostEndings(of: key) {
      let start = String(key.uppercased().dropLast(ending.count))
      guard start.contains(where: \.isLetter) else { continue }
      let wanted = [start + "PORT", key.uppercased() + "_PORT", key.uppercased() + "-PORT"]
      guard let port = entries.last(where: { wanted.contains($0.text.key.uppercased()) }),
        let number = UInt16(port.text.value.value), number > 0
      else { continue }
      return NamedHost(host: host, port: number, key: key, isMeant: true)
    }
    return nil
  }
}
