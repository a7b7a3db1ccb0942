import Diagnostics
import Model
import TestSupport
import Testing

/// Answers that follow from one sentence of the semantics each.
@Suite struct ReferenceTests {
  // MARK: Sides

  @Test func withoutPoliciesEverythingIsAllowed() {
    let cluster = Cluster(pod("a/web"), pod("b/db"))
    #expect(cluster.answer("a/web", "b/db", 80) == .yes)
    #expect(cluster.answer("a/web", "8.8.8.8", 53, .udp) == .yes)
    #expect(cluster.answer("8.8.8.8", "a/web", 1, .sctp) == .yes)
  }

  @Test func bothSidesMustAllow() {
    let egress = policy("a", "podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 80}, {port: 81}]}]")
    let ingress = policy("b", "podSelector: {}, ingress: [{ports: [{port: 80}, {port: 82}]}]")
    let cluster = Cluster(pod("a/web"), pod("b/db"), egress, ingress)
    #expect(cluster.answers("a/web", "b/db", [80, 81, 82, 83]) == [.yes, .no, .no, .no])
    #expect(cluster.answers("b/db", "a/web", [80, 81, 82, 83]) == [.yes, .yes, .yes, .yes])
  }

  @Test func policiesOfOneDirectionAddUp() {
    let cluster = Cluster(
      pod("a/web"), pod("a/db"), policy("a", "podSelector: {}, ingress: []"),
      policy("a", "podSelector: {}, ingress: [{ports: [{port: 80}]}]"),
      policy("a", "podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 81}]}]"))
    #expect(cluster.answers("a/web", "a/db", [80, 81, 82]) == [.yes, .yes, .no])
    #expect(cluster.answers("a/db", "a/web", [80, 81]) == [.yes, .no])
  }

  @Test func policiesApplyInTheirOwnNamespaceOnly() {
    let cluster = Cluster(pod("a/web"), pod("b/web"), policy("a", "podSelector: {}, ingress: []"))
    #expect(cluster.answer("a/web", "b/web", 80) == .yes)
    #expect(cluster.answer("b/web", "a/web", 80) == .no)
  }

  @Test func replicasAreSubjectToThePolicies() {
    let cluster = Cluster(pod("a/web"), policy("a", "podSelector: {}, ingress: []"))
    #expect(cluster.answer("a/web", "a/web", 80) == .no)
  }

  @Test func policiesOfOtherAPIsMakeASideUnknown() {
    let deny = policy("b", "podSelector: {}, ingress: []")
    let inA = Cluster(pod("a/web"), pod("b/db"), pod("c/mq"), deny, opaqueNamespaces: ["a"])
    #expect(inA.answer("a/web", "c/mq", 80) == .unknown)
    #expect(inA.answer("c/mq", "a/web", 80) == .unknown)
    #expect(inA.answer("a/web", "b/db", 80) == .no)
    #expect(inA.answer("b/db", "c/mq", 80) == .yes)
    let everywhere = Cluster(pod("a/web"), pod("b/db"), deny, opaqueNamespaces: [nil])
    #expect(everywhere.answer("a/web", "b/db", 80) == .unknown)
  }

  // MARK: policyTypes

  @Test(arguments: ["", "policyTypes: null, ", "policyTypes: [], "])
  func omittedTypesAreIngressAndEgressIfThereAreEgressRules(types: String) {
    func cluster(_ egress: String) -> Cluster {
      Cluster(pod("a/web"), pod("b/db"), policy("a", types + "podSelector: {}" + egress))
    }
    for egress in ["", ", egress: []", ", egress: null"] {
      #expect(cluster(egress).answer("b/db", "a/web", 80) == .no)
      #expect(cluster(egress).answer("a/web", "b/db", 80) == .yes)
    }
    #expect(cluster(", egress: [{ports: [{port: 81}]}]").answers("a/web", "b/db", [80, 81]) == [.no, .yes])
    #expect(cluster(", egress: [{ports: [{port: 81}]}]").answer("b/db", "a/web", 81) == .no)
  }

  @Test func listedTypesAreExactlyThose() {
    let rules = "podSelector: {}, ingress: [{ports: [{port: 80}]}], egress: [{ports: [{port: 81}]}]"
    let ingress = Cluster(pod("a/web"), pod("b/db"), policy("a", "policyTypes: [Ingress], " + rules))
    #expect(ingress.answers("b/db", "a/web", [80, 81]) == [.yes, .no])
    #expect(ingress.answers("a/web", "b/db", [80, 81]) == [.yes, .yes])
    let egress = Cluster(pod("a/web"), pod("b/db"), policy("a", "policyTypes: [Egress], " + rules))
    #expect(egress.answers("b/db", "a/web", [80, 81]) == [.yes, .yes])
    #expect(egress.answers("a/web", "b/db", [80, 81]) == [.no, .yes])
    let both = Cluster(pod("a/web"), pod("b/db"), policy("a", "policyTypes: [Egress, Ingress], podSelector: {}"))
    #expect(both.answer("b/db", "a/web", 80) == .no)
    #expect(both.answer("a/web", "b/db", 80) == .no)
  }

