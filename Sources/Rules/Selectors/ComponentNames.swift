internal import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// The names by which policies select components that no workload shows, for NP207.
///
/// Names are compared by look-up: by equal values, by the part before a suffix, and by what is left when one letter is
/// dropped. The cost follows the number of distinct names.
struct ComponentNames {
  /// The first place at which a namespace's policies use a label to name a component. An object, for it is compared with
  /// many others.
  final class Use {
    let namespace: String
    let key: String
    let value: String
    let term: WrittenTerm
    let place: Place
    let meta: ObjectMeta
    /// The keys of the selector.
    let keys: Set<String>
    /// Whether a policy applies to it, or peers name it.
    fileprivate(set) var isTarget = false
    fileprivate(set) var isPeer = false
    /// The policies that name it as a peer.
    fileprivate(set) var peerOf: Set<PolicyID> = []
    /// The value without a suffix that makes no other component of it.
    let short: String
    let bytes: [UInt8]
    /// The value without what numbers it.
    private(set) lazy var letters = value.filter(\.isLetter)

    init(_ name: Name, _ term: WrittenTerm, _ place: Place, _ meta: ObjectMeta, keys: Set<String>, short: String) {
      namespace = name.namespace
      key = name.key
      value = name.value
      self.term = term
      self.place = place
      self.meta = meta
      self.keys = keys
      self.short = short
      bytes = Array(value.utf8)
    }

    /// In short names every other one is near.
    var isLong: Bool { bytes.count >= 6 }

    /// What its value has in common with the values that it may be mistaken for, under its key. A letter less is no name
    /// of its own.
    var sketches: [TextSketch] {
      (short == value ? [value] : [value, short]).map { TextSketch($0, under: key) }
        + (isLong ? TextSketch.nearby(value, under: "~" + key) : [])
    }
  }

  struct Name: Hashable {
    let namespace: String
    let key: String
    let value: String
  }

  private struct Sketch: Hashable {
    let namespace: String
    let text: TextSketch
  }

  private let analysis: Analysis
  private var evidence: SelectorEvidence
  private var all: [Use] = []
  private var numbers: [Name: Int] = [:]
  private var bySketch: [Sketch: [Int]] = [:]
  private let nameKeys: [String]
  /// Words behind a dash that make no other component of a name.
  private let suffixes: Set<String>

  init(_ analysis: Analysis) {
    self.analysis = analysis
    evidence = SelectorEvidence(analysis)
    let labels = analysis.facts.labels
    nameKeys = labels.nameKeys.sorted()
    suffixes = labels.sameComponentSuffixes.union(labels.roleSuffixes)
    for (id, policy) in analysis.world.identifiedPolicies where policy.isSound {
      add(policy.podSelector, in: policy.meta.namespace, at: .podSelector(of: policy), of: policy, id, isPeer: false)
      for rule in PolicyType.allCases.flatMap({ policy.effectiveRules($0) }) where rule.isSound {
        for peer in rule.peers.items {
          guard let selector = peer.podSelector, let namespaces = analysis.namedNamespaces(of: peer, in: policy),
            namespaces.count == 1
          else { continue }
          add(
            selector, in: namespaces[0], at: .podSelector(of: peer, in: rule, of: policy), of: policy, id, isPeer: true)
        }
      }
    }
    for (number, use) in all.enumerated() {
      for text in use.sketches {
        bySketch[Sketch(namespace: use.namespace, text: text), default: []].append(number)
      }
    }
    // The first one that is meant ends the search: of very many near names nobody looks at all.
    bySketch = bySketch.mapValues { $0.count == 1 ? $0 : $0.sorted { goesBefore(all[$0], all[$1]) } }
  }

  /// The uses in order of place.
  func uses() -> [Use] { all.sorted { $0.term.span < $1.term.span } }

  /// Another use that seems to mean the same component, and goes before this one.
  func contradiction(of use: Use) -> Use? {
    let others = nameKeys.lazy.filter { $0 != use.key }
      .compactMap { numbers[Name(namespace: use.namespace, key: $0, value: use.value)] }.map { [$0] }
    let near = use.sketches.lazy.map { bySketch[Sketch(namespace: use.namespace, text: $0)] ?? [] }
    var first: Use?
    for numbers in [Array(others), Array(near)].joined() {
      let candidates = numbers.lazy.map { all[$0] }.prefix { goesBefore($0, first ?? use) }
      first = candidates.first { areOne($0, use) } ?? first
    }
    return first
  }

  /// Which of two uses is taken to be right, whatever the order of the input: what a policy applies to, then by name.
  private func goesBefore(_ a: Use, _ b: Use) -> Bool {
    a.isTarget == b.isTarget ? (a.key, a.value) < (b.key, b.value) : a.isTarget
  }

  private mutating func add(
    _ selector: LabelSelector, in namespace: String, at place: Place, of policy: NetworkPolicy, _ id: PolicyID,
    isPeer: Bool
  ) {
    let terms = selector.terms
    for term in terms where term.operator == .in && term.values.count == 1 {
      guard analysis.facts.labels.nameKeys.contains(term.key) else { continue }
      let name = Name(namespace: namespace, key: term.key, value: term.values[0])
      if let known = numbers[name] {
        note(id, isPeer, in: all[known])
        continue
      }
      // Workloads settle it, and so does what was found out about them otherwise.
      guard analysis.selection.pods(selector.selector, in: namespace).isEmpty,
        case .undecided = evidence.verdict(selector.selector, in: namespace)
      else { continue }
      numbers[name] = all.count
      let use = Use(
        name, term, place.term(term), policy.meta, keys: Set(terms.map(\.key)),
        short: Words.withoutSuffix(name.value, suffixes))
      note(id, isPeer, in: use)
      all.append(use)
    }
  }

  private func note(_ policy: PolicyID, _ isPeer: Bool, in use: Use) {
    if isPeer {
      use.isPeer = true
      use.peerOf.insert(policy)
    } else {
      use.isTarget = true
    }
  }

  /// Whether two uses of different labels mean one component. Two peers of one policy are two, and so are two that
  /// policies apply to under different names.
  private func areOne(_ a: Use, _ b: Use) -> Bool {
    if a.key == b.key, a.isTarget == b.isTarget, a.isPeer == b.isPeer { return false }
    if !a.peerOf.isDisjoint(with: b.peerOf) { return false }
    // Sketches of different texts may be equal.
    if a.key != b.key { return a.value == b.value && !a.keys.isSubset(of: b.keys) && !b.keys.isSubset(of: a.keys) }
    // Numbered ones are several.
    return a.value != b.value && a.letters != b.letters && isNear(a, b)
  }

  /// Whether two values of one key differ by one slip of the pen, or by a suffix.
  private func isNear(_ a: Use, _ b: Use) -> Bool {
    if a.short == b.value || a.value == b.short || a.short == b.short { return true }
    return a.isLong && b.isLong && Words.differByOneLetter(a.bytes, b.bytes)
  }

}
