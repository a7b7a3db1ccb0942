import Diagnostics
import Fixing
import Rules
import TestSupport
import Testing
import Traffic

/// Fixes that write rules, documents and comments, or take them away.
@Suite struct FixPartTests {
  @Test func theMetadataAddressIsExcepted() async throws {
    let except = "[168.63.129.16/32, 100.100.100.200/32, 169.254.169.254/32]"
    let text = try await PolicySample.mend(
      PolicySample.policy(
        """
          podSelector: {}
          policyTypes: [Egress]
          egress:
            - to:
                - ipBlock:
                    cidr: 0.0.0.0/0 # the world
            - to: [{ipBlock: {cidr: 169.254.0.0/16, except: [169.254.1.0/24]}}]
        """), "NP404")
    let lines = text.split(separator: "\n").map(String.init)
    let line = try #require(lines.first { $0.contains("except: [1") && !$0.contains("ipBlock") })
    #expect(line.hasPrefix("            except: [") && Set(line) == Set("            except: " + except))
    #expect(text.contains("{cidr: 169.254.0.0/16, except: [169.254.1.0/24, 169.254.169.254/32]}"))
    #expect(text.contains("cidr: 0.0.0.0/0 # the world\n"))
    try await PolicySample.expect(
      "NP404",
      """
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to:
              - ipBlock:
                  cidr: 169.0.0.0/8
                  except:
                    - 169.1.0.0/16 # ours
      """,
      """
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to:
              - ipBlock:
                  cidr: 169.0.0.0/8
                  except:
                    - 169.1.0.0/16 # ours
                    - 169.254.169.254/32
      """)
  }

