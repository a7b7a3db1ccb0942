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

  private static let kinds: Set<ManifestProblem.Kind> = [
    .unknownField, .wrongType, .invalidValue, .unsupportedVersion,
  ]

  private func add(_ file: AssemblyFile, _ reason: String) {
    assembler.assembly.skipped.append(SkippedInput(file: file.file.path, reason: reason))
  }
}
