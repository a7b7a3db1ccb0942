internal import Model

/// What a value of the config may be.
indirect enum ConfigType: Sendable {
  case text
  /// Text that reads as a whole number of at least 1.
  case number
  /// `true` or `false`.
  case flag
  /// `YYYY-MM-DD`.
  case date
  case cidr
  /// `8000`, `8000/TCP` or `http/TCP`, also `1-10/UDP`.
  case port
  /// An IP address.
  case address
  /// One to three numbers with dots between them.
  case version
  case glob
  case choice([String])
  case list(ConfigType)
  /// One value or a list of them.
  case oneOrMore(ConfigType)
  /// Keys of the user's own.
  case map(ConfigType)
  case object([ConfigKey])
  case either(ConfigType, ConfigType)
}

/// A key of the config: the one table that decoding, suggestions and the JSON Schema come from.
struct ConfigKey: Sendable {
  let name: String
  let type: ConfigType
  /// One line for the schema.
  let summary: String
  let isRequired: Bool
  /// A key beside it that takes its place, so that one of the two is required; `nil` for none.
  let substitute: String?
  /// What counts where nothing is said, as the file would write it; `nil` where that is nothing.
  let standard: String?

  init(
    _ name: String, _ type: ConfigType, _ summary: String, isRequired: Bool = false, unless substitute: String? = nil,
    standard: String? = nil
  ) {
    self.name = name
    self.type = type
    self.summary = summary
    self.isRequired = isRequired
    self.substitute = substitute
    self.standard = standard
  }
}

enum ConfigKeys {
  static let levels = ["off", "note", "warning", "error"]

  static let all: [ConfigKey] = [
    ConfigKey(
      "profile", .choice(Profile.allCases.map(\.rawValue)), "which rules run by default",
      standard: Configuration().profile.rawValue),
    ConfigKey(
      "rules", .map(.either(.choice(levels), .object(ruleOptions))),
      "for an id, a name or the start of ids: off, a severity, or options"),
    ConfigKey("extends", .oneOrMore(.text), "config files that this one is laid over, relative to it"),
    ConfigKey("exclude", .list(.glob), "globs of files that are not read"),
    ConfigKey("roots", .list(.glob), "globs of folders that are worlds of their own"),
    ConfigKey("cluster", .object(cluster), "the cluster that the manifests are for"),
    ConfigKey("components", .map(.object(component)), "what the system is made of: names for selectors"),
    ConfigKey("flows", .list(.object(flow)), "what must and must not be allowed"),
    ConfigKey("hipaa", .object(hipaa), "settings of the HIPAA rules"),
    ConfigKey("metadata", .object(metadata), "labels and annotations that policies must have"),
    ConfigKey("ignores", .list(.object(ignore)), "findings that are accepted, with the reason"),
    ConfigKey("protected", .list(.text), "rules that cannot be suppressed"),
    ConfigKey("fixable", .list(.text), "rules whose fixes are offered and made; all when absent"),
    ConfigKey("unfixable", .list(.text), "rules whose fixes are neither offered nor made"),
    ConfigKey("requiredVersion", .version, "the lowest version of netpol-lint that the file is for"),
  ]

  private static let ruleOptions = [
    ConfigKey("severity", .choice(levels), "the severity of the rule's findings"),
    ConfigKey("max", .number, "the limit of a rule that has one"),
  ]

  /// The keys of `cluster` with addresses of the cluster's own, and what has them.
  static let ownRanges: [(name: String, holders: String)] = [
    ("podCIDRs", "pods"), ("serviceCIDRs", "Services"), ("nodeCIDRs", "nodes"), ("apiServerCIDRs", "the API server"),
  ]

  private static let cluster =
    [
      ConfigKey("cni", .text, "the network plugin")
    ]
    + ownRanges.map {
      ConfigKey($0.name, .list(.cidr), "addresses of \($0.holders); refused where they hold most of the internet")
    } + [
      ConfigKey(
        "kubernetesVersion", .version, "the version of the API server, such as 1.34",
        standard: "1.\(Cluster().kubernetesMinor)"),
      ConfigKey(
        "namespaces", .map(.object([ConfigKey("labels", .map(.text), "the namespace's labels")])),
        "namespaces that exist, with their labels"),
      ConfigKey("dns", .object(dns), "where the cluster's DNS is"),
    ]

