// Stands in until the data files and their readers are written; delete it then.
package import Model

package struct Facts: Sendable {
  package static let shared = Facts()
  package let labels = LabelFacts()
  package let portSets = PortSetFacts()
  package let ignoredKinds: Set<String> = [
    "CustomResourceDefinition", "ConfigMap", "Secret", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding",
    "ServiceAccount", "PodDisruptionBudget",
  ]
}
package struct PortSetFacts: Sendable {
  package func protocolMismatch(_ n: UInt16, _ t: TransportProtocol) -> (name: String, transport: TransportProtocol)? {
    n == 123 && t == .tcp ? ("NTP", .udp) : nil
  }
}
package struct LabelFacts: Sendable {
  package func isSystemNamespace(_ n: String) -> Bool {
    ["kube-system", "kube-public", "kube-node-lease"].contains(n) || n.hasPrefix("openshift-")
  }
  package func isOtherPolicyAPI(_ m: ObjectMeta, in ns: String) -> Bool { false }
  package let identityKeys: Set<String> = [
    "app", "app.kubernetes.io/name", "k8s-app", "name", "component", "app.kubernetes.io/component",
  ]
  package let sameComponentSuffixes: Set<String> = [
    "service", "svc", "server", "deployment", "deploy", "app", "pod", "pods", "db", "database", "master", "primary",
    "cluster", "main",
  ]
  package func mayMakePods(_ m: ObjectMeta) -> Bool { m.group.contains(".") && !m.group.hasSuffix("k8s.io") }
  package func isMadeByTool(_ l: [Label]) -> Bool {
    l.contains { $0.key == "helm.sh/chart" || ($0.key == "app.kubernetes.io/managed-by" && $0.value == "Helm") }
  }
  package func isDNSPodName(_ n: String) -> Bool { n == "kube-dns" || n == "coredns" }
  package func belongTogether(namespace: String, pod: String) -> Bool {
    namespace == pod
      || [("kube-system", "kube-dns"), ("monitoring", "prometheus"), ("istio-system", "istio-proxy")].contains {
        $0 == (namespace, pod)
      }
  }
  package func isWellKnownNamespaceLabel(_ k: String) -> Bool {
    ["kubernetes.io/metadata.name", "istio-injection"].contains(k)
  }
  package let namespaceNameKeys: Set<String> = ["name", "namespace", "ns"]
  package let nonPublicRanges = [
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3",
    "0.0.0.0/8",
  ]
  package let privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]
  package let linkLocalRanges = ["169.254.0.0/16"]
  package let metadataAddresses = ["169.254.169.254", "fd00:ec2::254", "168.63.129.16", "100.100.100.200"]
  package func isIngressController(_ l: [(String, String)]) -> Bool { l.contains { $0.1 == "ingress-nginx" } }
  package let externalEgressWords: Set<String> = ["external", "internet", "api", "cloud"]
  package let externalIngressWords: Set<String> = ["external", "internet", "alb", "nodeport"]
  package let externalNameWords: Set<String> = ["external", "internet"]
  package func isRationaleAnnotation(_ k: String) -> Bool { k.contains("rationale") || k.contains("description") }
}
