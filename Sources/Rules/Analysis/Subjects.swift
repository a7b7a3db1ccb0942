internal import Diagnostics
internal import Engine
internal import Model

/// What findings agree on to tell which of them are one fault (`Causes`).
extension Subject {
  /// A rule of a policy as a whole: a finding that accounts for it leaves nothing of the rule to others.
  static func rule(_ rule: PolicyRule, of policy: NetworkPolicy) -> Subject {
    Subject(policy.meta.reference, policy.meta.pathPrefix + rule.path)
  }

  /// That a rule allows more than anything beside it: what others allow too does not matter.
  static func width(_ rule: PolicyRule, of policy: NetworkPolicy) -> Subject {
    Subject(policy.meta.reference, policy.meta.pathPrefix + rule.path + " width")
  }

  /// A policy as a whole.
  static func whole(_ policy: NetworkPolicy) -> Subject { Subject(policy.meta.reference, String(wholeObject)) }

  /// All that a policy's rules allow.
  static func effect(of policy: NetworkPolicy) -> Subject {
    Subject(policy.meta.reference, policy.meta.pathPrefix + "spec")
  }

  /// The peers that a policy's rules of a direction mean and do not match.
  static func lostPeers(_ direction: PolicyType, of policy: NetworkPolicy) -> Subject {
    Subject(policy.meta.reference, "lost \(direction.peersField)")
  }

  /// A peer that a policy means and does not match: a namespace, or `Kind namespace/name`.
  static func lostPeer(_ name: String, _ direction: PolicyType, of policy: NetworkPolicy) -> Subject {
    Subject(policy.meta.reference, "lost \(direction.peersField) \(name)")
  }

  /// That a policy means addresses outside of the cluster, and lets none in.
  static func lostOutside(of policy: NetworkPolicy) -> Subject { Subject(policy.meta.reference, "lost addresses") }

  /// That no workload of a namespace has some labels.
  static func noPods(_ selector: Selector, in namespace: String) -> Subject {
    Subject(reference(ofNamespace: namespace), "no \(selector)")
  }

  /// A namespace as a whole.
  static func namespace(_ name: String) -> Subject { Subject(reference(ofNamespace: name), String(wholeObject)) }

  private static func reference(ofNamespace name: String) -> ObjectReference {
    ObjectReference(group: "", kind: "Namespace", namespace: nil, name: name)
  }

  /// What policies allow a workload in a direction.
  static func traffic(_ direction: PolicyType, of meta: ObjectMeta) -> Subject {
    Subject(meta.reference, direction.field)
  }

  /// That a policy means the API server, and does not match it.
  static func apiServer(of policy: NetworkPolicy) -> Subject { Subject(policy.meta.reference, "lost API server") }

  /// That a policy cuts its pods off in a direction without saying so.
  static func cutOff(_ direction: PolicyType, by policy: NetworkPolicy) -> Subject {
    Subject(policy.meta.reference, "cut off \(direction.field)")
  }

  /// That one workload reaches another one on a port, or on all where it is `nil`.
  static func flow(from source: ObjectMeta, to destination: ObjectMeta, on port: UInt16?) -> Subject {
    Subject(source.reference, "flow to \(destination.title) \(port.map(String.init) ?? "")")
  }

  /// That nothing at all is allowed in a direction that a policy means to open.
  static func anything(_ direction: PolicyType, of meta: ObjectMeta) -> Subject {
    Subject(meta.reference, "any \(direction.field)")
  }

  /// Whether a namespace denies a direction.
  static func defaultDeny(_ direction: PolicyType, in namespace: ObjectReference) -> Subject {
    Subject(namespace, direction.field)
  }
}

extension ObjectMeta {
  /// `Kind namespace/name`.
  var title: String { "\(kind) \(namespace)/\(name.value)" }

  /// The same before any build, for what several builds have in common.
  var writtenTitle: String { "\(kind) \(declaredNamespace?.value ?? "")/\(writtenName)" }
}

extension Analysis {
  /// Where the causes are found of what pods of a class do not send out of the cluster: peers that are lost are none.
  func causesOutside(of podClass: ClassID, isolatedBy policy: NetworkPolicy) -> [Subject] {
    reach[podClass].workloads.prefix(10).map { Subject.traffic(.egress, of: world[$0].meta) }
      + [.cutOff(.egress, by: policy)]
  }

  /// Where the causes are found of what pods of a class do not get: in what is meant for them and selects others, and in
  /// what the policies that isolate them mean by their peers.
  ///
  /// - Parameter other: the pods at the other end; `nil` where these may be any.
  func causes(of podClass: ClassID, _ direction: PolicyType, other: ClassID? = nil) -> [Subject] {
    let workloads = reach[podClass].workloads.prefix(10).map { world[$0].meta }
    var subjects = workloads.map { Subject.traffic(direction, of: $0) }
    let policies = reach.policies(of: podClass, direction).prefix(20).map { world[$0] }
    guard let other else { return subjects + policies.map { Subject.lostPeers(direction, of: $0) } }
    let names = [reach[other].namespace] + reach[other].workloads.prefix(10).map { world[$0].meta.title }
    for policy in policies { subjects += names.map { Subject.lostPeer($0, direction, of: policy) } }
    return subjects
  }
}