  // MARK: Rules and peers

  @Test(arguments: ["", ", ingress: []", ", ingress: null"])
  func noIngressRulesAllowNothing(ingress: String) {
    let cluster = Cluster(pod("a/web"), pod("a/db"), policy("a", "podSelector: {}" + ingress))
    #expect(cluster.answer("a/web", "a/db", 80) == .no)
    #expect(cluster.answer("8.8.8.8", "a/db", 80) == .no)
  }

  @Test(arguments: ["{}", "null", "{from: []}", "{from: null}", "{ports: []}", "{ports: null}"])
  func aRuleWithoutPeersAndPortsAllowsEverything(rule: String) {
    let cluster = Cluster(
      pod("a/web"), pod("a/db"), pod("b/host", "hostNetwork: true, "),
      policy("a", "podSelector: {}, ingress: [\(rule)]"))
    for source in ["a/web", "b/host", "8.8.8.8", "2001:db8::1"] {
      #expect(cluster.answer(source, "a/db", 65_535, .sctp) == .yes)
    }
  }

  @Test func aPodSelectorSelectsInThePoliciesNamespace() {
    let cluster = Cluster(
      pod("a/web"), pod("b/web"), pod("a/db"),
      policy("a", "podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]"))
    #expect(cluster.answer("a/web", "a/db", 80) == .yes)
    #expect(cluster.answer("b/web", "a/db", 80) == .no)
    #expect(cluster.answer("a/db", "a/db", 80) == .no)
    #expect(cluster.answer("10.0.0.1", "a/db", 80) == .no)
  }

  @Test func aNamespaceSelectorSelectsAllPodsAndNothingOutside() {
    let cluster = Cluster(
      namespace("b", "team: x"), pod("a/web"), pod("b/web"), pod("a/db"),
      policy("a", "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: x}}}]}]"),
      policy("b", "podSelector: {}, ingress: [{from: [{namespaceSelector: {}, podSelector: null}]}]"))
    #expect(cluster.answer("b/web", "a/db", 80) == .yes)
    #expect(cluster.answer("a/web", "a/db", 80) == .no)
    #expect(cluster.answer("a/web", "b/web", 80) == .yes)
    #expect(cluster.answer("8.8.8.8", "b/web", 80) == .no)
  }

  @Test func bothSelectorsInOneItemMustMatchAndTwoItemsAddUp() {
    func cluster(_ peers: String) -> Cluster {
      Cluster(
        namespace("b", "team: x"), pod("a/web"), pod("b/web"), pod("b/db"), pod("c/web"), pod("a/db"),
        policy("a", "podSelector: {matchLabels: {app: db}}, ingress: [{from: [\(peers)]}]"))
    }
    let selectors = ["namespaceSelector: {matchLabels: {team: x}}", "podSelector: {matchLabels: {app: web}}"]
    let sources = ["a/web", "b/web", "b/db", "c/web"]
    let one = cluster("{\(selectors[0]), \(selectors[1])}")
    #expect(sources.map { one.answer($0, "a/db", 80) } == [.no, .yes, .no, .no])
    let two = cluster("{\(selectors[0])}, {\(selectors[1])}")
    #expect(sources.map { two.answer($0, "a/db", 80) } == [.yes, .yes, .yes, .no])
  }

