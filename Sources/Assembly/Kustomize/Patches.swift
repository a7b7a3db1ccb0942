internal import Diagnostics
internal import Facts
internal import Model
internal import YAMLSource

/// The patches of a kustomization: `patchesStrategicMerge`, `patches` and `patchesJson6902`.
struct Patches {
  private let file: KustomizationFile
  private let facts: KustomizeFacts
  private let reader: PatchReader

  init(_ builder: KustomizeBuilder, _ file: KustomizationFile, _ context: BuildContext) {
    self.file = file
    facts = builder.facts
    reader = PatchReader(builder, file, context)
  }

  // MARK: Steps

  func applyStrategicMerges(to result: inout Accumulation) throws(BuildRefusal) {
    for entry in file.items("patchesStrategicMerge") {
      for fragment in try reader.fragments(entry, &result) {
        try merge(Patches.withTexts(fragment), nil, entry, into: &result)
        reader.noteUse(of: entry, &result)
        try result.checkTwins(at: entry.firstPlace)
      }
    }
    result.dropDeleted()
  }

  /// Applies what stands under `patches`.
  func applyPatches(to result: inout Accumulation) throws(BuildRefusal) {
    for entry in file.items("patches") {
      let target = entry["target"].flatMap { $0.isNull ? nil : $0 }
      switch try reader.content(of: entry, &result) {
      case .remote(let gap): try leaveOpen(target, entry, gap, &result)
      case .json(let patch): try apply(patch, entry, target, storesID: true, to: &result)
      case .strategic(let fragments):
        if let target {
          try merge(fragments, entry, target, into: &result)
        } else {
          for fragment in fragments {
            let isNoted = entry["options"]?.entries.contains { $0.value.bool ?? false } ?? false
            let patch = isNoted ? try Patches.withTexts(fragment, ["annotations"]) : fragment
            try merge(patch, entry["options"], entry, into: &result)
            reader.noteUse(of: entry["path"], &result)
          }
        }
      }
      result.dropDeleted()
    }
  }

  /// Applies what stands under `patchesJson6902`.
  func applyJSONPatches(to result: inout Accumulation) throws(BuildRefusal) {
    for entry in file.items("patchesJson6902") {
      switch try reader.content(of: entry, &result) {
      case .remote(let gap):
        try leaveOpen(entry["target"].flatMap { $0.isNull ? nil : $0 }, entry, gap, &result)
      case .json(let patch):
        try apply(patch, entry, entry["target"].flatMap { $0.isNull ? nil : $0 }, storesID: false, to: &result)
      case .strategic:
        throw BuildRefusal(
          "kustomize refuses this build: this is no JSON patch", at: entry.firstPlace,
          remedy: "move it to `patches`, or write a list of operations")
      }
    }
  }

  /// Notes which objects a patch changes that was not read; one without a target names its object itself.
  private func leaveOpen(
    _ target: TreeNode?, _ entry: TreeNode, _ gap: BuildGap, _ result: inout Accumulation
  ) throws(BuildRefusal) {
    guard let target else { return }
    for number in try select(target, entry, &result) { result.change(number) { $0.gap = $0.gap ?? gap } }
  }

  // MARK: JSON patches

  private func apply(
    _ patch: JSONPatch, _ entry: TreeNode, _ target: TreeNode?, storesID: Bool, to result: inout Accumulation
  ) throws(BuildRefusal) {
    guard let target else {
      throw BuildRefusal(
        "kustomize refuses this build: a JSON patch needs a target", at: entry.firstPlace,
        remedy: "say under `target` which objects it is for")
    }
    for number in try select(target, entry, &result) {
      var copied = 0
      try result.spend(patch.count * Patches.stepsInChange, at: entry.firstPlace)
      try result.change(number) { (resource: inout Resource) throws(BuildRefusal) in
        if storesID { resource.storeID(facts) }
        try resource.rewrite()
        let id = resource.id(facts)
        do throws(JSONPatch.Failure) {
          try resource.changeWithNotes(keepsNotes: true) { (root: inout TreeNode) throws(JSONPatch.Failure) in
            copied = try patch.apply(to: &root)
          }
        } catch {
          throw BuildRefusal(
            "kustomize refuses this build: \(error.message) (\(id.text))", at: error.span,
            remedy: "mend the patch, or its target")
        }
        guard resource.root.isMapping, !resource.isDeleted else {
          throw BuildRefusal(
            "kustomize refuses this build: the patch leaves nothing of \(id.text)", at: entry.firstPlace,
            remedy: "delete the object with `$patch: delete`")
        }
      }
      try result.spend(copied, at: entry.firstPlace)
    }
  }

  /// To change an object is as much as so many other steps.
  private static let stepsInChange = 4

  /// The objects that a target means, by their numbers.
  private func select(
    _ target: TreeNode, _ entry: TreeNode, _ result: inout Accumulation
  ) throws(BuildRefusal) -> [Int] {
    let selector = try TargetSelector(target)
    let candidates = result.candidates(name: selector.onlyName, kind: selector.onlyKind)
    try result.spend(candidates.count, at: target.firstPlace)
    let selected = candidates.filter { selector.selects(result.resources[$0], facts) }
    if selected.isEmpty, !result.mayHoldMore {
      result.idleTargets.insert(target.firstPlace)
    } else {
      reader.noteUse(of: entry["path"], &result)
    }
    return selected
  }

