internal import Diagnostics
internal import Model
internal import YAMLSource

extension Assembler {
  /// Adds what `kubectl kustomize` gives in folders that nothing here builds as they are: an entry takes their files one by
  /// one, what uses them fails, or it deletes what they make. Nobody is known to apply it; it is judged all the same.
  func addUnbuilt(_ kustomizations: KustomizationFolders, _ used: inout UsedFiles) {
    var built: Set<String> = []
    var failed: Set<String> = []
    for unit in assembly.units {
      let directories = unit.directories.filter { !unit.takesFilesAlone || $0 != unit.directory }
      if unit.refusal == nil { built.formUnion(directories) } else { failed.formUnion(directories) }
    }
    let tops = Set(assembly.units.lazy.filter { $0.kind == .kustomization }.map(\.directory))
    for directory in kustomizations.all where !tops.contains(directory) {
      let isBuilt = built.contains(directory)
      if isBuilt, !mayMakePolicies(directory) { continue }
      let isComponent = kustomizations.looseComponents.contains(directory)
      // What kustomize refuses is no fault of a folder that is meant for other builds.
      // A component is built as if it were none, which kustomize does where it stands alone.
      let root = documents.kustomizationRoot(in: directory, tree)
      let component = root?["kind"]?.text == "Component" ? root : nil
      guard let build = try? builder.build(directory, generated: component) else { continue }
      take(build.usedFiles)
      var unit = Unit(
        .kustomization, name: tree.shown(directory), directory: directory,
        place: documents.place(ofKustomizationIn: directory, tree))
      unit.status = .notApplied(isComponent ? .looseComponent(folder: unit.name) : .notBuilt(folder: unit.name))
      unit.gaps = build.gaps
      let isWhole = !isBuilt && !failed.contains(directory) && !isComponent
      for object in build.objects where isWhole || isNews(object) {
        unit.objects += manifests(object, build.selectorLabels, nil)
      }
      if !isWhole { unit.objects.removeAll { !$0.manifest.isPolicy } }
      if unit.objects.isEmpty { continue }
      if isWhole { used.add(build.usedFiles, of: build.directories) }
      assembly.units.append(unit)
    }
  }

  /// Whether a build makes an object into something else than its file shows, or its file was not given.
  private func isNews(_ object: BuiltObject) -> Bool {
    guard let origin = object.origin, let file = file(origin.document.file), isGiven(file.path) else { return true }
    return object.isChanged && !file.contents.manifests.contains { $0.meta.origin == origin && $0.isPolicy }
  }

  /// Whether a kustomization may make policies of what is none: those of its files do not show them.
  private func mayMakePolicies(_ directory: String) -> Bool {
    guard let root = documents.kustomizationRoot(in: directory, tree) else { return false }
    return root.mayMakePolicies
  }
}

extension TreeNode {
  /// Whether a kustomization may make a policy of what is none: by replacements, by patches that change kinds, or by what
  /// components or steps of its own do.
  var mayMakePolicies: Bool {
    let keys = ["replacements", "components", "patchesJson6902", "transformers", "generators", "configurations"]
    return keys.contains { self[$0].map { !$0.isEmpty } ?? false }
      || self["patches"]?.items.contains { $0["options"].map { !$0.isEmpty } ?? false } ?? false
  }
}
