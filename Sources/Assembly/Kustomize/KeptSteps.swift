internal import Diagnostics
internal import YAMLSource

/// What the objects of a build are called.
struct Calling: Sendable {
  /// The same one where all objects are called, and were called, what they were in the run before.
  final class Version: Sendable {}

  private static let none = Version()

  private(set) var version = Calling.none
  /// Finds objects by that.
  var index = ResourceIndex()

  /// To be called when something is called otherwise, or something has come.
  mutating func renew() { version = Version() }
}

/// What a step does with each object by itself, or that it adds some.
enum StepKind: Hashable {
  case addition, namespace, affixes, labels, commonLabels, annotations, image, end
}

/// Where steps are done.
struct StepPlace: Hashable {
  /// The folders of the kustomizations that lead there, that one last.
  var above: [String] = []
  var isRestricted = true
  /// Tells those apart that are built with something else than their own kustomization; 0 for all others.
  var build = 0

  init() {}

  init(_ context: BuildContext) {
    (above, isRestricted, build) = (context.above, context.isRestricted, context.build)
  }
}

/// What tells the steps of a run apart, as far as anything does.
struct StepKey: Hashable {
  let place: StepPlace
  let kind: StepKind
  let number: Int
}

/// Gives the steps of a kustomization their keys.
struct StepCounter {
  private let place: StepPlace
  private var counts: [StepKind: Int] = [:]

  init(_ place: StepPlace = StepPlace()) { self.place = place }

  mutating func next(_ kind: StepKind) -> StepKey {
    let number = counts[kind] ?? 0
    counts[kind] = number + 1
    return StepKey(place: place, kind: kind, number: number)
  }
}

/// Objects that were added, and what all were called before and after.
struct KeptAddition: Sendable {
  let added: [Resource]
  let before: Calling.Version
  let after: Calling
}

/// What a step made of the objects, each by itself.
struct KeptStep: Sendable {
  let told: [TreeNode?]
  let before: [Resource]
  let after: [Resource]
  /// What they were called before.
  let version: Calling.Version
  /// What they are called now.
  let calling: Calling
  /// Whether an id is another one than before.
  let hasNewIDs: Bool

  /// Whether the step was told the same.
  func isTold(_ other: [TreeNode?]) -> Bool {
    told.count == other.count
      && zip(told, other).allSatisfy { old, new in
        if let old, let new { return old.isSame(as: new) }
        return old == nil && new == nil
      }
  }
}

/// Finds what a step made of objects that stand elsewhere now.
struct KnownOutcomes {
  private let step: KeptStep?
  private var numbers: [ObjectIdentifier: Int]?

  init(_ step: KeptStep?) { self.step = step }

  mutating func outcome(of resource: Resource) -> Resource? {
    guard let step else { return nil }
    if numbers == nil {
      numbers = Dictionary(step.before.enumerated().map { ($1.identity, $0) }) { first, _ in first }
    }
    return numbers?[resource.identity].map { step.after[$0] }
  }
}

/// The objects of a file as builds take them.
struct KeptObjects: Sendable {
  let file: SourceFile
  let resources: [Resource]
}
