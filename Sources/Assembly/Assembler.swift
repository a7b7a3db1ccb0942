internal import Diagnostics
internal import Facts
package import Model
internal import YAMLSource

/// The way from files to units and worlds.
package final class Assembler {
  let tree: any FileTree
  let reader: ManifestReader
  let options: AssemblyOptions
  let documents: DocumentReader
  /// Made when something is built: what kustomize knows of Kubernetes is long.
  private(set) lazy var builder = KustomizeBuilder(tree, documents)
  /// The files of the run, then those that builds name.
  private(set) var files: [AssemblyFile]
  private let givenCount: Int
  private(set) var numbers: [String: Int] = [:]
  var assembly = Assembly()
  private var targets = IdleTargets()
  /// What entries leave out of their folders.
  var leftOut = LeftOutPaths()
  /// Faults of built objects, each once.
  var problems = ProblemList()
  lazy var written = WrittenManifests()
  let kept: KeptAssembly?
  private lazy var configMaps = SubstitutionValues(self)

  /// - Parameters:
  ///   - files: in order of their ids.
  ///   - reader: reads the files that builds name beside them.
  ///   - kept: what was worked out for the runs before, with the same options of the reader.
  package init(
    _ files: [AssemblyFile], tree: any FileTree, reader: ManifestReader, options: AssemblyOptions,
    kept: KeptAssembly? = nil
  ) {
    self.kept = kept
    self.files = files
    self.tree = tree
    self.reader = reader
    self.options = options
    givenCount = files.count
    documents = DocumentReader(tree, kept: kept)
    for (number, file) in files.enumerated() where !file.path.isEmpty { numbers[file.path] = number }
  }

  /// Works everything out. Builds are done one after the other, in order of their folders.
  package func assemble() -> Assembly {
    kept?.turn()
    let kustomizations = KustomizationFolders(self)
    var used = UsedFiles()
    let gitOps = GitOps(self)
    gitOps.addUnits(kustomizations, &used)
    for directory in kustomizations.tops where !gitOps.reaches(directory) {
      let place = documents.place(ofKustomizationIn: directory, tree)
      let number = addUnit(UnitEntry(.kustomization, directory, at: place), &used)
      if options.namedFolders.contains(directory) { continue }
      // What holds pods is no mere part of another build, whatever is said of it there.
      if let other = kustomizations.switchedOff[directory], !assembly.units[number].holdsPods {
        assembly.units[number].status = .notApplied(.switchedOff(by: tree.shown(other)))
      } else {
        gitOps.judge(&assembly.units[number])
      }
    }
    addUnbuilt(kustomizations, &used)
    // What a component names that nothing uses is there all the same, whatever its name ends in.
    for directory in kustomizations.looseComponents { readResources(of: directory) }
    addPlainUnits(kustomizations, used, gitOps)
    assembly.findHolders()
    HelmReleases(gitOps).addUnits()
    takeAddedFiles()
    PlaceholderTexts(self).markDoubts()
    assembly.addedFiles = Array(files[givenCount...])
    for span in targets.idle {
      problems.add(
        ManifestProblem(
          .idleTarget, "this target selects no object of the build: the patch changes nothing", at: span,
          remedy: "write a pattern that the object's kind, name and namespace match, or delete the patch"))
    }
    let settled = SettledTexts(assembly.units)
    let open = OpenPlaces(assembly.units)
    assembly.problems = problems.all.filter { problem in
      !open.explain(problem) && (settled.hold(problem) || !PlaceholderTexts(self).explains(problem))
    }
    addSkipped()
    let lost = LostPolicies(self)
    lost.addSkipped(used)
    lost.addOverwritten()
    lost.addChanged(kustomizations)
    let specs = WrittenSpecs(documents) { [self] id in path(of: id.file) }
    WorldMaker(specs, options).addWorlds(to: &assembly, tree)
    return assembly
  }

  // MARK: Files

  /// A file of the run, or one that a build names, which is then read.
  func file(at path: String) -> AssemblyFile? {
    if numbers[path] == nil {
      guard tree.file(at: path) != nil else { return nil }
      takeAddedFiles()
    }
    return numbers[path].map { files[$0] }
  }

  /// Takes the files that builds have read by now, in order of their ids. What is no manifest by its name is looked at
  /// only where a build takes objects from it.
  private func takeAddedFiles() {
    for (path, file) in tree.added.dropFirst(files.count - givenCount) {
      let contents = Assembler.isManifest(path) ? reader.read(file) : FileContents()
      numbers[path] = files.count
      files.append(AssemblyFile(path: path, file: file, contents: contents))
    }
  }

  private static func isManifest(_ path: String) -> Bool {
    [".yaml", ".yml", ".json"].contains { path.hasSuffix($0) }
  }

  /// Takes what a build has read.
  func take(_ usedFiles: [UsedFile]) {
    takeAddedFiles()
    for used in usedFiles where used.role == .resource && !Assembler.isManifest(used.path) {
      guard let number = numbers[used.path] else { continue }
      let file = files[number]
      files[number] = AssemblyFile(
        path: file.path, file: file.file, contents: reader.read(file.file), isNamed: file.isNamed)
    }
  }

  /// Whether a file is one of the run, and not only one that builds name.
  func isGiven(_ path: String) -> Bool { numbers[path].map { $0 < givenCount } ?? false }

  /// Reads the files of objects that a kustomization names, although it is not built.
  private func readResources(of directory: String) {
    let named = FilesOfRefusedBuild(self, directory).files.filter { $0.role == .resource && file(at: $0.path) != nil }
    take(named)
  }

  /// A file of the run, or one that builds name.
  func file(_ id: FileID) -> AssemblyFile? { number(of: id).map { files[$0] } }

  /// A file's path as reports show it.
  func shownPath(of id: FileID) -> String? { number(of: id).map { files[$0].file.path } }

  func path(of id: FileID) -> String? { number(of: id).map { files[$0].path } }

  /// Ids are given in order: those of the run, then those that builds name.
  func number(of id: FileID) -> Int? {
    guard let first = files.first?.file.id.index else { return nil }
    let number = Int(id.index) - Int(first)
    return files.indices.contains(number) && files[number].file.id == id
      ? number : files.firstIndex { $0.file.id == id }
  }

  /// The folder that holds all files of the run: what paths of entries start from outside of a repository.
  private(set) lazy var commonFolder: String = {
    var folder: String?
    for file in files where !file.path.isEmpty {
      if let folder, Paths.lies(file.path, in: folder) { continue }
      let directory = Paths.directory(of: file.path)
      guard var common = folder else {
        folder = directory
        continue
      }
      while !Paths.lies(directory, in: common) { common = Paths.directory(of: common) }
      folder = common
    }
    return options.namedFolders.count == 1 ? options.namedFolders[0] : folder ?? "/"
  }()

  // MARK: Builds

  /// Does what an entry says, and adds its unit.
  @discardableResult func addUnit(_ entry: UnitEntry, _ used: inout UsedFiles) -> Int {
    var unit = Unit(entry.kind, name: tree.shown(entry.directory), directory: entry.directory, place: entry.place)
    unit.owner = entry.owner
    unit.cluster = entry.cluster
    unit.additions = entry.additions
    unit.takesFilesAlone = entry.generated != nil
    unit.isSuspended = entry.isSuspended
    do throws(BuildRefusal) {
      let build = try builder.build(
        entry.directory, generated: entry.generated, edits: entry.edits, isRestricted: entry.isRestricted)
      used.add(build.usedFiles, of: build.directories)
      take(build.usedFiles)
      targets.add(build)
      problems.add(build.absent.map { ManifestProblem(refusal: $0, .absentFile) })
      unit.gaps = build.gaps
      unit.directories = build.directories
      let variables = try variables(of: entry.substitution, cluster: entry.cluster)
      unit.isSubstituted = variables != nil
      let finish = BuildFinish(entry, variables, builder.facts)
      let marks = build.gaps.contains { $0.scope == .variables }
      var unknown: Set<String> = []
      var places: UnbuiltPlaces?
      for object in build.objects {
        var (object, doubt) = try finish.apply(to: object, hasVariables: marks)
        if let gap = object.gap {
          let known = places ?? PossibleNamespaces(self).places(of: unit, entry)
          places = known
          doubt = ObjectDoubt(reason: gap.reason, span: gap.span, places: known)
        }
        if object.root["kind"]?.text == "ConfigMap" { configMaps.add(object.root, cluster: entry.cluster) }
        let manifests = manifests(object, build.selectorLabels, doubt)
        unit.objects += manifests
        // What entries do not say is told of what they lead to.
        if let doubt, object.gap == nil, entry.substitution != nil,
          !manifests.contains(where: \.manifest.leadsToFolders),
          unknown.insert(doubt.reason).inserted
        {
          addSkipped(doubt.reason, entry)
        }
      }
    } catch {
      unit.refusal = error
      unit.objects = []
      problems.add(ManifestProblem(refusal: error))
      let named = FilesOfRefusedBuild(self, entry.directory, generated: entry.generated)
      used.add(named.files.filter { $0.role != .elsewhere }, of: named.directories)
      unit.directories = named.directories
      for used in named.files {
        if used.role == .resource {
          unit.objects += asWritten(used.path)
        } else if used.role == .elsewhere {
          // Somebody else may apply them as they are; this build would have taken them too.
          unit.objects += (file(at: used.path)?.contents.manifests ?? []).filter(\.isPolicy).map { UnitObject($0) }
        } else if let file = file(at: used.path) {
          // A patch that was not applied may be a whole policy, which `kubectl create` would take.
          let policies = file.contents.manifests.filter(\.isWholePolicy)
          problems.add(
            file.contents.problems.filter { problem in
              problem.kind.isAboutSyntax
                || !problem.path.hasSuffix("$patch") && policies.contains { $0.meta.span.covers(problem.span) }
            })
          unit.objects += policies.map { UnitObject($0) }
        }
      }
    }
    if unit.doubt != nil { unit.places = PossibleNamespaces(self).places(of: unit, entry) }
    if unit.gaps.contains(where: { $0.scope == .additions }) {
      unit.additionNamespaces = PossibleNamespaces(self).namespacesOfAdditions(to: unit, entry)
    }
    assembly.units.append(unit)
    return assembly.units.count - 1
  }

  private func addSkipped(_ reason: String, _ entry: UnitEntry) {
    let file = entry.place.flatMap { path(of: $0.file) } ?? entry.directory
    assembly.skipped.append(SkippedInput(file: tree.shown(file), reason: reason))
  }

  /// The values that a substitution gives: its own, and those of ConfigMaps that the input holds.
  ///
  /// - Throws: where one has a name that Flux does not take.
  private func variables(
    of substitution: FluxSubstitution?, cluster: String?
  ) throws(BuildRefusal) -> VariableValues? {
    guard let substitution, substitution.isActive else { return nil }
    var values: [String: String] = [:]
    var mayHaveMore = false
    for source in substitution.sources {
      guard source.kind == "ConfigMap",
        let data = configMaps.data(of: source.name, in: substitution.namespace, cluster: cluster)
      else {
        // It may give what earlier ones give too, and counts more.
        values = [:]
        mayHaveMore = true
        continue
      }
      values.merge(data) { $1 }
    }
    values.merge(substitution.values) { $1 }
    if let name = FluxSubstitution.invalidName(in: values) {
      throw BuildRefusal(
        "Flux refuses this build: `\(name)` is no name of a variable", at: substitution.span,
        remedy: "write letters, digits and `_`, and no digit first")
    }
    // Lines of a value are put together.
    values = values.mapValues { $0.replacing("\n", with: "") }
    return VariableValues(values: values, mayHaveMore: mayHaveMore)
  }

  /// The objects of a file as they are written.
  func asWritten(_ path: String) -> [UnitObject] {
    guard let file = file(at: path) else { return [] }
    problems.add(file.contents.problems)
    return file.contents.manifests.map { UnitObject($0) }
  }

  // MARK: Skipped

  /// Each step that is not modelled, once, and policies that nobody applies.
  private func addSkipped() {
    var seen: Set<BuildGap> = []
    for unit in assembly.units {
      if case .notApplied(let cause) = unit.status {
        let count = unit.objects.count { $0.manifest.isPolicy }
        if count > 0 {
          let what = count == 1 ? "its NetworkPolicy is not applied" : "its \(count) NetworkPolicies are not applied"
          assembly.skipped.append(SkippedInput(file: unit.name, reason: "\(what): \(cause.text)"))
        }
      }
      if unit.isSuspended, let owner = unit.owner {
        let file = unit.place.flatMap { shownPath(of: $0.file) } ?? unit.name
        assembly.skipped.append(
          SkippedInput(note: "\(owner) is suspended: it counts as applied as it is written", on: file))
      }
      for gap in unit.gaps where seen.insert(gap).inserted {
        assembly.skipped.append(
          SkippedInput(file: number(of: gap.span.file).map { files[$0].file.path } ?? unit.name, reason: gap.reason))
      }
    }
  }
}

/// Targets that select nothing in any build that takes their file: a component's may be meant for some builds alone.
private struct IdleTargets {
  private var counts: [SourceSpan: Int] = [:]
  private var builds: [FileID: Int] = [:]

  mutating func add(_ build: KustomizeBuild) {
    for span in Set(build.idleTargets) { counts[span, default: 0] += 1 }
    for file in build.kustomizationFiles { builds[file, default: 0] += 1 }
  }

  /// In order of place.
  var idle: [SourceSpan] { counts.filter { $0.value >= builds[$0.key.file] ?? 0 }.map(\.key).sorted() }
}
