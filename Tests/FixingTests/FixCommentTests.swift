import Diagnostics
import Rules
import TestSupport
import Testing

/// What becomes of comments whose item is deleted or written anew: why somebody wrote it is not thrown away.
@Suite struct FixCommentTests {
  private func ports(_ lines: String) -> String {
    "  podSelector: {}\n  policyTypes: [Ingress]\n  ingress:\n    - ports:\n" + lines
  }

  private func expect(_ old: String, _ new: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    try await PolicySample.expect("NP311", ports(old), ports(new), sourceLocation: sourceLocation)
  }

  @Test func ofEqualItemsTheOneStaysThatIsExplained() async throws {
    try await expect(
      "        - port: 80\n        - port: 80 # the old one", "        - port: 80 # the old one")
    try await expect(
      "        - port: 80\n        - port: 443\n        # the old one\n        - protocol: TCP\n          port: 80",
      "        - port: 443\n        # the old one\n        - protocol: TCP\n          port: 80")
  }

  @Test func aCommentMovesToTheItemThatSaysTheSame() async throws {
    try await expect(
      "        - port: 80 # web\n        - port: 80 # the old one\n        - port: 443",
      "        - port: 80 # web # the old one\n        - port: 443")
    // Within the item, and above the last one.
    try await expect(
      "        - {port: 80, endPort: 90}\n        - protocol: TCP # why\n          port: 85",
      "        - {port: 80, endPort: 90} # why")
    try await expect(
      "        - {port: 80, endPort: 90}\n        # why\n        - port: 85",
      "        - {port: 80, endPort: 90} # why")
    try await PolicySample.expect(
      "NP209",
      """
        podSelector:
          matchLabels:
            app: web
          matchExpressions:
            - {key: tier, operator: In, values: [front]}
            - key: app
              operator: Exists # "any" app
        policyTypes: [Ingress]
      """,
      """
        podSelector:
          matchLabels:
            app: web # "any" app
          matchExpressions:
            - {key: tier, operator: In, values: [front]}
        policyTypes: [Ingress]
      """)
  }

  /// It may be a heading of what follows, and of two nobody knows which one is about what.
  @Test(arguments: [
    "        - {port: 80, endPort: 90}\n        # web\n        - port: 85\n        - port: 443",
    "        - {port: 80, endPort: 90}\n        - protocol: TCP # one\n          port: 85 # two",
    "        - {port: 80, endPort: 90} # wide\n        # one\n        # two\n        - port: 85",
  ])
  func whereItIsNotClearWhoseACommentIsNothingIsDeleted(_ lines: String) async throws {
    try await expect(lines, lines)
  }

  @Test func aPeerThatIsWrittenAnewKeepsItsComment() async throws {
    func rule(_ peer: String) -> String {
      """
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to:
      \(peer)
            ports: [{port: 53, protocol: UDP}, {port: 53}]
      """
    }
    try await PolicySample.expect(
      "NP309",
      rule("        - podSelector: # the DNS\n            matchLabels: {k8s-app: kube-dns}"),
      rule(
        """
                - namespaceSelector:
                    matchLabels:
                      kubernetes.io/metadata.name: kube-system
                  podSelector:
                    matchLabels:
                      k8s-app: kube-dns # the DNS
        """))
  }

  @Test func aFurtherProtocolDoesNotRepeatAComment() async throws {
    func rule(_ ports: String) -> String {
      "  podSelector: {}\n  policyTypes: [Egress]\n  egress:\n    - ports:\n" + ports
    }
    let udp = "        - protocol: UDP # names\n          # of hosts\n          port: 53 # as \"ever\""
    try await PolicySample.expect(
      "NP305", rule(udp), rule(udp + "\n        - protocol: TCP\n          port: 53"))
  }

  /// Whatever is deleted, all comments are there afterwards.
  @Test func commentsAreNeverLost() async throws {
    let rule = try #require(Registry.rule("NP311"))
    let items = ["- port: 80", "- protocol: TCP\n  port: 80", "- {port: 80, endPort: 90}", "- port: 443"]
    for first in items {
      for second in items {
        for places in 0..<16 {
          func item(_ item: String, _ above: Int, _ behind: Int) -> String {
            (places & above == 0 ? "" : "# a\(above)\n") + item + (places & behind == 0 ? "" : " # b\(behind)")
          }
          let lines = (item(first, 1, 2) + "\n" + item(second, 4, 8)).split(separator: "\n").map { "        " + $0 }
          let text = PolicySample.policy(ports(lines.joined(separator: "\n")))
          let mended = await Mend(text, [rule]).text
          for place in [1, 2, 4, 8] where places & place != 0 {
            #expect(mended.contains("# a\(place)") || mended.contains("# b\(place)"), "\(text)\n\(mended)")
          }
        }
      }
    }
  }
}
