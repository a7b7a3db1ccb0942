internal import Diagnostics
internal import Rules
internal import Traffic
internal import Writing

/// Reading anew, and telling the client what came of it.
extension LanguageServer {
  /// Makes what is known of some roots new, and tells what has changed.
  mutating func refresh(_ numbers: Range<Int>) async {
    for number in numbers where roots[number].freshness != .fresh { await read(number) }
    tellDiagnostics()
  }

  mutating func ensureFresh(_ numbers: Range<Int>) async {
    if roots[numbers].contains(where: { $0.freshness != .fresh }) { await refresh(numbers) }
  }

  private mutating func read(_ number: Int) async {
    let texts = texts(for: roots[number])
    let isAfresh = roots[number].freshness == .unread
    roots[number].freshness = .fresh
    if !isAfresh, roots[number].hasRead(texts) { return }
    let reading = await roots[number].workspace.read(texts, afresh: isAfresh)
    if let old = roots[number].snapshot { retired.append(old) }
    if let new = reading.snapshot { roots[number].take(new) }
    guard isAfresh else { return }
    // What is wrong with a config that is open is shown in it.
    let isShown = documents.keys.contains { !configProblems($0).isEmpty }
    if !reading.fault.isEmpty, reading.fault != roots[number].lastFault, !isShown {
      outgoing.append(
        Outgoing.note(reading.fault.map { DisplayText.escaped($0) }.joined(separator: "\n"), isFault: true))
    }
    roots[number].lastFault = reading.fault
  }

  /// The open documents, by the paths that a root's reports show.
  func texts(for root: Root) -> [String: [UInt8]] {
    Dictionary(documents.map { (root.shown($0.key), $0.value.bytes) }) { first, _ in first }
  }

  /// The root whose answers count for a file: the innermost folder that holds it, or one that builds on it.
  func owner(of path: String) -> Int? {
    let inside = roots.indices.filter { roots[$0].contains(path) }
    return inside.max { roots[$0].place.folder.utf8.count < roots[$1].place.folder.utf8.count }
      ?? roots.indices.first { roots[$0].file(path) != nil }
  }

  // MARK: Diagnostics

  /// The findings of every file that has some, and what is wrong with configs that are being written.
  private func entries() -> [String: DiagnosticsStore.Entry] {
    var entries: [String: DiagnosticsStore.Entry] = [:]
    for (number, root) in roots.enumerated() {
      guard let snapshot = root.snapshot else { continue }
      for (file, findings) in Dictionary(grouping: snapshot.result.findings, by: \.span.file) {
        let path = root.path(of: file)
        guard roots.count == 1 || owner(of: path) == number, configProblems(path).isEmpty else { continue }
        entries[path] = DiagnosticsStore.Entry(root: root.place, findings: findings, problems: [])
      }
    }
    for path in documents.keys {
      let problems = configProblems(path)
      if problems.isEmpty { continue }
      let place = owner(of: path).map { roots[$0].place } ?? RootPlace(folder: "/")
      entries[path] = DiagnosticsStore.Entry(root: place, findings: [], problems: problems)
    }
    return entries
  }

  /// Sends the diagnostics of every file that has other ones than the client knows, or says that it should ask.
  mutating func tellDiagnostics() {
    let changed = store.update(entries(), roots)
    if client.pullsDiagnostics {
      guard client.refreshesDiagnostics, !changed.isEmpty else { return }
      outgoing.append(Outgoing.request(nextRequest, "workspace/diagnostic/refresh"))
      nextRequest += 1
      return
    }
    let newer = documents.filter { $1.version != toldVersions[$0] || toldVersions[$0] == nil }.keys
    var writers: [RootPlace: DiagnosticsWriter] = [:]
    for path in Set(changed).union(newer).sorted() { publish(path, &writers) }
  }

  private mutating func publish(_ path: String, _ writers: inout [RootPlace: DiagnosticsWriter]) {
    let version = documents[path]?.version
    toldVersions[path] = version
    let entry = store.entries[path]
    var writer = entry.flatMap { writers[$0.root] ?? self.writer(for: $0) }
    outgoing.append(
      Outgoing.notification("textDocument/publishDiagnostics") { json in
        json.object { json in
          json.member("uri", uri(of: path))
          if let version { json.member("version", version) }
          json.key("diagnostics")
          Self.write(entry, &writer, to: &json)
        }
      })
    if let entry { writers[entry.root] = writer }
  }

  func uri(of path: String) -> String { documents[path]?.uri ?? DocumentURI.uri(path) }

  func writer(for entry: DiagnosticsStore.Entry) -> DiagnosticsWriter? {
    guard let root = roots.first(where: { $0.place == entry.root }), let snapshot = root.snapshot else { return nil }
    return DiagnosticsWriter(places(root, snapshot), client.diagnosticForm)
  }

  func places(_ root: Root, _ snapshot: Snapshot) -> SnapshotPlaces {
    SnapshotPlaces(root, snapshot, encoding, documents)
  }
}
