internal import Diagnostics
internal import Model
internal import YAMLSource

/// What stands in files that builds take, and shows in none of them: a build elsewhere must not take anything out of
/// linting in silence.
struct LostPolicies {
  private struct Fault: Hashable {
    let kind: ManifestProblem.Kind
    let span: SourceSpan
  }

  private let assembler: Assembler
  /// Where the policies of all units are written.
  private let live: Set<ObjectOrigin>

  init(_ assembler: Assembler) {
    self.assembler = assembler
    live = Set(
      assembler.assembly.units.lazy.flatMap(\.objects).map(\.manifest).filter(\.isPolicy).map(\.meta.origin))
  }

  /// Names the files with policies that every build deletes, and those with faults that every build mends.
  func addSkipped(_ used: UsedFiles) {
    let known = Set(assembler.assembly.problems.map { Fault(kind: $0.kind, span: $0.span) })
    for file in assembler.files where used.isUsed(file.path, as: .resource) {
      let lost = file.contents.manifests.filter { $0.isPolicy && !live.contains($0.meta.origin) }
      let mended = file.contents.problems.filter { problem in
        LostPolicies.kinds.contains(problem.kind) && !known.contains(Fault(kind: problem.kind, span: problem.span))
          && !lost.contains { $0.meta.span.covers(problem.span) }
          && !PlaceholderTexts(assembler).explains(problem)
      }
      if !lost.isEmpty {
        let what = lost.count == 1 ? "its NetworkPolicy is" : "\(lost.count) of its NetworkPolicies are"
        add(file, "\(what) in no build: what takes the file deletes or drops it")
      }
      if !mended.isEmpty {
        let what = mended.count == 1 ? "1 fault in it is" : "\(mended.count) faults in it are"
        assembler.assembly.skipped.append(
          SkippedInput(note: "\(what) mended by every build that takes it", on: file.file.path))
      }
    }
  }

  /// Names the patch files with policies of which no build keeps all that they say: later patches overwrite them,
  /// they delete what they patch, or they patch something else.
  func addOverwritten() {
    let patches = assembler.files.filter { assembler.assembly.patchFiles.contains($0.file.id) }
    var open = WrittenPatches(assembler, patches, except: live)
    if open.isEmpty { return }
    for object in assembler.assembly.units.lazy.flatMap(\.objects) where object.manifest.isPolicy {
      if let spec = object.root?["spec"] { open.remove(keptIn: spec) }
    }
    for file in patches {
      let count = open.count(in: file)
      if count == 0 { continue }
      let what = count == 1 ? "its NetworkPolicy is" : "\(count) of its NetworkPolicies are"
      add(file, "\(what) taken for a patch, and no build keeps all of what it says")
    }
  }

  /// Names the files whose policies every build that takes them changes, so that what their own folder gives is judged
  /// nowhere: nobody is known to apply that, and whoever does gets something else.
  func addChanged(_ kustomizations: KustomizationFolders) {
    let units = assembler.assembly.units
    let tops = Set(units.lazy.filter { $0.kind == .kustomization }.map(\.directory))
    let taken = Set(units.lazy.filter { $0.refusal == nil }.flatMap(\.directories)).subtracting(tops)
    let folders = kustomizations.all.filter(taken.contains)
    if folders.isEmpty { return }
    var specs: [ObjectOrigin: [TreeNode]] = [:]
    for object in units.lazy.filter({ $0.refusal == nil }).flatMap(\.objects) where object.manifest.isPolicy {
      let spec = assembler.root(of: object)?["spec"]
      specs[object.manifest.meta.origin, default: []] += spec.map { [$0] } ?? []
    }
    var named: Set<FileID> = []
    for folder in folders {
      for object in (try? assembler.builder.build(folder))?.objects ?? [] {
        guard let origin = object.origin, let built = specs[origin], let spec = object.root["spec"],
          !built.contains(where: { $0.keeps(spec) }), let file = assembler.file(origin.document.file),
          named.insert(file.file.id).inserted
        else { continue }
        assembler.assembly.skipped.append(
          SkippedInput(
            note:
              "its NetworkPolicies are judged as builds change them, not as \(assembler.tree.shown(folder)) gives them",
            on: file.file.path))
      }
    }
  }

  private static let kinds: Set<ManifestProblem.Kind> = [
    .unknownField, .wrongType, .invalidValue, .unsupportedVersion,
  ]

  private func add(_ file: AssemblyFile, _ reason: String) {
    assembler.assembly.skipped.append(SkippedInput(file: file.file.path, reason: reason))
  }
}
