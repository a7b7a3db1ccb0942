internal import Diagnostics
internal import Model

extension Assembler {
  /// Adds what no build takes: the plain manifests of each folder, and what lies beside a kustomization and is not
  /// applied.
  func addPlainUnits(_ kustomizations: KustomizationFolders, _ used: UsedFiles, _ gitOps: GitOps) {
    let tests = TestAssets(self)
    var folders: [String: [AssemblyFile]] = [:]
    var forgotten: [String: [AssemblyFile]] = [:]
    var leftOut: [(AssemblyFile, LeftOutPaths.Cause)] = []
    for file in files where !file.contents.manifests.isEmpty || !file.contents.problems.isEmpty {
      let path = file.path
      if used.isUsed(path, as: .resource) {
        problems.add(file.contents.problems.filter(\.kind.isAboutSyntax))
        continue
      }
      let folder = path.isEmpty ? nil : kustomizations.folder(above: path)
      // A patch that changes nothing may be a whole policy, which `kubectl create` would take.
      let isIdle = used.isUsed(path, as: .idlePatch) && !file.contents.manifests.contains(where: \.isWholePolicy)
      if used.isUsed(path, as: .patch) || isIdle {
        assembly.patchFiles.insert(file.file.id)
        problems.add(file.contents.problems.filter(\.kind.isAboutSyntax))
        continue
      }
      if !file.isNamed, let test = tests.folder(of: path) {
        addTestAsset(file, test)
        continue
      }
      problems.add(file.contents.problems)
      if file.contents.manifests.isEmpty { continue }
      if let folder, !file.isNamed {
        forgotten[folder, default: []].append(file)
      } else if !file.isNamed, let cause = gitOps.causeOfLeavingOut(path) {
        leftOut.append((file, cause))
      } else {
        folders[Paths.directory(of: path), default: []].append(file)
      }
    }
    let rivals = RivalEntries(assembly.units, Array(assembly.units.indices)).files(assembly.units)
    for (directory, files) in folders.sorted(by: { $0.key < $1.key }) {
      var units = PlainFolder(directory, files, rivals, self).units
      // A folder that holds entries is applied by hand: somebody has to begin.
      let isReached =
        options.namedFolders.contains(directory) || files.contains { $0.isNamed }
        || files.contains { $0.contents.manifests.contains(where: \.isEntry) }
      if !isReached { for index in units.indices { gitOps.judge(&units[index]) } }
      assembly.units += units
    }
    for (directory, files) in forgotten.sorted(by: { $0.key < $1.key }) {
      let isLoose = kustomizations.looseComponents.contains { Paths.lies(directory, in: $0) }
      let folder = tree.shown(directory)
      for file in files {
        let use = used.otherUse(of: file.path).map { Unit.Cause.otherUse(folder: folder, $0) }
        assembly.units.append(
          Unit(notApplied: file, use ?? (isLoose ? .looseComponent(folder: folder) : .notListed(folder: folder))))
      }
    }
    assembly.units += leftOut.map { Unit(notApplied: $0, .leftOut($1)) }
  }
}

extension Unit {
  /// A file that nobody applies.
  fileprivate init(notApplied file: AssemblyFile, _ cause: Cause) {
    self.init(.plain, name: file.file.path, directory: Paths.directory(of: file.path))
    status = .notApplied(cause)
    objects = file.contents.manifests.map { UnitObject($0) }
  }
}

extension Assembler {
  /// Names a file of a test; nothing of it is judged.
  fileprivate func addTestAsset(_ file: AssemblyFile, _ folder: String) {
    var unit = Unit(.plain, name: file.file.path, directory: Paths.directory(of: file.path))
    unit.status = .notApplied(.testAsset(folder: tree.shown(folder)))
    unit.objects = file.contents.manifests.map { UnitObject($0) }
    assembly.units.append(unit)
    if file.contents.problems.contains(where: \.kind.isAboutSyntax) {
      let reason =
        "it cannot be read, and belongs to the test in \(tree.shown(folder)): NetworkPolicies in it are not judged"
      assembly.skipped.append(SkippedInput(file: file.file.path, reason: reason))
    }
  }
}

extension Manifest {
  /// Whether it says what is applied.
  fileprivate var isEntry: Bool {
    if case .other(let other) = self { EntryObject.kind(other.meta) != nil } else { false }
  }

  /// Whether it says which folders are applied.
  var leadsToFolders: Bool {
    guard case .other(let other) = self else { return false }
    return [.flux, .application, .applicationSet].contains(EntryObject.kind(other.meta))
  }

  /// Whether it is a policy that stands for itself, and no part of one: a pod selector or a subject is written.
  var isWholePolicy: Bool {
    switch self {
    case .networkPolicy(let policy): policy.podSelector.span != policy.podSelector.keySpan
    case .clusterPolicy(let policy): policy.subject != nil
    case .workload, .namespace, .service, .ingress, .other: false
    }
  }
}

/// The plain manifests of a folder: one unit, and one more for each file that is an alternative to others.
struct PlainFolder {
  private(set) var units: [Unit] = []

  /// - Parameter rivals: the files with entries of which no cluster holds two, each with the groups of these.
  init(_ directory: String, _ files: [AssemblyFile], _ rivals: [FileID: Set<Int>], _ assembler: Assembler) {
    let groups = files.map { rivals[$0.file.id] ?? [] }
    var counts: [Int: Int] = [:]
    for group in groups.joined() { counts[group, default: 0] += 1 }
    let apart = PlainFolder.alternatives(files, assembler).union(
      files.indices.filter { groups[$0].contains { counts[$0, default: 0] > 1 } })
    var shared = Unit(
      .plain, name: directory.isEmpty ? files[0].file.path : assembler.tree.shown(directory), directory: directory)
    for (number, file) in files.enumerated() {
      let objects = file.contents.manifests.map { UnitObject($0) }
      if apart.contains(number) {
        var unit = Unit(.plain, name: file.file.path, directory: directory)
        unit.objects = objects
        units.append(unit)
      } else {
        shared.objects += objects
      }
    }
    if !shared.objects.isEmpty { units.insert(shared, at: 0) }
  }

  private static let fewestShared = 3

  /// The files that share at least three objects with another one, half of what the smaller file holds, with different
  /// content: one of them is meant to be applied.
  private static func alternatives(_ files: [AssemblyFile], _ assembler: Assembler) -> Set<Int> {
    // Smaller ones share less with any other, and would stand between those that count.
    let large = files.indices.filter { files[$0].contents.manifests.count >= fewestShared }
    if large.count < 2 { return [] }
    var holders: [ObjectIdentity: [Int]] = [:]
    var counts: [Int: Int] = [:]
    for number in large {
      let identities = Set(files[number].contents.manifests.compactMap(ObjectIdentity.init))
      counts[number] = identities.count
      for identity in identities { holders[identity, default: []].append(number) }
    }
    var shared: [FilePair: Int] = [:]
    for numbers in holders.values where numbers.count > 1 {
      // Each with the first one that holds the object: files that are alike hang together through it.
      for other in numbers.dropFirst() { shared[FilePair(numbers[0], other), default: 0] += 1 }
    }
    var result: Set<Int> = []
    for (pair, count) in shared
    where count >= fewestShared && 2 * count >= min(counts[pair.first] ?? 0, counts[pair.second] ?? 0) {
      result.formUnion([pair.first, pair.second])
    }
    return result
  }

  private struct FilePair: Hashable {
    let first: Int
    let second: Int

    init(_ a: Int, _ b: Int) { (first, second) = (min(a, b), max(a, b)) }
  }
}
