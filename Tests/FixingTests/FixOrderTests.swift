import Diagnostics
import Fixing
import Rules
import TestSupport
import Testing

/// In which order fixes are made that have to do with each other, and in how many steps.
@Suite struct FixOrderTests {
  private func deployment(_ name: String, _ port: Int, label: String = "") -> String {
    """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: \(name), namespace: shop}
    spec:
      selector: {matchLabels: {app: \(name)}}
      template:
        metadata: {labels: {app: \(name)\(label)}}
        spec: {containers: [{name: main, image: main, ports: [{containerPort: \(port)}]}]}

    """
  }

  /// A client that sends to `db`.
  private func client(_ name: String, port: Int = 5432, label: String = "") -> String {
    deployment(name, 8080, label: label) + "---\n"
      + PolicySample.policy(
        """
          podSelector: {matchLabels: {app: \(name)\(label)}}
          policyTypes: [Egress]
          egress:
            - to: [{podSelector: {matchLabels: {app: db}}}]
              ports: [{port: \(port)}]
        """, name: name)
  }

  private func db(_ rule: String) -> String {
    deployment("db", 5432) + "---\n"
      + PolicySample.policy(
        """
          podSelector: {matchLabels: {app: db}}
          policyTypes: [Ingress]
          ingress:
        \(rule)
        """, name: "db")
  }

  private func count(_ text: String, _ part: String) -> Int { text.ranges(of: part).count }

  /// The missing half of a flow is there when the port is right.
  @Test func whatIsWrongIsCorrectedBeforeAnythingIsAdded() async {
    let service = """
      apiVersion: v1
      kind: Service
      metadata: {name: db, namespace: shop}
      spec: {selector: {app: db}, ports: [{port: 80, targetPort: 5432}]}

      """
    let text = [
      service, client("api", port: 80),
      db("    - from: [{podSelector: {matchLabels: {app: api}}}]\n      ports: [{port: 5432}]"),
    ].joined(separator: "---\n")
    let rules = ["NP302", "NP501", "NP502"].compactMap { Registry.rule($0) }
    let mend = await Mend(text, rules)
    #expect(Set(mend.start.result.findings.map(\.rule)) == ["NP302", "NP501"])
    #expect(mend.text == text.replacing("ports: [{port: 80}]", with: "ports: [{port: 5432}]"))
    #expect(mend.left.isEmpty && mend.outcome.isStable)
  }

  /// Each adds a rule behind the last one.
  @Test func whatIsAddedAtOnePlaceIsAddedAtOnce() async throws {
    for rule in [
      "    - from: [{podSelector: {matchLabels: {app: web}}}]\n      ports: [{port: 5432}]",
      "    [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}]}]",
    ] {
      let names = (0..<5).map { "api-\($0)" }
      let text = ([db(rule)] + names.map { client($0) }).joined(separator: "---\n")
      let mend = await Mend(text, [try #require(Registry.rule("NP501"))], mostReadings: 1)
      #expect(mend.outcome.mendedCount == 5 && mend.outcome.isStable && mend.left.isEmpty, "\(mend.text)")
    }
  }

  /// It would cut the connection with the next release.
  @Test func aLabelOfTheReleaseIsNotCopied() async throws {
    let text = [
      db("    - from: [{podSelector: {matchLabels: {app: web}}}]"), client("api", label: ", helm.sh/chart: api-1.2.3"),
    ].joined(separator: "---\n")
    let mend = await Mend(text, [try #require(Registry.rule("NP501"))])
    #expect(mend.outcome.mendedCount == 1)
    #expect(count(mend.text, "helm.sh/chart") == count(text, "helm.sh/chart"))
  }
}
