import Assembly
import Foundation
import Testing
import YAMLSource

/// Random kustomizations, built by this package and by the real kustomize.
@Suite(.enabled(if: Kubectl.path != nil, "there is no kubectl: run `make kubectl`"))
struct KustomizeDifferentialTests {
  private static func number(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
  }

  @Test func buildsAgreeWithKustomize() throws {
    let run = try DifferentialRun(
      seed: Self.number("NETPOL_KUSTOMIZE_SEED") ?? 20_240_501,
      count: Int(Self.number("NETPOL_KUSTOMIZE_CASES") ?? 1_200),
      refusable: Int(Self.number("NETPOL_KUSTOMIZE_REFUSABLE") ?? 12))
    let failures = try run.compare()
    print("kustomize: \(run.summary)")
    for failure in failures { Issue.record("\(failure)") }
    if failures.isEmpty { try run.scratch.remove() }
  }
}

/// Builds many cases both ways, the real kustomize in other processes meanwhile.
private final class DifferentialRun {
  private typealias Ours = Result<[TreeNode], BuildRefusal>

  /// A process of the real kustomize, and the cases whose builds it is to agree with.
  private struct Job {
    let numbers: [Int]
    let build: KubectlBuild
  }

  let scratch: ScratchFolder
  private let seed: UInt64
  private let count: Int
  /// How many of a hundred cases may be such that the build is refused: each of those takes a process of its own.
  private let refusable: Int
  private var refused = 0
  private var ours: [Int: Ours] = [:]
  private var jobs: [Job] = []
  private var batchCount = 0
  private var failures: [String] = []

  /// Cases of one process: fewer cost more starts, and more of them agree later or are built again one by one.
  private static let batchSize = 40
  private static let mostProcesses = 3

  init(seed: UInt64, count: Int, refusable: Int) throws {
    self.seed = seed
    self.count = count
    self.refusable = refusable
    scratch = try ScratchFolder("netpol-lint-kustomize")
  }

  var summary: String { "\(count) cases of seed \(seed), \(refused) of them refused" }

  /// What differs, a line for each case.
  func compare() throws -> [String] {
    var batch: [Int] = []
    for number in 0..<count {
      if try !make(number) {
        try start([number])
      } else {
        batch.append(number)
        guard batch.count == Self.batchSize else { continue }
        try start(batch)
        batch = []
      }
    }
    if !batch.isEmpty { try start(batch) }
    while !jobs.isEmpty { try finishFirst() }
    return failures
  }

  // MARK: Cases

  /// Draws a case, writes it down and builds it; returns whether it can be built.
  private func make(_ number: Int) throws -> Bool {
    let mayBeRefused = (number * 37) % 100 < refusable
    var (generated, build) = draw(number, 0)
    for attempt in 1..<50 where !mayBeRefused {
      if case .success = build { break }
      (generated, build) = draw(number, attempt)
    }
    for (path, text) in generated.files { try scratch.write(text, to: "case\(number)/\(path)") }
    ours[number] = build
    if case .failure = build {
      refused += 1
      return false
    }
    return true
  }

  private func draw(_ number: Int, _ attempt: Int) -> (KustomizeCase, Ours) {
    let generated = KustomizeCase(number: number, attempt: attempt, seed: seed)
    let files = MemoryTree(
      Dictionary(uniqueKeysWithValues: generated.files.map { ("/\($0.key)", $0.value) }))
    do throws(BuildRefusal) {
      let builder = KustomizeBuilder(files, DocumentReader(files))
      return (generated, .success(try builder.build("/\(KustomizeCase.entry)").objects.map(\.root)))
    } catch {
      return (generated, .failure(error))
    }
  }

  private func folder(_ number: Int) -> URL { scratch.url.appending(path: "case\(number)/\(KustomizeCase.entry)") }

  // MARK: Processes

  /// Starts a build of cases: several are built in one go by a kustomization that lists them.
  private func start(_ numbers: [Int]) throws {
    while jobs.count >= Self.mostProcesses { try finishFirst() }
    var directory = folder(numbers[0])
    if numbers.count > 1 {
      batchCount += 1
      let list = numbers.map { "- ../case\($0)/\(KustomizeCase.entry)\n" }.joined()
      try scratch.write("resources:\n" + list, to: "batch\(batchCount)/kustomization.yaml")
      directory = scratch.url.appending(path: "batch\(batchCount)")
    }
    jobs.append(Job(numbers: numbers, build: try KubectlBuild(of: directory)))
  }

  /// Waits for the process that was started first, and compares what it built.
  private func finishFirst() throws {
    let job = jobs.removeFirst()
    let outcome = try job.build.outcome()
    if job.numbers.count == 1 {
      let number = job.numbers[0]
      guard let build = ours.removeValue(forKey: number), let difference = difference(build, outcome) else { return }
      // Said at once: a long run may be ended before its end.
      print("kustomize: case \(number) differs")
      failures.append("seed \(seed), case \(number) in \(folder(number).path): \(difference)")
      return
    }
    let objects = job.numbers.flatMap { (try? ours[$0]?.get()) ?? [] }
    if case .built(let theirs) = outcome, BuildComparison.difference(of: objects, from: theirs) == nil {
      for number in job.numbers { ours[number] = nil }
      return
    }
    // One case of them may differ, or mean something else among the others.
    for number in job.numbers { try start([number]) }
  }

  private func difference(_ build: Ours, _ outcome: KubectlBuild.Outcome) -> String? {
    switch (build, outcome) {
    case (.failure, .refused): nil
    case (.failure(let refusal), .built): "kustomize builds it, we refuse: \(refusal.message)"
    case (.success, .refused(let message)): "kustomize refuses it: \(message.suffix(600))"
    case (.success(let objects), .built(let theirs)): BuildComparison.difference(of: objects, from: theirs)
    }
  }
}
