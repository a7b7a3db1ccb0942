package import Diagnostics

/// A rule: what it is (`info`) and how it looks for its fault.
///
/// Rules have no state and never throw. Whether traffic is allowed they ask `analysis`; none works it out itself.
package protocol Rule: Sendable {
  static var info: RuleInfo { get }

  /// Whether the rule asks `analysis.reach`. Such rules are asked last, so that no task waits while another one works the
  /// answers out; false costs time alone.
  static var asksReach: Bool { get }

  /// Whether objects that were not read could take the rule's findings about a namespace away: then what it finds in a
  /// namespace to which a chart or a remote base adds some is undecided. False unless the rule says otherwise.
  static var missesUnreadObjects: Bool { get }

  /// Whether a finding rests on the object that it is about and on nothing else: then it holds for objects too that
  /// nobody applies yet, or whose build is not known. False unless the rule says otherwise.
  static var looksAtObjectsAlone: Bool { get }

  /// Whether the rule's findings are faults of the files themselves: they hold in the worlds that use the file. False
  /// unless the rule says otherwise.
  static var looksAtFiles: Bool { get }

  /// Whether a finding is a fault of the workload that it speaks of, wherever its place is. False unless the rule says
  /// otherwise.
  static var isAboutWorkloads: Bool { get }

  /// Whether the rule asks what all worlds have in common: it is asked once, when each world has been looked at. False
  /// unless the rule says otherwise.
  static var comparesWorlds: Bool { get }

  /// Which other policies decide what is said of one: where these stay as they are, so does the finding, and the language
  /// server keeps it. Any of the world unless the rule says otherwise; none where it looks at objects alone and does not
  /// ask `analysis.reach`. What rules say of files hangs on the world that comes first.
  static var policyScope: PolicyScope { get }

  /// Reports every fault in the analysis, in any order; says what it could not decide.
  static func check(_ analysis: Analysis, _ sink: inout FindingSink)
}

extension Rule {
  package static var asksReach: Bool { false }
  package static var missesUnreadObjects: Bool { false }
  package static var looksAtObjectsAlone: Bool { false }
  package static var looksAtFiles: Bool { false }
  package static var isAboutWorkloads: Bool { false }
  package static var comparesWorlds: Bool { false }
  package static var policyScope: PolicyScope {
    looksAtObjectsAlone && !asksReach && !looksAtFiles ? .policy : .world
  }
}

/// What decides what a rule says of a policy, besides the config and the objects that are no NetworkPolicies. Of workloads
/// and Services only those may do it that are in its namespace, or in one that its peers may mean.
package enum PolicyScope: Sendable {
  /// The policy itself.
  case policy
  /// The policies of its namespace, and the workloads and Services in it alone.
  case namespace
  /// Those of its namespace, and of the namespaces that its peers may mean, with the pods that the selectors of policies
  /// show in these.
  case neighbours
  case world
}
