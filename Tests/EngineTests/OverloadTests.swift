import Diagnostics
import Engine
import Model
import Testing

/// Rules that each leave out another pod: the answers would take as much as rules times pods.
@Suite struct OverloadTests {
  private static let count = 30

  private static func world() -> World {
    let names = (0..<count).map { "w\($0)" }
    let rules = names.enumerated().map { number, name in
      "{from: [{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [\(name)]}]}}], "
        + "ports: [{port: \(number + 1)}]}"
    }
    let policy = """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: p, namespace: a}
      spec: {podSelector: {matchLabels: {app: w0}}, policyTypes: [Ingress], ingress: [\(rules.joined(separator: ", "))]}
      """
    let text = ([policy] + names.map { pod("a/\($0)") }).joined(separator: "\n---\n")
    let file = SourceFile(id: FileID(0), path: "a.yaml", bytes: Array(text.utf8))
    return World(ManifestReader(ReadingOptions()).read(file).manifests)
  }

  private func reach(atMost entries: Int? = nil) -> Reach {
    var settings = ReachSettings()
    if let entries { settings.mostRowEntries = entries }
    return Reach(Self.world(), settings)
  }

  @Test func whatIsTooMuchToPutTogetherIsLeftOpenAndNamed() throws {
    let (whole, cut) = (reach(), reach(atMost: 200))
    #expect(whole.overloaded.isEmpty)
    #expect(cut.overloaded.map(\.policy) == [.networkPolicy(PolicyID(0))])
    let (own, other) = (Endpoint.workload(WorkloadID(0)), Endpoint.workload(WorkloadID(3)))
    // Rule 4 leaves out this pod alone; its port is 4.
    let ports = whole.ports(from: other, to: own)
    #expect(!ports.possible.contains(4, .tcp) && ports.certain.contains(5, .tcp))
    #expect(cut.ports(from: other, to: own) == .unknown)
    #expect(cut.isIsolated(cut.podClass(of: WorkloadID(0)), .ingress) == .unknown)
    let explanation = cut.explain(from: other, to: own, ports.certain)
    #expect(explanation.answer == .unknown)
    #expect(explanation.ingress.missing == [.overloadedPolicy(.networkPolicy(PolicyID(0)))])
  }

  @Test func podsThatTheRulesAreNotForAreAnsweredAllTheSame() {
    let (whole, cut) = (reach(), reach(atMost: 200))
    let (source, destination) = (Endpoint.workload(WorkloadID(1)), Endpoint.workload(WorkloadID(2)))
    #expect(whole.ports(from: source, to: destination) == .all)
    #expect(cut.ports(from: source, to: destination) == .all)
  }
}
