import Diagnostics
import Model
import TestSupport
import Testing

/// The same for ports, labels and what controllers generate.
@Suite struct ReferenceMatchingTests {
  private func allowed(_ ports: String, _ transport: TransportProtocol, among candidates: [UInt16]) -> [UInt16] {
    let cluster = Cluster(
      pod("a/web"), pod("a/db"), policy("a", "podSelector: {}, ingress: [{ports: [\(ports)]}]"))
    return candidates.filter { cluster.answer("a/web", "a/db", $0, transport) == .yes }
  }

  @Test func portsAreNumbersRangesOrAll() {
    let candidates: [UInt16] = [1, 79, 80, 81, 8_080, 65_535]
    #expect(allowed("{port: 80}", .tcp, among: candidates) == [80])
    #expect(allowed("{port: 80}", .udp, among: candidates) == [])
    #expect(allowed("{port: 80, protocol: UDP}", .udp, among: candidates) == [80])
    #expect(allowed("{port: 80, endPort: 8080}", .tcp, among: candidates) == [80, 81, 8_080])
    #expect(allowed("{port: 80, endPort: 80}", .tcp, among: candidates) == [80])
    #expect(allowed("{}", .tcp, among: candidates) == candidates)
    #expect(allowed("null", .tcp, among: candidates) == candidates)
    #expect(allowed("{}", .udp, among: candidates) == [])
    #expect(allowed("{protocol: SCTP}", .sctp, among: candidates) == candidates)
    #expect(allowed("{port: 79}, {port: 81}", .tcp, among: candidates) == [79, 81])
  }

  @Test func aNamedPortIsTheDestinationsOwn() {
    let ports = "ports: [{name: http, containerPort: 8080}, {name: dns, containerPort: 53, protocol: UDP}]"
    let ingress = "podSelector: {}, ingress: [{ports: [{port: http}, {port: dns}]}]"
    let cluster = Cluster(
      pod("a/web", containers: "{\(ports)}"), pod("a/db"), policy("a", ingress), pod("b/api"),
      policy("b", "podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: http}]}]"))
    #expect(cluster.answers("a/db", "a/web", [8_080, 80, 53]) == [.yes, .no, .no])
    #expect(cluster.answer("a/db", "a/web", 53, .udp) == .no)
    #expect(cluster.answer("a/web", "a/db", 8_080) == .no)
    #expect(cluster.answers("b/api", "a/web", [8_080, 80]) == [.yes, .no])
    #expect(cluster.answer("b/api", "8.8.8.8", 8_080) == .no)
  }

