import Engine
import Model
import TestSupport
import Testing

/// What holds of the tiers before and behind the NetworkPolicies, whatever else a world holds.
@Suite struct TierPropertyTests {
  /// Worlds with policies for the whole cluster, and their seeds.
  private static func worlds(_ seeds: ClosedRange<UInt64>) -> [(seed: UInt64, world: GeneratedWorld)] {
    seeds.map { ($0, WorldGenerator.world(seed: $0).knowingAllTexts) }.filter {
      $0.1.documents.contains(where: \.isRanked)
    }
  }

  private func answers(
    _ world: GeneratedWorld, _ addresses: [IPAddress]
  ) throws -> [[Agreement.Dispute.End]: PortBounds] {
    try #require(Agreement(world)).bounds(addresses)
  }

  private func addresses(_ world: GeneratedWorld, _ seed: UInt64) throws -> [IPAddress] {
    var random = SeededGenerator(seed: seed)
    return Array(try #require(Agreement(world)).world.boundaryAddresses.shuffled(using: &random).prefix(4))
  }

  @Test func whatOnlyPassesBehindAllOthersOfItsTierChangesNothing() throws {
    for (seed, generated) in Self.worlds(1...200) {
      var world = generated
      world.documents.removeAll {
        $0["spec"]?["priority"]?.text == "1000" || $0["kind"]?.text == "BaselineAdminNetworkPolicy"
      }
      var more = world
      for tier in ["Admin", "Baseline"] {
        more.documents.append([
          "apiVersion": "policy.networking.k8s.io/v1alpha2", "kind": "ClusterNetworkPolicy",
          "metadata": ["name": .string("pass-\(tier.lowercased())")],
          "spec": [
            "tier": .string(tier), "priority": .number(1000), "subject": ["namespaces": [:]],
            "ingress": [["action": "Pass", "from": [["namespaces": [:]]]]],
            "egress": [["action": "Pass", "to": [["networks": ["0.0.0.0/0", "::/0"]]]]],
          ],
        ])
      }
      let addresses = try addresses(more, seed)
      let (before, after) = (try answers(world, addresses), try answers(more, addresses))
      #expect(before == after, "seed \(seed)\n\(world.yaml)")
    }
  }

  /// To exchange the priorities of two objects is to exchange all but their priorities: neither names nor places count.
  @Test func prioritiesAloneSayWhichComesFirst() throws {
    for (seed, generated) in Self.worlds(201...400) {
      let numbers = generated.documents.indices.filter {
        generated.documents[$0]["kind"]?.text == "ClusterNetworkPolicy"
      }
      guard numbers.count > 1, let first = generated.documents[numbers[0]]["spec"],
        let second = generated.documents[numbers[1]]["spec"], first["tier"] == second["tier"]
      else { continue }
      var (priorities, contents) = (generated, generated)
      priorities.documents[numbers[0]]["spec"]?["priority"] = second["priority"]
      priorities.documents[numbers[1]]["spec"]?["priority"] = first["priority"]
      contents.documents[numbers[0]]["spec"] = second
      contents.documents[numbers[0]]["spec"]?["priority"] = first["priority"]
      contents.documents[numbers[1]]["spec"] = first
      contents.documents[numbers[1]]["spec"]?["priority"] = second["priority"]
      let addresses = try addresses(generated, seed)
      #expect(try answers(priorities, addresses) == answers(contents, addresses), "seed \(seed)\n\(generated.yaml)")
    }
  }

  @Test func theLowerPriorityComesFirst() throws {
    func policy(_ name: String, _ priority: Int, _ action: String) -> String {
      """
      {apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: \(name)},
      spec: {tier: Admin, priority: \(priority), subject: {namespaces: {}},
      ingress: [{action: \(action), from: [{namespaces: {}}]}]}}
      """
    }
    for (accept, deny, answer) in [(5, 6, Truth.yes), (6, 5, .no), (5, 5, .unknown)] {
      let cluster = Cluster(
        pod("a/web"), pod("a/db"), policy("one", accept, "Accept"), policy("two", deny, "Deny"))
      #expect(cluster.answer("a/web", "a/db", 80) == answer)
    }
  }

  @Test func theBaselineTierSaysNothingOfIsolatedPods() throws {
    for (seed, generated) in Self.worlds(401...600) {
      var less = generated
      less.documents.removeAll { document in
        document["kind"]?.text == "BaselineAdminNetworkPolicy" || document["spec"]?["tier"]?.text == "Baseline"
      }
      let (whole, rest) = (try #require(Agreement(generated)), try #require(Agreement(less)))
      let ends = whole.world.workloadIDs.map { Endpoint.workload($0) }
      for id in whole.world.workloadIDs {
        let podClass = whole.reach.podClass(of: id)
        for other in ends {
          if whole.reach.isIsolated(podClass, .ingress) == .yes {
            let pair = (other, Endpoint.workload(id))
            #expect(
              whole.reach.ingressBounds(from: pair.0, to: pair.1) == rest.reach.ingressBounds(from: pair.0, to: pair.1),
              "seed \(seed)\n\(generated.yaml)")
          }
          if whole.reach.isIsolated(podClass, .egress) == .yes {
            let pair = (Endpoint.workload(id), other)
            #expect(
              whole.reach.egressBounds(from: pair.0, to: pair.1) == rest.reach.egressBounds(from: pair.0, to: pair.1),
              "seed \(seed)\n\(generated.yaml)")
          }
        }
      }
    }
  }

