import Assembly
import Foundation
import Testing
import YAMLSource

/// Random kustomizations, built by this package and by the real kustomize.
@Suite(.enabled(if: Kubectl.path != nil, "there is no kubectl: run `make kubectl`"))
struct KustomizeDifferentialTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let count = environment["NETPOL_KUSTOMIZE_CASES"].flatMap { Int($0) } ?? 200
  private static let seed = environment["NETPOL_KUSTOMIZE_SEED"].flatMap { UInt64($0) } ?? 20_240_501
  /// What takes the least time: the cost of a build grows with the square of its objects.
  private static let batchSize = 25

  @Test func buildsAgreeWithKustomize() throws {
    let run = try DifferentialRun(seed: Self.seed, count: Self.count)
    let failures = try run.failures(batchSize: Self.batchSize)
    print("kustomize: \(run.summary)")
    for failure in failures { Issue.record("\(failure)") }
    if failures.isEmpty { try run.scratch.remove() }
  }
}

/// Builds many cases both ways.
private final class DifferentialRun {
  let scratch: ScratchFolder
  private let seed: UInt64
  private var cases: [KustomizeCase] = []
  private var ours: [Result<[TreeNode], BuildRefusal>] = []

  init(seed: UInt64, count: Int) throws {
    self.seed = seed
    scratch = try ScratchFolder("netpol-lint-kustomize")
    for number in 0..<count {
      let generated = KustomizeCase(number: number, seed: seed)
      for (path, text) in generated.files { try scratch.write(text, to: "case\(number)/\(path)") }
      cases.append(generated)
      ours.append(Self.build(generated))
    }
  }

  var summary: String {
    let refused = ours.count { if case .failure = $0 { true } else { false } }
    return "\(cases.count) cases of seed \(seed), \(refused) of them refused"
  }

  private static func build(_ generated: KustomizeCase) -> Result<[TreeNode], BuildRefusal> {
    let files = MemoryTree(
      Dictionary(uniqueKeysWithValues: generated.files.map { ("/\($0.key)", $0.value) }))
    do throws(BuildRefusal) {
      let builder = KustomizeBuilder(files, DocumentReader(files))
      return .success(try builder.build("/\(generated.entry)").objects.map(\.root))
    } catch {
      return .failure(error)
    }
  }

  private func folder(_ number: Int) -> URL { scratch.url.appending(path: "case\(number)/\(cases[number].entry)") }

  /// What differs, a line for each case.
  func failures(batchSize: Int) throws -> [String] {
    var alone: [Int] = []
    var batched: [Int] = []
    for number in cases.indices {
      if case .success = ours[number] { batched.append(number) } else { alone.append(number) }
    }
    let batches = stride(from: 0, to: batched.count, by: batchSize).map {
      Array(batched[$0..<min($0 + batchSize, batched.count)])
    }
    let folders = try batches.enumerated().map { index, numbers in
      let list = numbers.map { "- ../case\($0)/\(cases[$0].entry)\n" }.joined()
      try scratch.write("resources:\n" + list, to: "batch\(index)/kustomization.yaml")
      return scratch.url.appending(path: "batch\(index)")
    }
    for (numbers, outcome) in zip(batches, try Kubectl.build(folders)) {
      let objects = numbers.flatMap { (try? ours[$0].get()) ?? [] }
      if case .built(let theirs) = outcome, BuildComparison.difference(of: objects, from: theirs) == nil { continue }
      // One case of them may differ, or mean something else among the others.
      alone += numbers
    }
    let outcomes = try Kubectl.build(alone.map(folder))
    return zip(alone, outcomes).compactMap { number, outcome in
      difference(number, outcome).map { "seed \(seed), case \(number) in \(folder(number).path): \($0)" }
    }
  }

  private func difference(_ number: Int, _ outcome: Kubectl.Outcome) -> String? {
    switch (ours[number], outcome) {
    case (.failure, .refused): nil
    case (.failure(let refusal), .built): "kustomize builds it, we refuse: \(refusal.message)"
    case (.success, .refused(let message)): "kustomize refuses it: \(message.suffix(600))"
    case (.success(let objects), .built(let theirs)): BuildComparison.difference(of: objects, from: theirs)
    }
  }
}