  @Test func anUnusedSuppressionGoesAndTheRestStays() async throws {
    let text = PolicySample.policy(
      """
        # netpol-lint: ignore[NP402]: nothing is here
        podSelector: {} # netpol-lint: ignore[NP412, NP409]: nor here
        policyTypes: [Ingress]
        ingress: [] # netpol-lint: ignore[NP409]: nor here # and this is said to people
      """)
    #expect(
      try await PolicySample.mend(text, "NP604")
        == PolicySample.policy(
          """
            podSelector: {}
            policyTypes: [Ingress]
            ingress: [] # netpol-lint: ignore[NP409]: nor here # and this is said to people
          """))
  }

  @Test func aDefaultDenyIsADocumentOfItsOwn() async throws {
    let text = PolicySample.policy("  podSelector: {matchLabels: {app: web}}\n  policyTypes: [Ingress]")
    let mended = try await PolicySample.mend(text, "NP101")
    #expect(
      mended == text + """
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata:
          name: default-deny-ingress
          namespace: shop
        spec:
          podSelector: {}
          policyTypes: [Ingress]

        """)
  }

  /// Who may reach it from outside has to be written first.
  @Test(arguments: [("ClusterIP", true), ("LoadBalancer", false), ("NodePort", false)])
  func noDefaultDenyCutsOffWhatIsPublished(_ type: String, _ isMade: Bool) async throws {
    let text =
      PolicySample.policy("  podSelector: {matchLabels: {app: api}}\n  policyTypes: [Ingress]") + """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: proxy, namespace: shop, labels: {app: proxy}}
        spec: {containers: [{name: proxy, image: proxy, ports: [{containerPort: 8443}]}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: proxy, namespace: shop}
        spec: {type: \(type), selector: {app: proxy}, ports: [{port: 443, targetPort: 8443}]}

        """
    let mended = try await PolicySample.mend(text, "NP101")
    #expect((mended != text) == isMade)
  }

  /// A rule in a default deny would be one for all pods.
  @Test func theOtherHalfBesideADefaultDenyIsAPolicyOfItsOwn() async throws {
    let deny = PolicySample.policy("  podSelector: {}\n  policyTypes: [Ingress, Egress]", name: "default-deny")
    let db = PolicySample.policy(
      """
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: api}}}, {podSelector: {matchLabels: {app: jobs}}}]
            ports: [{port: 5432}]
      """, name: "db")
    let text = try await PolicySample.mend(deny + "---\n" + db, "NP501")
    func half(_ name: String) -> String {
      """
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: \(name)-to-db
        namespace: shop
      spec:
        podSelector:
          matchLabels:
            app: \(name)
        policyTypes: [Egress]
        egress:
          # The other half of an ingress rule of the policy db.
          - to:
              - podSelector:
                  matchLabels:
                    app: db
            ports:
              - protocol: TCP
                port: 5432

      """
    }
    #expect(text == deny + "---\n" + db + half("api") + half("jobs"))
  }

  @Test func aRuleForDNSStandsBehindTheOthers() async throws {
    try await PolicySample.expect(
      "NP309",
      """
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
        egress:
          - to:
              - podSelector:
                  matchLabels: {app: api}
      """,
      """
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
        egress:
          - to:
              - podSelector:
                  matchLabels: {app: api}
          # Names are looked up in the cluster's DNS.
          - to:
              - namespaceSelector:
                  matchLabels:
                    kubernetes.io/metadata.name: kube-system
                podSelector:
                  matchLabels:
                    k8s-app: kube-dns
            ports:
              - protocol: TCP
                port: 53
              - protocol: UDP
                port: 53
      """)
    try await PolicySample.expect(
      "NP309",
      """
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
        egress: [{to: [{podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{port: 53, protocol: UDP}]}]
      """,
      """
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
        egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{port: 53, protocol: UDP}]}]
      """)
  }

  @Test func theOtherHalfOfAFlowIsAdded() async throws {
    let db = PolicySample.policy(
      """
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: api}}}]
            ports: [{port: 5432}]
      """, name: "db")
    let api = PolicySample.policy(
      """
        podSelector: {matchLabels: {app: api}}
        policyTypes: [Egress]
        egress:
          - to: [{podSelector: {matchLabels: {app: cache}}}]
      """, name: "api")
    let text = try await PolicySample.mend(db + "---\n" + api, "NP501")
    #expect(
      text == db + "---\n" + api + """
            # The other half of an ingress rule of the policy db.
            - to:
                - podSelector:
                    matchLabels:
                      app: db
              ports:
                - protocol: TCP
                  port: 5432

        """)
  }

  @Test(arguments: [
    (
      "commonLabels: {team: shop}\n",
      "labels: [{pairs: {team: shop}, includeTemplates: true}]\n"
    ),
    (
      "commonLabels:\n  team: shop # ours\n  # two\n  part: web\nnamePrefix: a-\n",
      "labels:\n  - pairs:\n      team: shop # ours\n      # two\n      part: web\n    includeTemplates: true\nnamePrefix: a-\n"
    ),
    (
      "labels:\n  - pairs: {part: web}\n  - includeSelectors: true # all\n    pairs: {team: shop}\n",
      "labels:\n  - pairs: {part: web}\n  - includeTemplates: true # all\n    pairs: {team: shop}\n"
    ),
    (
      "labels: [{pairs: {team: shop}, includeSelectors: true, includeTemplates: true}]\n",
      "labels: [{pairs: {team: shop}, includeSelectors: false, includeTemplates: true}]\n"
    ),
  ])
  func commonLabelsBecomeLabels(_ old: String, _ new: String) async throws {
    let rule = try #require(Registry.rule("NP210"))
    let manifest = PolicySample.policy(
      """
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to:
              - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
                podSelector: {matchLabels: {k8s-app: kube-dns}}
      """)
    let files = [("kustomization.yaml", "resources: [a.yaml]\n" + old), ("a.yaml", manifest)].enumerated().map {
      SourceFile(id: FileID($0), path: $1.0, bytes: Array($1.1.utf8))
    }
    let mend = await Mend(files, [rule])
    let text = mend.outcome.state.project.sources.files.first.map { String(decoding: $0.bytes, as: UTF8.self) }
    #expect(text == "resources: [a.yaml]\n" + new && mend.left.isEmpty, "\(mend.outcome.refused)")
  }
}