  @Test func aNamedPortIsTheFirstOfItsProtocolInALastingContainer() {
    let policy = policy("a", "podSelector: {}, ingress: [{ports: [{port: http}]}]")
    func answers(_ containers: String, initContainers: String = "") -> [Truth] {
      Cluster(pod("a/web", containers: containers, initContainers: initContainers), policy)
        .answers("8.8.8.8", "a/web", [1, 2])
    }
    #expect(
      answers("{ports: [{name: http, containerPort: 1}]}, {ports: [{name: http, containerPort: 2}]}") == [.yes, .no])
    #expect(
      answers("{ports: [{name: http, containerPort: 1, protocol: UDP}]}, {ports: [{name: http, containerPort: 2}]}")
        == [.no, .yes])
    let initPort = "ports: [{name: http, containerPort: 2}]"
    #expect(answers("{}", initContainers: "{\(initPort)}") == [.no, .no])
    #expect(answers("{}", initContainers: "{\(initPort), restartPolicy: Always}") == [.no, .yes])
  }

  @Test(arguments: [
    ("{}", true), ("null", true), ("{matchLabels: {app: web}}", true), ("{matchLabels: {app: db}}", false),
    ("{matchLabels: {app: web, tier: front}}", false), ("{matchLabels: null, matchExpressions: []}", true),
    ("{matchExpressions: [{key: app, operator: In, values: [db, web]}]}", true),
    ("{matchExpressions: [{key: tier, operator: In, values: [front]}]}", false),
    ("{matchExpressions: [{key: tier, operator: In, values: ['']}]}", false),
    ("{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}", false),
    ("{matchExpressions: [{key: tier, operator: NotIn, values: [front]}]}", true),
    ("{matchExpressions: [{key: app, operator: Exists}]}", true),
    ("{matchExpressions: [{key: tier, operator: Exists, values: []}]}", false),
    ("{matchExpressions: [{key: app, operator: DoesNotExist}]}", false),
    ("{matchExpressions: [{key: tier, operator: DoesNotExist}]}", true),
    ("{matchLabels: {app: web}, matchExpressions: [{key: app, operator: NotIn, values: [web]}]}", false),
    ("{matchExpressions: [{key: app, operator: Exists}, {key: tier, operator: DoesNotExist}]}", true),
  ])
  func everyTermOfASelectorMustHold(selector: String, isMatch: Bool) {
    let cluster = Cluster(pod("a/web"), policy("a", "podSelector: \(selector), ingress: []"))
    #expect(cluster.answer("8.8.8.8", "a/web", 80) == (isMatch ? .no : .yes))
  }

  @Test(arguments: [
    ("{matchExpressions: [{key: pod-template-hash, operator: Exists}]}", Truth.no),
    ("{matchExpressions: [{key: pod-template-hash, operator: DoesNotExist}]}", .yes),
    ("{matchExpressions: [{key: pod-template-hash, operator: In, values: [x]}]}", .unknown),
    ("{matchExpressions: [{key: pod-template-hash, operator: NotIn, values: [x]}]}", .unknown),
    ("{matchLabels: {pod-template-hash: x}}", .unknown),
    ("{matchLabels: {pod-template-hash: x, app: db}}", .yes),
    ("{matchLabels: {job-name: x}}", .yes),
  ])
  func generatedValuesAreUnknown(selector: String, expected: Truth) {
    let cluster = Cluster(deployment("a/web"), policy("a", "podSelector: \(selector), ingress: []"))
    #expect(cluster.answer("8.8.8.8", "a/web", 80) == expected)
  }

  @Test func termsOnOneGeneratedValueAreTakenTogether() {
    func answer(_ terms: String...) -> Truth {
      let terms = terms.map { "{key: pod-template-hash, \($0)}" }.joined(separator: ", ")
      return Cluster(
        deployment("a/web"), policy("a", "podSelector: {matchExpressions: [\(terms)]}, ingress: []")
      ).answer("8.8.8.8", "a/web", 80)
    }
    #expect(answer("operator: In, values: [x]", "operator: NotIn, values: [z]") == .unknown)
    #expect(answer("operator: In, values: [x]", "operator: In, values: [z]") == .yes)
  }

  @Test func whatEveryAlternativeAllowsIsAllowed() {
    let maybe = "podSelector: {matchLabels: {pod-template-hash: x}}, "
    let other = "podSelector: {matchLabels: {pod-template-hash: z}}, "
    func answers(_ policies: String...) -> [Truth] {
      Cluster([deployment("a/web")] + policies.map { policy("a", $0) }).answers("8.8.8.8", "a/web", [80, 81, 82])
    }
    #expect(answers(maybe + "ingress: [{ports: [{port: 80}]}]") == [.yes, .unknown, .unknown])
    #expect(
      answers(maybe + "ingress: [{ports: [{port: 80}, {port: 81}]}]", other + "ingress: [{ports: [{port: 80}]}]")
        == [.yes, .unknown, .unknown])
    #expect(
      answers(maybe + "ingress: [{ports: [{port: 80}]}]", "podSelector: {}, ingress: [{ports: [{port: 81}]}]")
        == [.unknown, .yes, .no])
  }

  @Test func aPeerThatMayMatchMayAllow() {
    let peer = "from: [{podSelector: {matchLabels: {pod-template-hash: x}}}]"
    let cluster = Cluster(
      deployment("a/web"), pod("a/db"), policy("a", "podSelector: {}, ingress: [{\(peer), ports: [{port: 80}]}]"))
    #expect(cluster.answers("a/web", "a/db", [80, 81]) == [.unknown, .no])
    #expect(cluster.answer("a/db", "a/db", 80) == .no)
  }
}