  @Test func namespacesHaveTheirNameAsALabelAndNoOtherUnlessDeclared() {
    let byName = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}"
    let withoutTeam = "namespaceSelector: {matchExpressions: [{key: team, operator: DoesNotExist}]}"
    func cluster(_ peer: String) -> Cluster {
      Cluster(
        namespace("c", "team: x"), pod("a/db"), pod("b/web"), pod("c/web"),
        policy("a", "podSelector: {}, ingress: [{from: [{\(peer)}]}]"))
    }
    #expect(cluster(byName).answer("b/web", "a/db", 80) == .yes)
    #expect(cluster(byName).answer("c/web", "a/db", 80) == .no)
    #expect(cluster(withoutTeam).answer("b/web", "a/db", 80) == .yes)
    #expect(cluster(withoutTeam).answer("c/web", "a/db", 80) == .no)
  }

  @Test func egressRulesSelectDestinations() {
    let cluster = Cluster(
      pod("a/web"), pod("a/db"), pod("b/db"),
      policy("a", "podSelector: {}, egress: [{to: [{podSelector: {matchLabels: {app: db}}}]}], policyTypes: [Egress]"))
    #expect(cluster.answer("a/web", "a/db", 80) == .yes)
    #expect(cluster.answer("a/db", "a/web", 80) == .no)
    #expect(cluster.answer("a/web", "b/db", 80) == .no)
    #expect(cluster.answer("a/web", "8.8.8.8", 80) == .no)
    #expect(cluster.answer("b/db", "a/web", 80) == .yes)
  }

  // MARK: hostNetwork

  @Test func hostNetworkPodsAreNotIsolatedAndNoSelectorSelectsThem() {
    let cluster = Cluster(
      pod("a/host", "hostNetwork: true, "), pod("a/web"),
      policy("a", "podSelector: {}, policyTypes: [Ingress, Egress]"),
      pod("b/db"), policy("b", "podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}, {ports: [{port: 81}]}]"))
    #expect(cluster.answer("b/db", "a/host", 80) == .yes)
    #expect(cluster.answer("8.8.8.8", "a/host", 80) == .yes)
    #expect(cluster.answer("a/host", "8.8.8.8", 80) == .yes)
    #expect(cluster.answers("a/host", "b/db", [80, 81]) == [.unknown, .yes])
    #expect(cluster.answer("a/host", "a/web", 80) == .unknown)
    #expect(cluster.answer("a/web", "a/host", 80) == .unknown)
  }

  // MARK: ipBlock

  @Test func blocksAreAddressesLessTheirExceptions() {
    let block = "ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.64/26, 203.0.113.255/32]}"
    let cluster = Cluster(
      pod("a/web"), policy("a", "podSelector: {}, ingress: [{from: [{\(block)}, {ipBlock: {cidr: '2001:db8::/32'}}]}]"))
    let inside = ["203.0.113.0", "203.0.113.63", "203.0.113.128", "203.0.113.254", "2001:db8::", "2001:db8:ffff::1"]
    let outside = [
      "203.0.112.255", "203.0.113.64", "203.0.113.127", "203.0.113.255", "203.0.114.0", "2001:db7::", "2001:db9::",
      "::",
    ]
    for address in inside { #expect(cluster.answer(address, "a/web", 80) == .yes, "\(address)") }
    for address in outside { #expect(cluster.answer(address, "a/web", 80) == .no, "\(address)") }
  }

  @Test func aBlockMayHoldPodsWhereItMeetsTheirAddresses() {
    func answer(_ block: String, podCIDRs: [String]? = nil, matchPods: Bool = true) -> Truth {
      Cluster(
        pod("a/web"), pod("a/db"), policy("a", "podSelector: {}, ingress: [{from: [{ipBlock: {\(block)}}]}]"),
        podCIDRs: podCIDRs, ipBlocksMatchPods: matchPods
      ).answer("a/web", "a/db", 80)
    }
    for cidr in [
      "10.1.2.0/24", "172.31.255.255/32", "192.168.0.0/16", "100.64.0.0/10", "0.0.0.0/0", "::/0", "fd00::/8",
    ] {
      #expect(answer("cidr: '\(cidr)'") == .unknown, "\(cidr)")
      #expect(answer("cidr: '\(cidr)'", matchPods: false) == .no, "\(cidr)")
      #expect(answer("cidr: '\(cidr)'", podCIDRs: []) == .no, "\(cidr)")
    }
    for cidr in ["172.32.0.0/16", "100.128.0.0/9", "203.0.113.0/24", "2001:db8::/32"] {
      #expect(answer("cidr: '\(cidr)'") == .no, "\(cidr)")
    }
    #expect(answer("cidr: 10.0.0.0/8, except: [10.0.0.0/9, 10.128.0.0/9]") == .no)
    #expect(answer("cidr: 10.0.0.0/8, except: [10.0.0.0/9, 10.128.0.0/10]") == .unknown)
    #expect(answer("cidr: 10.0.0.0/8, except: [10.244.0.0/16]", podCIDRs: ["10.244.0.0/16"]) == .no)
    #expect(answer("cidr: 10.0.0.0/8, except: [10.244.0.0/17]", podCIDRs: ["10.244.0.0/16"]) == .unknown)
    #expect(answer("cidr: 192.168.0.0/16", podCIDRs: ["10.244.0.0/16"]) == .no)
  }
}