  // MARK: Strategic merges

  /// So many nodes are walked while one step of another sort is done, and so many scalars left as they are.
  private static let nodesInStep = 8
  private static let keptScalarsInStep = 64

  /// Merges a patch into each object that a target means.
  private func merge(
    _ fragments: [TreeNode], _ entry: TreeNode, _ target: TreeNode, into result: inout Accumulation
  ) throws(BuildRefusal) {
    guard fragments.count == 1, let fragment = fragments.first else {
      throw BuildRefusal(
        "kustomize refuses this build: several patches in one entry cannot have a target", at: entry.firstPlace,
        remedy: "make an entry of each")
    }
    let text = try Patches.withTexts(fragment)
    for number in try select(target, entry, &result) {
      try result.spend(Patches.stepsInChange, at: entry.firstPlace)
      try merge(text, entry["options"], number, in: &result)
    }
    try result.checkTwins(at: entry.firstPlace)
  }

  /// Kustomize makes texts of what the labels and annotations of a patch hold, nulls as well, where it copies the patch:
  /// one with a target, or one of `patchesStrategicMerge`. Where it notes options, it does so with the annotations.
  private static func withTexts(
    _ patch: TreeNode, _ keys: [String] = ["labels", "annotations"]
  ) throws(BuildRefusal) -> TreeNode {
    var patch = patch
    for key in keys {
      guard let node = patch["metadata"]?[key] else { continue }
      guard node.isNull || node.isMapping else {
        throw BuildRefusal(
          "kustomize refuses this build: \(key) must be a mapping", at: node.span, remedy: "write `key: value`")
      }
      let pairs = node.entries.map {
        TreeEntry($0.key, at: $0.keySpan, TreeNode(string: $0.value.rawText, at: $0.value.span))
      }
      patch.change("metadata") { metadata in
        metadata[key] = pairs.isEmpty ? nil : TreeNode(.mapping(pairs), at: node.span)
      }
    }
    return patch
  }

  /// Merges a patch into the one object that it names.
  private func merge(
    _ patch: TreeNode, _ options: TreeNode?, _ entry: TreeNode, into result: inout Accumulation
  ) throws(BuildRefusal) {
    let id = Resource(patch, origin: nil).id(facts)
    let matching = result.indices(ofAny: id)
    // It is for an object that was not read, as far as anybody knows.
    if matching.isEmpty, result.mayHoldMore { return }
    guard let number = matching.first, matching.count == 1 else {
      let what = matching.isEmpty ? "is no object of this build" : "is more than one object of this build"
      throw BuildRefusal(
        "kustomize refuses this build: \(id.text), which this patch is for, \(what)",
        at: patch["metadata"]?["name"]?.span ?? patch.firstPlace,
        remedy: matching.isEmpty ? "write the name, namespace and apiVersion of the object" : "give the patch a target",
        related: [RelatedPlace(entry.firstPlace, "named here")])
    }
    try merge(patch, options, number, in: &result)
  }

  /// Names, kinds and namespaces stay as they are, unless the entry says otherwise.
  private func merge(
    _ patch: TreeNode, _ options: TreeNode?, _ number: Int, in result: inout Accumulation
  ) throws(BuildRefusal) {
    let mayRename = options?["allowNameChange"]?.bool ?? false
    let mayChangeKind = options?["allowKindChange"]?.bool ?? false
    let strategy = StrategicMerge(facts)
    try result.change(number) { (resource: inout Resource) throws(BuildRefusal) in
      if mayRename || mayChangeKind { resource.storeID(facts) }
      let old = resource.root
      // The schema is the object's, whatever the patch says of its own version.
      var patch = patch
      patch["apiVersion"] = old["apiVersion"]
      do throws(StrategicMerge.Failure) {
        try resource.changeWithNotes(keepsNotes: false) { (root: inout TreeNode) throws(StrategicMerge.Failure) in
          root = try strategy.merge(patch, into: root) ?? TreeNode(.mapping([]), at: patch.span)
        }
      } catch {
        throw BuildRefusal(
          "kustomize refuses this build: \(error.message)", at: error.span,
          remedy: "write what the object has here, or delete it with `null` first",
          related: [RelatedPlace(old.firstPlace, "the object")])
      }
      guard !resource.isDeleted else { return }
      resource.root["apiVersion"] = old["apiVersion"]
      if !mayChangeKind { resource.root["kind"] = old["kind"] }
      resource.changeMetadata { metadata in
        // Kustomize writes them anew and says no type.
        func plain(_ key: String) -> TreeNode? {
          old["metadata"]?[key].map { $0.isEmpty ? $0 : TreeNode(plainResource: $0.rawText, at: $0.span) }
        }
        if !mayRename { metadata["name"] = plain("name") }
        metadata["namespace"] = plain("namespace")
      }
    }
    let work = strategy.work
    let steps = work.count / Patches.nodesInStep + work.keptScalars / Patches.keptScalarsInStep
    try result.spend(steps, at: patch.firstPlace)
  }
}

/// Texts in messages.
enum DisplayLine {
  /// The first line, cut where it is long.
  static func first(of text: String) -> String {
    let line = text.prefix { !$0.isNewline }
    return line.count == text.count && line.count <= 80 ? text : line.prefix(80) + "…"
  }
}