  @Test func networksOfOneFamilyHoldThePodsOfAClusterThatHasNoOther() throws {
    let policy = """
      {apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: {name: out},
      spec: {priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{networks: [0.0.0.0/0]}]}]}}
      """
    for (podCIDRs, answer): ([String]?, Truth) in [
      (nil, .no), (["10.244.0.0/16"], .no), (["10.244.0.0/16", "fd00::/8"], .unknown), (["fd00::/8"], .yes),
    ] {
      let cluster = Cluster(pod("a/web"), pod("a/db"), policy, podCIDRs: podCIDRs)
      #expect(cluster.answer("a/web", "a/db", 80) == answer)
    }
  }

  /// Where nobody says which addresses pods have, they may be public.
  @Test func otherNetworksMayHoldAnyPod() throws {
    for (podCIDRs, network, answer): ([String]?, String, Truth) in [
      (nil, "203.0.113.0/24", .unknown), (nil, "2001:db8::/32", .unknown), (nil, "10.0.0.0/8", .unknown),
      (["10.244.0.0/16"], "203.0.113.0/24", .yes), (["10.244.0.0/16"], "10.244.1.0/24", .unknown),
      (["203.0.113.0/25"], "203.0.113.0/24", .no),
    ] {
      let policy = """
        {apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: out},
        spec: {tier: Admin, priority: 1, subject: {namespaces: {}},
        egress: [{action: Deny, to: [{networks: ["\(network)"]}]}]}}
        """
      let cluster = Cluster(pod("a/web"), pod("a/db"), policy, podCIDRs: podCIDRs)
      #expect(cluster.answer("a/web", "a/db", 80) == answer, "\(network)")
    }
  }

  @Test func whatTheAdminTierLeavesGoesToTheNetworkPoliciesAndThenToTheBaseline() {
    let admin = """
      {apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: {name: wall},
      spec: {priority: 1, subject: {namespaces: {}}, ingress: [
      {action: Pass, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: passed}}}}]},
      {action: Deny, from: [{namespaces: {}}], ports: [{portNumber: {port: 22}}]},
      {action: Allow, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: let}}}}]}]}}
      """
    let baseline = """
      {apiVersion: policy.networking.k8s.io/v1alpha1, kind: BaselineAdminNetworkPolicy, metadata: {name: default},
      spec: {subject: {namespaces: {}}, ingress: [
      {action: Allow, from: [{namespaces: {}}], ports: [{namedPort: web}]}, {action: Deny, from: [{namespaces: {}}]}]}}
      """
    let ports = "{ports: [{name: web, containerPort: 80}]}"
    let cluster = Cluster(
      pod("a/db", containers: ports), pod("b/open", containers: ports), pod("c/passed"), pod("c/let"), pod("c/other"),
      admin, baseline, policy("a", "podSelector: {}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 22}]}]")
    )
    // Isolated: the NetworkPolicy has the last word.
    #expect(cluster.answers("c/passed", "a/db", [22, 80]) == [.yes, .no])
    #expect(cluster.answers("c/let", "a/db", [22, 80]) == [.no, .yes])
    #expect(cluster.answers("c/other", "a/db", [22, 80]) == [.no, .no])
    // Not isolated: the baseline has it.
    #expect(cluster.answers("c/passed", "b/open", [22, 80]) == [.no, .yes])
    #expect(cluster.answers("c/let", "b/open", [22, 81]) == [.no, .yes])
    #expect(cluster.answers("c/other", "b/open", [80, 81]) == [.yes, .no])
    // Addresses are no peers of ingress rules.
    #expect(cluster.answers("8.8.8.8", "b/open", [22, 81]) == [.yes, .yes])
  }
}

extension YAMLValue {
  /// Whether it is a policy for the whole cluster.
  fileprivate var isRanked: Bool { self["spec"]?["subject"] != nil }
}
