package import Model
internal import YAMLSource

/// What rules know of labels, names, words and addresses (`rules/labels.yaml`).
package final class LabelFacts: Sendable {
  static let shared = LabelFacts()

  /// Keys whose value is mostly meant to be the name of a namespace.
  package let namespaceNameKeys = set("namespaceNameKeys")
  /// Keys that say which component a pod is.
  package let identityKeys = set("identityKeys")
  /// Those of them that name it, not its part in a system.
  package let nameKeys = set("nameKeys")
  /// Words behind a dash that may or may not make another component of a name.
  package let roleSuffixes = set("roleSuffixes")
  /// Words by which the names of one namespace in several environments differ.
  package let environments = set("environments")
  /// Words by which a policy says that it takes something away.
  package let denyWords = set("denyWords")
  /// Words that turn what follows them around.
  package let negations = set("negations")
  /// Words by which it says what it leaves.
  package let exceptionWords = set("exceptionWords")
  /// Words that make a noun of `block`, before or behind it.
  package let blockNouns = set("blockNouns")
  /// Names of what scrapes metrics.
  package let scrapers = set("scrapers")
  /// Words behind a dash that do not make another component of a name.
  package let sameComponentSuffixes = set("sameComponentSuffixes")
  package let externalEgressWords = set("externalEgressWords")
  package let externalIngressWords = set("externalIngressWords")
  /// Words in the name of a policy that speak of what is outside of the cluster.
  package let externalNameWords = set("externalNameWords")
  /// Words in comments that say that the inside of the cluster is meant.
  package let internalWords = set("internalWords")
  /// Words that speak of calls by the API server or by services outside.
  package let webhookWords = set("webhookWords")
  /// Labels that change with each version.
  package let unstableLabels = set("unstableLabels")
  /// CIDRs of addresses that no public host has.
  package let nonPublicRanges = texts("nonPublicRanges")
  package let privateRanges = texts("privateRanges")
  /// CIDRs in which pods may have their addresses when nobody says.
  package let likelyPodRanges = texts("likelyPodRanges")
  package let linkLocalRanges = texts("linkLocalRanges")
  /// What `internet` leaves out besides the cluster's own addresses.
  package let notInternetRanges = texts("notInternetRanges")
  /// Where the kubelet's probes come from in Istio's ambient mode.
  package let ambientProbeAddresses = texts("ambientProbeAddresses")
  /// The addresses of clouds' metadata services.
  package let metadataAddresses = texts("metadataAddresses")
  /// For each namespace of DNS pods the port that they listen on.
  package let dnsPorts: [String: UInt16] = Dictionary(
    pairs("dnsPorts").compactMap { pair in UInt16(pair.value.text).map { (pair.key, $0) } }
  ) { $1 }
  /// The annotations that ask Prometheus to scrape pods, and on which port.
  package let scrapeAnnotation = text("scrapeAnnotation")
  package let scrapePortAnnotation = text("scrapePortAnnotation")

  /// Kinds with a pod template that start other pods besides, in tests of a new version.
  package let kindsThatMakePods = set("kindsThatMakePods")
  /// What pods that scrape metrics are called.
  package let scraperNames = set("scraperNames")
  /// Keys of labels that pods have which controllers start at run time.
  package let runtimePodKeys = set("runtimePodKeys")
  /// What people write in front of the date of a review, in lower case.
  package let lastReviewWords = set("lastReviewWords")
  /// What people write in front of the date of the next review.
  package let nextReviewWords = set("nextReviewWords")
  /// Each of those phrases holds one of these: a text without any speaks of no review.
  package let reviewStems: [String]

  /// Labels that DNS pods alone have.
  package let dnsPodKeys = set("dnsPodKeys")
  /// The DaemonSets of the DNS cache that answers on each node.
  package let nodeLocalDNSPods = set("nodeLocalDNSPods")
  /// The address that it mostly has there.
  package let nodeLocalDNSAddress = text("nodeLocalDNSAddress")
  /// Namespace labels that stand for pods on the nodes' network.
  package let hostNetworkLabels = set("hostNetworkLabels")
  /// Namespaces that people take for the API server's.
  package let apiServerNamespaces = set("apiServerNamespaces")
  /// Ports that the API server is called on.
  package let apiServerPorts: [UInt16] = texts("apiServerPorts").compactMap { UInt16($0) }
  /// Addresses that the Service `kubernetes` mostly has.
  package let apiServerAddresses = texts("apiServerAddresses")

  private let systemNamespaces = texts("systemNamespaces")
  private let builtInNamespaces = texts("builtInNamespaces")
  private let wellKnownNamespaceLabels = texts("wellKnownNamespaceLabels")
  private let dnsPods = set("dnsPods")
  private let relatedNames = sets("relatedNames")
  private let ingressControllers = set("ingressControllers")
  private let ingressControllerLabels = sets("ingressControllerLabels")
  private let gatewayNameLabels: [(name: String, namespace: String?)] = pairs("gatewayNameLabels").map { pair in
    (pair.key, pair.value.text.isEmpty ? nil : pair.value.text)
  }
  private let sharedGatewayLabels = sets("sharedGatewayLabels")
  private let rationaleWords = set("rationaleAnnotations")
  private let recordWords = sets("recordAnnotations")
  private let placeholders = set("placeholders")
  private let groupsWithoutPods = set("groupsWithoutPods")
  private let groupsOfServiceCallers = set("groupsOfServiceCallers")
  private let kindsWithPods = set("kindsWithPods")
  private let kindsWithoutEvidence = set("kindsWithoutEvidence")
  private let otherPolicyKinds = sets("otherPolicyKinds")
  private let meshPolicyKinds = sets("meshPolicyKinds")
  private let namespacedPolicyKinds = set("namespacedPolicyKinds")
  private let apiServerPods = sets("apiServerPods")
  private let directTargetAnnotations = sets("directTargetAnnotations")
  private let directIngressClasses = set("directIngressClasses")
  private let deployers = sets("deployers")
  private let plainTemplateGroups = set("plainTemplateGroups")

  /// The longest word of each phrase, without those that hold a shorter one of them.
  private static func stems(of phrases: Set<String>) -> [String] {
    let words = Set(
      phrases.compactMap { phrase in
        let words: [Substring] = phrase.split(separator: " ")
        return words.max { $0.count < $1.count }.map { String($0) }
      })
    return words.filter { word in !words.contains { $0 != word && word.contains($0) } }.sorted()
  }

  private init() { reviewStems = LabelFacts.stems(of: lastReviewWords.union(nextReviewWords)) }

  /// Whether a namespace belongs to the platform (kube-system, openshift-* …).
  package func isSystemNamespace(_ name: String) -> Bool { LabelFacts.matches(name, systemNamespaces) }

  /// Whether every cluster has a namespace of this name.
  package func isBuiltInNamespace(_ name: String) -> Bool { LabelFacts.matches(name, builtInNamespaces) }

  /// Whether something other than the manifests sets a namespace label.
  package func isWellKnownNamespaceLabel(_ key: String) -> Bool { LabelFacts.matches(key, wellKnownNamespaceLabels) }

  /// Whether a label's value is a name of DNS pods.
  package func isDNSPodName(_ value: String) -> Bool { dnsPods.contains(value) }

  /// Whether pods of this name are a component that many clusters have, in a namespace of its own.
  package func isWellKnownComponent(_ name: String) -> Bool {
    ingressControllers.contains(name) || relatedNames.values.contains { $0.contains(name) }
  }

  /// Whether a namespace and a pod of these names are known to go together, or are called the same.
  package func belongTogether(namespace: String, pod: String) -> Bool {
    namespace == pod || relatedNames[namespace]?.contains(pod) ?? false
  }

  /// Whether a namespace and a pod of these names are known for different things. The system's namespaces hold whatever
  /// somebody puts there.
  package func areKnownApart(namespace: String, pod: String) -> Bool {
    (relatedNames[namespace] != nil || isWellKnownComponent(namespace)) && isWellKnownComponent(pod)
      && !belongTogether(namespace: namespace, pod: pod) && !isSystemNamespace(namespace)
  }

  /// Whether pods with these labels are an ingress controller.
  package func isIngressController(_ labels: [(String, String)]) -> Bool {
    labels.contains { key, value in
      (identityKeys.contains(key) && ingressControllers.contains(value))
        || ingressControllerLabels[key].map { $0.contains(value) || $0.contains("*") } ?? false
        || sharedGatewayLabels[key].map { $0.contains(value) || $0.contains("*") } ?? false
        || gatewayNameLabels.contains { $0.name == key }
    }
  }

  /// Whether pods with these labels are an ingress controller.
  package func isIngressController(_ labels: LabelSet) -> Bool {
    isIngressController(labels.pairs.map { ($0.key, $0.value) })
  }

  /// What ingress controllers and their namespaces are called, sorted.
  package var ingressControllerNames: [String] {
    let namespaces = relatedNames.filter { !$0.value.isDisjoint(with: ingressControllers) }.keys
    return ingressControllers.union(namespaces).sorted()
  }

  /// What pods with the labels of an ingress controller have to do with a Gateway.
  package enum GatewayRole: Hashable, Sendable {
    /// They were made for this one, or for all of their controller's.
    case certain
    /// They were made for another one.
    case other
    /// Nothing says it.
    case open
  }

  /// What a controller's pods have to do with a Gateway.
  ///
  /// - Parameter gatewayClass: `nil` where the Gateway was not read.
  package func role(
    of labels: LabelSet, in namespace: String, for gateway: IngressPath.Gateway, gatewayClass: String?
  ) -> GatewayRole {
    var isNamed = false
    for key in gatewayNameLabels {
      guard let name = labels.value(key.name) else { continue }
      isNamed = true
      // Without a label for it, controllers make the pods in the Gateway's own namespace.
      let place = key.namespace.map { labels.value($0) ?? gateway.namespace } ?? namespace
      if name == gateway.name, place == gateway.namespace { return .certain }
    }
    if isNamed { return .other }
    let isShared = labels.pairs.contains { pair in
      sharedGatewayLabels[pair.key].map { $0.contains(pair.value) || $0.contains("*") } ?? false
    }
    if isShared { return .certain }
    // `traefik`, or `nginx` of `nginx-gateway-fabric`.
    guard let gatewayClass else { return .open }
    let isOfClass = labels.pairs.contains { pair in
      identityKeys.contains(pair.key) && (pair.value == gatewayClass || pair.value.hasPrefix("\(gatewayClass)-gateway"))
    }
    return isOfClass ? .certain : .open
  }

  /// Whether pods say that they were made for a Gateway.
  package func isMadeForGateway(_ labels: LabelSet) -> Bool {
    gatewayNameLabels.contains { labels.value($0.name) != nil }
  }

  /// Whether a label is one of the API server's own pods.
  package func isAPIServerPod(_ key: String, _ value: String) -> Bool { apiServerPods[key]?.contains(value) ?? false }

  /// Whether an annotation makes a load balancer send straight to the pods.
  package func makesLoadBalancerDirect(_ annotation: Label) -> Bool {
    directTargetAnnotations[annotation.key].map { $0.contains(annotation.value) || $0.contains("*") } ?? false
  }

  /// Whether the load balancer of an Ingress sends straight to the pods, or may: an Ingress without a class is served by
  /// whatever the cluster has. A Route goes through the router's pods.
  package func mayLeadToPods(_ path: IngressPath) -> Bool {
    if path.meta.kind == "Route" { return false }
    return path.ingressClass.map(directIngressClasses.contains) ?? true
      || path.meta.annotations.contains(where: makesLoadBalancerDirect)
  }

  /// Whether a load balancer outside of the cluster serves an Ingress, for certain: no pod sends its traffic on.
  package func hasLoadBalancer(_ path: IngressPath) -> Bool {
    path.meta.kind == "Ingress"
      && (path.ingressClass.map(directIngressClasses.contains) ?? false
        || path.meta.annotations.contains(where: makesLoadBalancerDirect))
  }

  /// Whether an annotation's key says that its value is a rationale: `netpol-lint.io/rationale`, `description`.
  package func isRationaleAnnotation(_ key: String) -> Bool {
    let word = key.split { $0 == "/" || $0 == "." || $0 == "-" }.last ?? ""
    return rationaleWords.contains(word.lowercased())
  }

  /// What an annotation's key says that its value records.
  package enum Record: String, CaseIterable, Sendable {
    case owner, approver, ticket
  }

  /// Whether an annotation records something: `netpol-lint.io/owner`, `approved-by`.
  package func isRecord(_ record: Record, _ key: String) -> Bool {
    let name = (key.split(separator: "/").last ?? "").lowercased()
    return recordWords[record.rawValue]?.contains(name) ?? false
  }

  /// Whether a text says something to a reader.
  package func isMeant(_ text: String) -> Bool {
    let text = text.lowercased().split(separator: " ").joined(separator: " ")
    return !text.isEmpty && !placeholders.contains(text)
  }

  /// Whom a policy of another API may concern.
  package enum OtherPolicyScope: Equatable, Sendable {
    /// It is none.
    case none
    case namespace(String)
    case cluster
  }

  /// Whom an object concerns if it is a policy of another API, or has policies made.
  package func otherPolicyScope(_ other: OtherResource) -> OtherPolicyScope {
    let meta = other.meta
    if other.makesPolicies { return meta.kind == "Policy" ? .namespace(meta.namespace) : .cluster }
    guard otherPolicyKinds[meta.group]?.contains(meta.kind) == true else { return .none }
    return namespacedPolicyKinds.contains(meta.kind) ? .namespace(meta.namespace) : .cluster
  }

  /// Whether an object says what a service mesh lets through.
  package func isMeshPolicy(_ meta: ObjectMeta) -> Bool { meshPolicyKinds[meta.group]?.contains(meta.kind) == true }

  /// Whether an object of a custom kind may make pods that no manifest shows.
  package func mayMakePods(_ meta: ObjectMeta) -> Bool {
    guard !meta.group.isEmpty, !kindsWithPods.contains(meta.kind) else { return kindsWithPods.contains(meta.kind) }
    return meta.group.contains(".") && !groupsWithoutPods.contains(meta.group) && otherPolicyKinds[meta.group] == nil
  }

  /// Whether the name and the labels of an object of another kind can be those of pods.
  package func mayShowPods(_ meta: ObjectMeta) -> Bool { !kindsWithoutEvidence.contains(meta.kind) }

  /// Whether an object has other ones made that no manifest shows, in its namespace or another (a Helm release, say).
  package func isDeployer(_ meta: ObjectMeta) -> Bool { deployers[meta.group]?.contains(meta.kind) == true }

  /// Whether the pods of a custom kind are what its template says: no operator adds containers.
  package func isPlainTemplate(_ meta: ObjectMeta) -> Bool {
    !meta.group.contains(".") || plainTemplateGroups.contains(meta.group)
  }

  /// Whether the API server calls the Services that an object names.
  package func namesServicesForAPIServer(_ meta: ObjectMeta) -> Bool { groupsOfServiceCallers.contains(meta.group) }

  /// Whether labels show that Helm or an operator made the object: there may be more than was read.
  package func isMadeByTool(_ labels: [Label]) -> Bool {
    labels.contains { label in
      let value = label.value.lowercased()
      return label.key == "helm.sh/chart"
        || (label.key == "app.kubernetes.io/managed-by" && (value == "helm" || value.hasSuffix("operator")))
    }
  }

  /// Whether a name is one of a list, in which a trailing `*` stands for anything.
  private static func matches(_ name: String, _ patterns: [String]) -> Bool {
    patterns.contains { $0.hasSuffix("*") ? name.hasPrefix($0.dropLast()) : name == $0 }
  }
}

// What stands in the file, each under its key.

private func text(_ key: StaticString) -> String { FactFile.labels[key]?.text ?? "" }

private func texts(_ key: StaticString) -> [String] { FactFile.labels.texts(key) }

private func set(_ key: StaticString) -> Set<String> { Set(texts(key)) }

private func pairs(_ key: StaticString) -> [(key: String, value: NodeRef)] { FactFile.labels[key]?.pairs ?? [] }

private func sets(_ key: StaticString) -> [String: Set<String>] {
  Dictionary(pairs(key).map { ($0.key, Set($0.value.texts)) }) { $1 }
}
