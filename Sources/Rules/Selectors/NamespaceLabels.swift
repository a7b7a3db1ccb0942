internal import Config
internal import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// Every label that a Namespace manifest or the config sets.
struct NamespaceLabels {
  private struct Sketch: Hashable {
    let key: String
    let value: [UInt8]
  }

  private var all: Set<LabelSet.Pair> = []
  private var byValue: [String: [LabelSet.Pair]] = [:]
  /// By key, and what is left of the value when one letter is dropped or none: values that differ by one edit have one of
  /// these in common.
  private var bySketch: [Sketch: [LabelSet.Pair]] = [:]
  /// The namespaces whose manifests were read, where those of all were.
  private var declared: Set<String> = []
  /// Whether every Namespace that could be meant was read.
  private let isComplete: Bool

  private let facts: Facts
  /// Labels that the cluster's network plugins set, as far as config and manifests say which ones these are.
  private let ofPlugins: Set<String>

  /// - Parameter plugins: those that the manifests of the run show.
  init(_ view: WorldView, _ plugins: [NetworkPlugin]) {
    facts = view.facts
    let named = view.configuration.cluster.cni.flatMap { view.facts.networkPlugins.plugin(named: $0) }
    ofPlugins = Set((plugins + [named].compactMap(\.self)).flatMap(\.namespaceLabels))
    let world = view.world
    isComplete = world.namespaces.allSatisfy { world.isDeclared($0) }
    for namespace in world.namespaces {
      if isComplete { declared.insert(namespace) }
      for pair in world.labels(ofNamespace: namespace).pairs where all.insert(pair).inserted {
        if !isComplete || pair.key == metadataNameLabel { continue }
        byValue[pair.value, default: []].append(pair)
        for value in NamespaceLabels.sketches(of: pair.value) {
          bySketch[Sketch(key: pair.key, value: value), default: []].append(pair)
        }
      }
    }
    // Also those of Namespaces that nobody applies yet, or that an alternative holds: the label is meant so.
    all.formUnion(view.context.shownNamespaceLabels)
  }

  /// Whether nothing that was read sets any of the labels that a term asks for.
  func setsNone(of term: WrittenTerm) -> Bool {
    !term.values.contains { all.contains(LabelSet.Pair(key: term.key, value: $0)) }
  }

  /// Whether something else than Namespace manifests sets labels with a key.
  func isSetElsewhere(_ key: String) -> Bool {
    facts.labels.isWellKnownNamespaceLabel(key) || ofPlugins.contains(key)
  }

  /// Whether a key is one by which people mean a namespace's name.
  func meansName(_ key: String) -> Bool {
    facts.labels.namespaceNameKeys.contains(key) || facts.networkPlugins.namespaceLabels.contains(key)
  }

  /// Whether a selector asks for a namespace's name by a label that nothing sets.
  func isLost(_ selector: LabelSelector) -> Bool {
    selector.terms.contains { term in
      term.operator == .in && !term.values.isEmpty && meansName(term.key) && !isSetElsewhere(term.key)
        && setsNone(of: term) && term.values.allSatisfy(NamespaceLabels.looksLikeName)
    }
  }

  /// A DNS label: lower-case letters, digits and dashes.
  static func looksLikeName(_ value: String) -> Bool {
    !value.isEmpty && value.utf8.count <= 63
      && value.utf8.allSatisfy {
        ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z")) || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
          || $0 == UInt8(ascii: "-")
      }
  }

  /// A label that was set and is nearly what a term asks for; `nil` where not all labels are known.
  func near(_ term: WrittenTerm) -> LabelSet.Pair? {
    let value = term.values[0]
    let sameKey = NamespaceLabels.sketches(of: value).flatMap { bySketch[Sketch(key: term.key, value: $0)] ?? [] }
      .filter { Suggestion.editDistance($0.value, value, atMost: 1) != nil }
    let sameValue = (byValue[value] ?? []).filter { Suggestion.editDistance($0.key, term.key, atMost: 2) != nil }
    // What is called so was read, and does not have the label. Keys that are not names may mean something else by the same
    // word: a tenant, or what the namespace is a part of.
    let isName = meansName(term.key) || facts.labels.identityKeys.contains(term.key)
    let sameName = isName && declared.contains(value) ? LabelSet.Pair(key: metadataNameLabel, value: value) : nil
    return (sameKey + sameValue).min { ($0.key, $0.value) < ($1.key, $1.value) } ?? sameName
  }

  private static func sketches(of value: String) -> Set<[UInt8]> {
    let bytes = Array(value.utf8)
    var result: Set<[UInt8]> = [bytes]
    for index in bytes.indices {
      var shorter = bytes
      shorter.remove(at: index)
      result.insert(shorter)
    }
    return result
  }
}