  private static let dns = [
    ConfigKey("namespace", .text, "the namespace of the DNS pods", standard: standardDNS.namespace),
    ConfigKey("labels", .map(.text), "the labels of the DNS pods", standard: ConfigDisplay.labels(standardDNS.labels)),
    ConfigKey("ports", .list(.port), "the ports of the DNS pods", standard: ConfigDisplay.ports(standardDNS.ports)),
    ConfigKey(
      "nodeLocalIPs", .list(.address), "addresses of the node-local cache",
      standard: "[" + standardDNS.nodeLocalAddresses.map(\.description).joined(separator: ", ") + "]"),
  ]

  private static let standardDNS = Cluster().dns

  private static let component = [
    ConfigKey("namespace", .text, "the namespace of its pods", isRequired: true, unless: "cidrs"),
    ConfigKey("labels", .map(.text), "the labels of its pods", isRequired: true, unless: "cidrs"),
    ConfigKey("cidrs", .list(.cidr), "its addresses, where it is outside the cluster"),
    ConfigKey("ports", .list(.port), "the ports that it is reached on"),
    ConfigKey("portSet", .text, "a known set of ports, such as postgresql"),
    ConfigKey("data", .choice(Component.Data.allCases.map(\.rawValue)), "what it has to do with health data"),
    ConfigKey("clients", .list(.text), "the components that may call it"),
    ConfigKey("tls", .flag, "attests that it takes TLS alone; an attestation, which nothing here proves"),
    ConfigKey("purpose", .text, "what it is for, for reports"),
    ConfigKey("owner", .text, "who answers for it, for reports"),
    ConfigKey(
      "agreement", .either(.text, .object(agreement)),
      "the agreement with a third party: a text, or with, reference, date and expires"),
  ]

  private static let agreement = [
    ConfigKey("with", .text, "the counterparty"),
    ConfigKey("reference", .text, "where the agreement is filed"),
    ConfigKey("date", .date, "the day that it was made"),
    ConfigKey("expires", .date, "the last day on which it counts"),
  ]

  private static let flow = [
    ConfigKey("name", .text, "what the flow is for"),
    ConfigKey("from", .oneOrMore(.text), "where it starts"),
    ConfigKey("to", .oneOrMore(.text), "where it goes", isRequired: true),
    ConfigKey("port", .oneOrMore(.port), "the port; every port when absent"),
    ConfigKey("expect", .choice(Flow.Expectation.allCases.map(\.rawValue)), "what must be true", isRequired: true),
    ConfigKey("clients", .list(.text), "with expect: only, who may"),
  ]

  private static let hipaa = [
    ConfigKey(
      "reviewIntervalDays", .number, "days between reviews of a policy",
      standard: HIPAASettings().reviewIntervalDays.description),
    ConfigKey("zoneLabel", .text, "the label that says which data a workload holds"),
    ConfigKey(
      "clearinghouse", .flag, "whether the system holds the functions of a health care clearinghouse",
      standard: "false"),
    ConfigKey("lastInEffect", .date, "the last day on which the policies were in effect, once they are not any more"),
    ConfigKey(
      "decisions", .map(.object(decision)),
      "for a paragraph such as 164.312(e)(2)(ii): what was decided about an addressable specification"),
  ]

  private static let decision = [
    ConfigKey("status", .choice(Decision.Status.allCases.map(\.rawValue)), "what was decided", isRequired: true),
    ConfigKey("reason", .text, "why, where it is not implemented as written"),
    ConfigKey("alternative", .text, "the equivalent measure in its place"),
    ConfigKey("owner", .text, "who decided"),
    ConfigKey("date", .date, "the day of the decision"),
    ConfigKey("reference", .text, "where the record is filed"),
  ]

  private static let metadata = [
    ConfigKey("requiredLabels", .list(.text), "labels that each policy must have"),
    ConfigKey("requiredAnnotations", .list(.text), "annotations that each policy must have"),
  ]

  private static let ignore = [
    ConfigKey("rules", .list(.text), "ids, names or starts of ids", isRequired: true),
    ConfigKey("namespaces", .list(.glob), "globs of the namespaces concerned; all when absent"),
    ConfigKey("names", .list(.glob), "globs of the names of the objects concerned; all when absent"),
    ConfigKey("paths", .list(.glob), "globs of the files concerned, relative to this one; all when absent"),
    ConfigKey("reason", .text, "why the findings are accepted", isRequired: true),
    ConfigKey("owner", .text, "who answers for that"),
    ConfigKey("until", .date, "the last day on which they are"),
  ]
}
