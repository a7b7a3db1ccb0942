internal import Diagnostics
internal import Model

/// What stands in files that builds take, and shows in none of them: a build elsewhere must not take anything out of
/// linting in silence.
struct LostPolicies {
  private struct Place: Hashable {
    let document: DocumentID
    let prefix: String

    init(_ meta: ObjectMeta) { (document, prefix) = (meta.document, meta.pathPrefix) }
  }

  private struct Fault: Hashable {
    let kind: ManifestProblem.Kind
    let span: SourceSpan
  }

  private let assembler: Assembler

  init(_ assembler: Assembler) { self.assembler = assembler }

  /// Names the files with policies that every build deletes, and those with faults that every build mends.
  func addSkipped(_ used: UsedFiles) {
    let live = Set(assembler.assembly.units.lazy.flatMap(\.objects).map { Place($0.manifest.meta) })
    let known = Set(assembler.assembly.problems.map { Fault(kind: $0.kind, span: $0.span) })
    for file in assembler.files where used.isUsed(file.path, as: .resource) {
      let lost = file.contents.manifests.filter { $0.isPolicy && !live.contains(Place($0.meta)) }
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
        add(file, "\(what) mended by every build that takes it")
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
