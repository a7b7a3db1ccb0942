internal import Engine
internal import Facts
internal import Model

/// The names that workloads call and that no Service of the input has: something that was not read answers to them, and a
/// selector for a component of that name may well be right.
struct CalledNames {
  private let analysis: Analysis
  private lazy var calls = DeclaredCalls(analysis)
  /// For each namespace that was asked about, who calls which of its names first.
  private var callers: [String: [String: WorkloadID]] = [:]

  init(_ analysis: Analysis) { self.analysis = analysis }

  /// Which call shows that pods exist which a selector names, in words; `nil` where none does.
  mutating func call(of selector: Selector, in namespace: String) -> String? {
    let keys = analysis.facts.labels.identityKeys
    let names = selector.requirements.lazy.filter { $0.operator == .in && keys.contains($0.key) }.flatMap(\.values)
    let callers = callers(in: namespace)
    for name in names {
      guard let caller = callers[name].map({ analysis.world[$0].meta }) else { continue }
      return "\(caller.kind) \(caller.name.value) calls \(name), which was not read"
    }
    return nil
  }

  private mutating func callers(in namespace: String) -> [String: WorkloadID] {
    if let known = callers[namespace] { return known }
    let world = analysis.world
    let services = Set(world.serviceIDs(in: namespace).map { world[$0].meta.name.value })
    var result: [String: WorkloadID] = [:]
    for id in world.workloadIDs(in: namespace) {
      for call in calls.calls(of: id) {
        let labels = call.host.host.split(separator: ".")
        guard let name = labels.first.map(String.init), labels.count == 1 || labels[1] == namespace,
          !services.contains(name), result[name] == nil
        else { continue }
        result[name] = id
      }
    }
    callers[namespace] = result
    return result
  }
}
