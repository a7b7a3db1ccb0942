import Config
import Diagnostics
import Model
import Testing

@Suite struct ConfigTests {
  private func read(_ text: String) -> (configuration: Configuration?, problems: [String]) {
    let file = SourceFile(id: FileID(0), path: ".netpol-lint.yaml", bytes: Array(text.utf8))
    switch ConfigReader.read(file) {
    case .success(let configuration): return (configuration, [])
    case .failure(let error):
      let index = LineIndex(file.bytes)
      return (
        nil,
        error.problems.map {
          let place = index.position(of: $0.span.start)
          return "\(place.line):\(place.column) \($0.message)"
        }
      )
    }
  }

  @Test func anEmptyFileMeansTheDefaults() throws {
    let configuration = try #require(read("# nothing\n").configuration)
    #expect(configuration.profile == .recommended && configuration.cluster.kubernetesMinor == 35)
    #expect(configuration.cluster.podCIDRs == nil)
    let dns = configuration.cluster.dns
    #expect(dns.namespace == "kube-system" && dns.labels == LabelSet([("k8s-app", "kube-dns")]))
    #expect(dns.ports.text == "TCP 53; UDP 53" && dns.nodeLocalAddresses.map(\.description) == ["169.254.20.10"])
  }

  @Test func everythingIsRead() throws {
    let configuration = try #require(
      read(
        """
        profile: strict
        rules: {NP402: off, NP306: error, NP307: {severity: warning, max: 100}}
        exclude: ["**/charts/**"]
        cluster:
          kubernetesVersion: "1.36"
          podCIDRs: [10.244.0.0/16]
          namespaces: {ingress-nginx: {labels: {team: edge}}}
          dns: {labels: {k8s-app: coredns}, ports: [1053/UDP], nodeLocalIPs: [169.254.20.11, "fd00::a"]}
        protected: [NP101]
        ignores: [{rules: [NP1], namespaces: ["kube-*"], reason: the platform's, until: 2027-01-31}]
        metadata: {requiredLabels: [team], requiredAnnotations: [owner]}
        hipaa: {reviewIntervalDays: 30, zoneLabel: zone}
        requiredVersion: 0.1
        components:
          postgres: {namespace: shop, labels: {app: postgres}, portSet: postgresql, data: ephi, clients: [web]}
          web: {namespace: shop, labels: {app: web}, ports: [8000/TCP, 53/UDP]}
        flows:
          - {name: n, from: web, to: postgres, port: [5432, 53/UDP], expect: allow}
        """
      ).configuration)
    #expect(configuration.profile == .strict)
    #expect(configuration.rules.map(\.level) == [.off, .severity(.error), .severity(.warning)])
    #expect(configuration.rules[2].options["max"] == "100")
    #expect(configuration.cluster.kubernetesMinor == 36)
    #expect(configuration.cluster.podCIDRs?.cidrs.map(\.description) == ["10.244.0.0/16"])
    #expect(configuration.components.map(\.name) == ["postgres", "web"])
    #expect(configuration.components[1].ports?.text == "TCP 8000; UDP 53")
    #expect(configuration.components[0].data == .ephi)
    #expect(configuration.cluster.dns.namespace == "kube-system")
    #expect(configuration.cluster.dns.labels == LabelSet([("k8s-app", "coredns")]))
    #expect(configuration.cluster.dns.ports.text == "UDP 1053")
    #expect(configuration.cluster.dns.nodeLocalAddresses.map(\.description) == ["169.254.20.11", "fd00::a"])
    #expect(configuration.protected.map(\.text) == ["NP101"] && configuration.requiredVersion?.text == "0.1")
    #expect(configuration.ignores[0].until?.text == "2027-01-31" && configuration.ignores[0].reason == "the platform's")
    #expect(configuration.ignores[0].namespaces?.map { $0.matches("kube-system") } == [true])
    #expect(configuration.requiredLabels == ["team"] && configuration.requiredAnnotations == ["owner"])
    #expect(configuration.hipaa.reviewIntervalDays == 30 && configuration.hipaa.zoneLabel == "zone")
    let flow = try #require(configuration.flows.first)
    #expect(
      flow.expect == .allow && flow.ports == ["5432", "53/UDP"].compactMap { ConfigPort($0) } && flow.path == "flows[0]"
    )
  }

  @Test(arguments: [
    ("profil: strict", "1:1 there is no key `profil`; did you mean 'profile'?"),
    (
      "profile: strickt",
      "1:10 profile must be one of recommended, strict, hipaa, api, not `strickt`; did you mean 'strict'?"
    ),
    ("cluster:\n  podCIDR: []", "2:3 there is no key `podCIDR` in cluster; did you mean 'podCIDRs'?"),
    (
      "cluster: {podCIDRs: [10.0.0.0]}", "1:22 cluster.podCIDRs[0] must be a CIDR such as 10.244.0.0/16, not `10.0.0.0`"
    ),
    ("components: {a: {namespace: x}}", "1:18 components.a lacks the key `labels`"),
    ("ignores: [{rules: [NP402], reason: ' '}]", "1:36 ignores[0].reason must not be empty"),
    ("flows: [{to: a, expect: maybe}]", "1:25 flows[0].expect must be one of allow, deny, only, not `maybe`"),
    (
      "flows: [{from: b, to: a, expect: allow, port: 0}]", "1:47 flows[0].port must be a port such as 8000/TCP, not `0`"
    ),
    (
      "ignores: [{rules: [NP101], reason: r, until: 2027-02-30}]",
      "1:46 ignores[0].until must be a date such as 2027-01-31, not `2027-02-30`"
    ),
    ("flows: [{to: a, expect: allow}]", "1:10 flows[0] needs `from` with `expect: allow`"),
    ("flows: [{to: a, expect: only}]", "1:10 flows[0] needs `clients` with `expect: only`"),
    (
      "flows: [{to: a, from: b, expect: deny, clients: [c]}]",
      "1:10 flows[0] has `clients`, which only `expect: only` knows"
    ),
    ("flows: [{to: [], from: b, expect: deny}]", "1:10 flows[0] names nothing under `to`"),
    (
      "flows: [{to: a, from: b, expect: deny, port: []}]",
      "1:10 flows[0] names no port: leave `port` out to mean every port"
    ),
    (
      "cluster: {nodeCIDRs: [10.0.0.0/16, 0.0.0.0/0]}",
      "1:36 cluster.nodeCIDRs[1] holds most of the internet, which is no cluster's own (`0.0.0.0/0`): name the ranges "
        + "of nodes"
    ),
    (
      "cluster: {podCIDRs: ['2000::/3']}",
      "1:22 cluster.podCIDRs[0] holds most of the internet, which is no cluster's own (`2000::/3`): name the ranges "
        + "of pods"
    ),
    (
      "cluster: {serviceCIDRs: [0.0.0.0/2, 64.0.0.0/4], apiServerCIDRs: [80.0.0.0/4, 96.0.0.0/3]}",
      "1:79 cluster.apiServerCIDRs[1] holds most of the internet together with the cluster's ranges before it, which is "
        + "no cluster's own (`96.0.0.0/3`): name the ranges of the API server"
    ),
    ("requiredVersion: soon", "1:18 requiredVersion must be a version such as 1.34, not `soon`"),
    (
      "cluster: {dns: {nodeLocalIPs: [10.0.0]}}",
      "1:32 cluster.dns.nodeLocalIPs[0] must be an IP address such as 169.254.20.10, not `10.0.0`"
    ),
    ("exclude: ['[a']", "1:11 exclude[0] must be a glob such as **/charts/**, not `[a`"),
    ("exclude: x", "1:10 exclude must be a list"),
    ("- a", "1:3 the config must be a mapping"),
    ("profile: strict\nprofile: api", "2:1 profile stands here twice"),
  ])
  func whatIsWrongIsSaidWithItsPlace(_ text: String, _ message: String) {
    #expect(read(text).problems == [message])
  }

  @Test func allProblemsAreSaidAtOnce() { #expect(read("a: 1\nb: 2\n").problems.count == 2) }
}
