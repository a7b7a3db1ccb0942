internal import Diagnostics
internal import Model

/// Faults, each once, in the order in which they were found.
struct ProblemList {
  private struct Key: Hashable {
    let kind: ManifestProblem.Kind
    let span: SourceSpan
    let path: String
    let key: String
  }

  private(set) var all: [ManifestProblem] = []
  private var seen: Set<Key> = []
  /// How often one text was complained of, in whatever fields.
  private var counts: [Key: Int] = [:]

  /// A build may write one text into very many fields: it is one fault of the text, and these fields show it.
  private static let mostFields = 10

  mutating func add(_ problem: ManifestProblem) {
    let words = problem.key + problem.message
    let key = Key(kind: problem.kind, span: problem.span, path: problem.path, key: words)
    guard seen.insert(key).inserted else { return }
    let text = Key(kind: problem.kind, span: problem.span, path: "", key: words)
    counts[text, default: 0] += 1
    if counts[text, default: 0] <= ProblemList.mostFields { all.append(problem) }
  }

  mutating func add(_ problems: [ManifestProblem]) { for problem in problems { add(problem) } }
}

extension ManifestProblem {
  init(refusal: BuildRefusal, _ kind: Kind = .buildFails) {
    self.init(
      kind, refusal.message, at: refusal.span, remedy: refusal.remedy, related: refusal.related)
  }
}
