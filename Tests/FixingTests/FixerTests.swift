import Config
import Diagnostics
import Fixing
import Model
import Rules
import Synchronization
import TestSupport
import Testing
import Traffic

/// What the fixer does with fixes that rules should not have given.
@Suite struct FixerTests {
  /// Lines of a policy's ports, which findings are made for.
  private static let policy = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web, namespace: shop}
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress:
        - ports:
            - port: 80
            - port: 81
            - port: 82

    """

  /// A fix that writes a text in place of another one, in a finding of its own. The finding is there as long as the text
  /// is.
  private struct Change {
    let old: String
    let new: String
    var safety = Fix.Safety.safe
  }

  private func run(
    _ changes: [Change], unsafe: Bool = true, bar: String? = nil, text: String = FixerTests.policy,
    mostReadings: Int = 100
  ) async -> (text: String, outcome: FixOutcome, readings: Int) {
    let readings = Mutex(0)
    @Sendable func state(_ changed: [String: [UInt8]]) async -> FixState {
      readings.withLock { $0 += 1 }
      let file = SourceFile(id: FileID(0), path: "a.yaml", bytes: changed["a.yaml"] ?? Array(text.utf8))
      let project = await Project.read([file], configuration: Configuration())
      let policy = Array(project.worlds).first?.world.policies.first
      var result = await Linter(rules: []).lint(project)
      for (number, change) in changes.enumerated() {
        let now = String(decoding: file.bytes, as: UTF8.self)
        guard let range = now.firstRange(of: change.old) else { continue }
        let start = now.utf8.distance(from: now.startIndex, to: range.lowerBound)
        result.findings.append(
          finding(number, change, start..<start + change.old.utf8.count, policy?.meta.reference))
      }
      return FixState(project, result)
    }
    let outcome = await Fixer(makesUnsafe: unsafe, mostReadings: mostReadings, bar: { _ in bar }, reread: state)
      .run(await state([:]))
    let bytes = outcome.state.project.sources.files[0].bytes
    return (String(decoding: bytes, as: UTF8.self), outcome, readings.withLock { $0 } - 1)
  }

  private func finding(_ number: Int, _ change: Change, _ range: Range<Int>, _ object: ObjectReference?) -> Finding {
    let span = SourceSpan(file: FileID(0), start: UInt32(range.lowerBound), end: UInt32(range.upperBound))
    return Finding(
      rule: "NP311", severity: .note, message: "fault \(number)", at: Place(span, of: object),
      .fix(Fix(change.safety, "write it", edits: [Fix.Edit(span, change.new)])), .key("\(number)"))
  }

  @Test func whatIsSafeMustBeProved() async {
    let (text, outcome, _) = await run([
      Change(old: "port: 81", new: "port: 91"), Change(old: "port: 82", new: "port: +82"),
    ])
    #expect(text == Self.policy.replacing("82", with: "+82"))
    #expect(outcome.refused.map(\.refusal) == [.isNotProved] && outcome.mendedCount == 1)
  }

  @Test func whatChangesTheAllowedIsMadeOnDemand() async {
    let change = Change(old: "port: 81", new: "port: 91", safety: .unsafe)
    #expect(await run([change]).text == Self.policy.replacing("81", with: "91"))
    let (text, outcome, readings) = await run([change], unsafe: false)
    #expect(text == Self.policy && outcome.unsafe.count == 1 && outcome.refused.isEmpty && readings == 0)
  }

  @Test func theTextIsNotBroken() async {
    for new in ["port: [", "prot: 80", "port: 80\nkind: Pod"] {
      let (text, outcome, _) = await run([Change(old: "port: 80", new: new, safety: .unsafe)])
      #expect(text == Self.policy && outcome.refused.map(\.refusal) == [.breaksText], "\(new)")
    }
  }

  @Test func aFixMustMend() async {
    // What is written has the fault too.
    let (text, outcome, _) = await run([Change(old: "port: 80", new: "port: 80 # same", safety: .unsafe)])
    #expect(text == Self.policy && outcome.refused.map(\.refusal) == [.doesNotMend] && outcome.isStable)
  }

  @Test func oneWrongFixDoesNotKeepTheOthersBack() async {
    let changes = (80...82).map { Change(old: "port: \($0)", new: $0 == 81 ? "port: [" : "port: \($0 + 10)") }
      .map { Change(old: $0.old, new: $0.new, safety: .unsafe) }
    let (text, outcome, _) = await run(changes)
    #expect(text == Self.policy.replacing("80", with: "90").replacing("82", with: "92"))
    #expect(outcome.mendedCount == 2 && outcome.refused.count == 1 && outcome.isStable)
  }

  /// Those that mend nothing are left out in one go, however many they are.
  @Test func fixesThatMendNothingCostOneReading() async {
    let changes = (80...82).map { number in
      Change(old: "port: \(number)", new: number == 82 ? "port: 92" : "port: \(number) # same", safety: .unsafe)
    }
    let (text, outcome, readings) = await run(changes)
    #expect(text == Self.policy.replacing("82", with: "92"))
    #expect(outcome.refused.map(\.refusal) == [.doesNotMend, .doesNotMend] && outcome.isStable && readings == 3)
  }

  @Test func fixesOfOnePlaceAreMadeInRounds() async {
    let (text, outcome, readings) = await run([
      Change(old: "port: 80", new: "port: 90", safety: .unsafe), Change(old: "80\n", new: "99\n", safety: .unsafe),
    ])
    // The second one's place is gone when the first one is made.
    #expect(text == Self.policy.replacing("80", with: "90") && outcome.mendedCount == 1 && readings == 1)
  }

  @Test func whatMustNotBeChangedIsSaid() async {
    let (text, outcome, _) = await run([Change(old: "port: 80", new: "port: 90", safety: .unsafe)], bar: "it is barred")
    #expect(text == Self.policy && outcome.refused.map(\.refusal) == [.isOutOfReach("it is barred")])
    #expect(outcome.isStable)
  }

  /// A fix that brings the next one about.
  @Test func theWorkHasAnEnd() async {
    let changes = (0..<20).map { number in
      Change(old: "port: \(1000 + number)\n", new: "port: \(1001 + number)\n", safety: .unsafe)
    }
    let (_, outcome, readings) = await run(
      changes, text: Self.policy.replacing("port: 80\n", with: "port: 1000\n"), mostReadings: 5)
    #expect(readings == 5 && !outcome.isStable)
  }

  /// What a policy means that is not known as a whole cannot be compared.
  @Test func nothingIsProvedOfWhatIsNotKnown() async {
    let text = Self.policy.replacing("port: 80\n", with: "port: 80\n              protocol: ${PROTOCOL}\n")
    let (mended, outcome, _) = await run([Change(old: "port: 82", new: "port: +82")], text: text)
    #expect(mended == text && outcome.refused.map(\.refusal) == [.isNotProved])
  }
}
