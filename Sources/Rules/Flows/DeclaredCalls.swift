internal import Config
internal import Diagnostics
internal import Facts
internal import Model

/// A host and a port that a workload's manifest names as whom it calls.
struct DeclaredCall {
  var host: NamedHost
  /// Where the host is named: the value, or the argument.
  let span: SourceSpan
  /// What names it: `variable DB_URL`.
  let source: String
  /// The workloads that read the same text, where there are several: which of them calls nobody says. Empty otherwise.
  var sharers: [WorkloadID] = []
  /// Whether hosts outside of the cluster are meant to be called by it.
  var mayBeOutside: Bool
}

/// Whom the workloads of a world say they call: in variables, arguments, and ConfigMaps that they take.
///
/// Each ConfigMap is read once for each way in which it is taken, however many workloads take it.
final class DeclaredCalls {
  private let world: World
  private let facts: CallFacts
  /// Whether the run says where objects are that name no namespace.
  private let isNamespaceGiven: Bool
  /// The ConfigMaps of each name.
  private var maps: [Place: [ResourceID]] = [:]
  /// The workloads that take a ConfigMap as a whole.
  private var users: [Place: [WorkloadID]] = [:]
  private var known: [Taken: Reading] = [:]

  private struct Place: Hashable {
    let namespace: String
    let name: String
  }

  /// A ConfigMap with the way in which it is taken.
  private enum Taken: Hashable {
    case variables(ResourceID, ConfigMapUse)
    case files(ResourceID)
  }

  /// What texts that are read together say.
  private struct Reading {
    var calls: [DeclaredCall] = []
    /// The numbers of keys that speak of ports, by the keys in capitals.
    var ports: [String: UInt16] = [:]
    var hasProxy = false
  }

  /// A text of a container under its key, with what it comes from.
  private struct Entry {
    let text: NamedText
    let source: String
  }

  init(_ analysis: Analysis) {
    world = analysis.world
    facts = analysis.facts.calls
    isNamespaceGiven = analysis.configuration.isNamespaceGiven
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
      + workload.mountedConfigMaps.flatMap { files($0, in: workload) }
  }

  private func calls(of container: Container, in workload: Workload) -> [DeclaredCall] {
    let taken = container.configMaps.compactMap { variables($0, in: workload) }
    var entries = container.environment.map { Entry(text: $0, source: "variable \($0.key)") }
    var reader = CallReader(facts)
    reader.readArguments(container.arguments.map(\.value))
    for flag in reader.flags {
      let text = NamedText(key: flag.key, value: Located(flag.value, at: container.arguments[flag.argument].span))
      entries.append(Entry(text: text, source: "flag \(flag.key)"))
    }
    let own = read(entries, isRead: container.environment.count, further: taken.map(\.ports))
    let arguments = reader.hosts.map { host in
      DeclaredCall(
        host: host, span: container.arguments[host.argument].span, source: "argument", mayBeOutside: host.isMeant)
    }
    let calls = own.calls + taken.flatMap(\.calls) + arguments
    guard own.hasProxy || taken.contains(where: \.hasProxy) else { return calls }
    return calls.map { $0.fromInside }
  }

  /// - Parameters:
  ///   - isRead: how many of the entries are read for hosts with ports; the others are so already.
  ///   - further: ports that stand elsewhere.
  private func read(_ entries: [Entry], isRead: Int, further: [[String: UInt16]] = []) -> Reading {
    var result = Reading()
    for entry in entries {
      let key = entry.text.key.uppercased()
      if key.hasSuffix("PROXY"), !key.hasPrefix("NO") { result.hasProxy = true }
      if let port = UInt16(entry.text.value.value), port > 0 { result.ports[key] = port }
    }
    for (index, entry) in entries.enumerated() {
      if index < isRead {
        var reader = CallReader(facts)
        reader.readValue(entry.text.value.value, key: entry.text.key)
        result.calls += reader.hosts.map { call($0, entry) }
      }
      if let host = pair(entry, [result.ports] + further) { result.calls.append(call(host, entry)) }
    }
    return result
  }

