package import Diagnostics
internal import Model
internal import Rules
internal import Traffic

/// Makes fixes in memory, in rounds, until nothing is left to do.
///
/// Each round makes the fixes that do not get into each other's way, reads the input again and lints it. What the API
/// server refuses comes first, for rules look at the rest of a policy only when it is mended; then safe fixes; then, if
/// they are wanted, those that correct what is written, and last those that add to it: what seems to be missing may be
/// there under a wrong name or number. A round counts only if its findings are gone, no fault of the text is new and, for
/// safe fixes, the engine allows the same as before in every world. Of a round that does not count, a smaller part is
/// tried, so that one wrong fix does not keep the others from being made.
package struct Fixer: Sendable {
  private let mostReadings: Int
  private let makesUnsafe: Bool
  private let bar: @Sendable (SourceFile) -> String?
  private let reread: @Sendable ([String: [UInt8]]) async -> FixState?

  /// - Parameters:
  ///   - makesUnsafe: whether fixes are made that change what is allowed.
  ///   - mostReadings: after so many readings of the input the work ends, done or not.
  ///   - bar: why a file must not be changed; `nil` where it may.
  ///   - reread: reads and lints the input, with other bytes for some files by their shown paths; `nil` when that fails.
  package init(
    makesUnsafe: Bool, mostReadings: Int = 100, bar: @escaping @Sendable (SourceFile) -> String?,
    reread: @escaping @Sendable ([String: [UInt8]]) async -> FixState?
  ) {
    self.makesUnsafe = makesUnsafe
    self.mostReadings = mostReadings
    self.bar = bar
    self.reread = reread
  }

  /// Makes all fixes that can be made.
  package func run(_ start: FixState) async -> FixOutcome {
    var work = Work(state: start)
    while work.readings < mostReadings, let (turn, candidates) = next(work) {
      await make(candidates, turn, &work)
    }
    return outcome(of: work, from: start)
  }

  // MARK: Rounds

  /// What a round makes.
  private enum Turn: CaseIterable {
    /// What the API server refuses: it is in no cluster, so that nothing there can change.
    case refused
    case safe
    case correcting
    case adding
  }

  private struct Work {
    var state: FixState
    /// The bytes of the changed files, by shown path.
    var changed: [String: [UInt8]] = [:]
    var mended: [String: [RuleID]] = [:]
    var rejected: [FixKey: FixRefusal] = [:]
    var readings = 0
  }

  /// A problem that the API server refuses, with its fix.
  private struct Refused: Hashable {
    let span: SourceSpan
    let fix: Fix?
  }

  private func next(_ work: Work) -> (Turn, [FixCandidate])? {
    let refused = Set(
      work.state.project.problems.lazy.filter { $0.kind.isRefused && $0.fix != nil }
        .map { Refused(span: $0.span, fix: $0.fix) })
    var candidates: [Turn: [FixCandidate]] = [:]
    for finding in work.state.result.findings where finding.cause == nil {
      guard let fix = finding.fix, !fix.edits.isEmpty else { continue }
      let key = FixKey(finding, in: work.state.sources.path(of: finding.span))
      if work.rejected[key] != nil || barred(fix, work.state) != nil { continue }
      let turn: Turn =
        switch fix.safety {
        case .unsafe: fix.edits.allSatisfy(\.isInsertion) ? .adding : .correcting
        case .safe: refused.contains(Refused(span: finding.span, fix: fix)) ? .refused : .safe
        }
      candidates[turn, default: []].append(FixCandidate(finding: finding, fix: fix, key: key))
    }
    for turn in Turn.allCases where makesUnsafe || turn == .refused || turn == .safe {
      if let fixes = candidates[turn] { return (turn, fixes) }
    }
    return nil
  }

  private func barred(_ fix: Fix, _ state: FixState) -> String? {
    for edit in fix.edits { if let reason = bar(state.sources[edit.span.file]) { return reason } }
    return nil
  }

  /// Makes the largest part of the fixes that holds, and gives up those that mend nothing.
  private func make(_ candidates: [FixCandidate], _ turn: Turn, _ work: inout Work) async {
    var batch = FixBatch(candidates)
    while work.readings < mostReadings {
      work.readings += 1
      switch await attempt(batch, turn, work) {
      case .success(let (state, changed)):
        for fix in batch.fixes { work.mended[fix.key.file, default: []].append(fix.finding.rule) }
        (work.state, work.changed) = (state, changed)
        return
      case .failure(let failure):
        if batch.fixes.count <= 1 || failure.mending?.isEmpty == true {
          for fix in batch.fixes { work.rejected[fix.key] = failure.refusal }
          return
        }
        batch = FixBatch(failure.mending ?? Array(batch.fixes.prefix(batch.fixes.count / 2)))
      }
    }
  }

  private struct Failure: Error {
    let refusal: FixRefusal
    /// Those whose findings are gone; `nil` where it is not known which of the fixes are wrong.
    var mending: [FixCandidate]?
  }

  private func attempt(
    _ batch: FixBatch, _ turn: Turn, _ work: Work
  ) async -> Result<(FixState, [String: [UInt8]]), Failure> {
    var changed = work.changed
    for (id, edits) in batch.edits {
      let file = work.state.sources[id]
      changed[file.path] = file.bytes.applying(edits)
    }
    guard let new = await reread(changed), isSound(new, work.state, turn) else {
      return .failure(Failure(refusal: .breaksText))
    }
    let mending = mending(batch, new)
    if mending.count < batch.fixes.count { return .failure(Failure(refusal: .doesNotMend, mending: mending)) }
    if turn == .safe, !TrafficProof.holds(batch, work.state.project, new.project) {
      return .failure(Failure(refusal: .isNotProved))
    }
    return .success((new, changed))
  }

  // MARK: Checks

  /// Whether nothing is broken that was not. What the API server refused may show more faults when it is mended: nothing
  /// looks into a field that it does not know.
  private func isSound(_ new: FixState, _ old: FixState, _ turn: Turn) -> Bool {
    func faults(_ state: FixState) -> Int {
      state.project.problems.count { problem in
        turn != .refused || problem.kind.isAboutSyntax || problem.kind == .buildFails
      }
    }
    return faults(new) <= faults(old) && new.project.skipped.count <= old.project.skipped.count
      && new.project.counts.policies >= old.project.counts.policies
  }

  private struct Place: Hashable {
    let rule: RuleID
    let file: String
    let start: UInt32
    let message: String
  }

  /// The fixes whose findings are gone.
  private func mending(_ batch: FixBatch, _ new: FixState) -> [FixCandidate] {
    let moved = batch.edits.mapValues(MovedPlaces.init)
    let left = Set(
      new.result.findings.map { finding in
        Place(
          rule: finding.rule, file: new.sources.path(of: finding.span), start: finding.span.start,
          message: finding.message)
      })
    return batch.fixes.filter { fix in
      let span = fix.finding.span
      let start = moved[span.file]?.offset(of: span.start) ?? span.start
      let place = Place(
        rule: fix.finding.rule, file: fix.key.file, start: start, message: fix.finding.message)
      return !left.contains(place)
    }
  }

  private func outcome(of work: Work, from start: FixState) -> FixOutcome {
    let changes = start.sources.files.compactMap { file -> FixOutcome.Change? in
      guard let new = work.changed[file.path], new != file.bytes else { return nil }
      return FixOutcome.Change(file: file, new: new)
    }
    var refused: [(finding: Finding, refusal: FixRefusal)] = []
    for finding in work.state.result.findings where finding.cause == nil {
      guard let fix = finding.fix, !fix.edits.isEmpty, fix.safety == .safe || makesUnsafe else { continue }
      if let reason = barred(fix, work.state) {
        refused.append((finding, .isOutOfReach(reason)))
      } else if let refusal = work.rejected[FixKey(finding, in: work.state.sources.path(of: finding.span))] {
        refused.append((finding, refusal))
      }
    }
    return FixOutcome(
      state: work.state, changes: changes, mended: work.mended, refused: refused, isStable: next(work) == nil)
  }
}

extension ManifestProblem.Kind {
  /// Whether the API server refuses an object for it.
  fileprivate var isRefused: Bool { [.unknownField, .wrongType, .invalidValue, .unsupportedVersion].contains(self) }
}