  private func call(_ host: NamedHost, _ entry: Entry) -> DeclaredCall {
    DeclaredCall(host: host, span: entry.text.value.span, source: entry.source, mayBeOutside: host.isMeant)
  }

  // MARK: ConfigMaps

  /// The only ConfigMap of a name; `nil` where several have it, for nobody says which one the pods get.
  private func map(_ name: String, in workload: Workload) -> (id: ResourceID, sharers: [WorkloadID])? {
    let place = Place(namespace: workload.meta.namespace, name: name)
    guard let found = maps[place], found.count == 1,
      isNamespaceGiven || world[found[0]].meta.isPlaced == workload.meta.isPlaced
    else { return nil }
    let sharers = users[place] ?? []
    return (found[0], sharers.count > 1 ? sharers : [])
  }

  private func variables(_ use: ConfigMapUse, in workload: Workload) -> Reading? {
    let name =
      switch use {
      case .key(let map, _, _), .all(let map, _): map
      }
    guard let (id, sharers) = map(name, in: workload) else { return nil }
    if let known = known[.variables(id, use)] { return known }
    var entries: [Entry] = []
    for text in world[id].texts {
      switch use {
      case .key(_, let key, let variable):
        if key == text.key { entries = [entry(variable, text, of: name)] }
      case .all(_, let prefix): entries.append(entry(prefix + text.key, text, of: name))
      }
    }
    var reading = read(entries, isRead: entries.count)
    if case .all = use { reading.calls = reading.calls.map { $0.shared(by: sharers) } }
    known[.variables(id, use)] = reading
    return reading
  }

  private func entry(_ variable: String, _ text: NamedText, of map: String) -> Entry {
    Entry(
      text: NamedText(key: variable, value: text.value), source: "variable \(variable), from ConfigMap \(map),")
  }

  /// What the files of a ConfigMap name by URLs. Hosts outside are mere words in many of them.
  private func files(_ name: String, in workload: Workload) -> [DeclaredCall] {
    guard let (id, sharers) = map(name, in: workload) else { return [] }
    if let known = known[.files(id)] { return known.calls }
    var reading = Reading()
    for text in world[id].texts {
      var reader = CallReader(facts)
      reader.readFile(text.value.value)
      reading.calls += reader.hosts.map { host in
        let source = "\(text.key) of ConfigMap \(name)"
        return DeclaredCall(host: host, span: text.value.span, source: source, sharers: sharers, mayBeOutside: false)
      }
    }
    known[.files(id)] = reading
    return reading.calls
  }

  // MARK: Hosts and ports that stand apart

  /// Whether keys with an ending hold a host and nothing else.
  private static func namesHost(_ ending: String) -> Bool { ["HOST", "ADDR", "ADDRESS"].contains(ending) }

  /// `DB_HOST` with `DB_PORT`: the ports of keys that begin alike. A host without such a port tells none, but the Service
  /// of that name may have a single one.
  private func pair(_ entry: Entry, _ ports: [[String: UInt16]]) -> NamedHost? {
    let endings = NamedText.hostEndings(of: entry.text.key)
    guard !endings.isEmpty, let host = CallReader.hostName(entry.text.value.value[...]),
      facts.mayBeCalled(entry.text.key)
    else { return nil }
    let key = entry.text.key.uppercased()
    for ending in endings {
      let start = String(key.dropLast(ending.count))
      guard start.contains(where: \.isLetter) else { continue }
      for wanted in [start + "PORT", key + "_PORT", key + "-PORT"] {
        guard let port = ports.lazy.compactMap({ $0[wanted] }).first else { continue }
        return NamedHost(host: host, port: port, key: entry.text.key, isMeant: true)
      }
    }
    guard endings.contains(where: DeclaredCalls.namesHost) else { return nil }
    return NamedHost(host: host, port: NamedHost.portOfService, key: entry.text.key, isMeant: true)
  }
}

extension DeclaredCall {
  fileprivate func shared(by workloads: [WorkloadID]) -> DeclaredCall {
    var call = self
    call.sharers = workloads
    return call
  }

  /// The same where a proxy stands between the pods and the outside.
  fileprivate var fromInside: DeclaredCall {
    var call = self
    call.mayBeOutside = false
    return call
  }
}
