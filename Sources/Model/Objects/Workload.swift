package import Diagnostics

/// A set of equal pods: a Pod, or anything with a pod template. Copying one copies a reference.
package struct Workload: Sendable {
  private struct Contents: Sendable {
    var meta: ObjectMeta
    var podLabels: [Label]
    var labels: LabelSet
    let podAnnotations: [Label]
    let containers: [Container]
    let dnsPolicy: String?
    let serviceName: String?
    let account: Account
    let mountedConfigMaps: [String]
  }

  /// The ServiceAccount of the pods.
  package struct Account: Sendable {
    /// `nil` where none is written: the pods have the one called `default`.
    package let name: String?
    /// `automountServiceAccountToken`; `nil` where the ServiceAccount decides.
    package let mountsToken: Bool?
  }

  @Boxed private var contents: Contents
  /// Whether the pods use the node's network, so that policies do not apply to them.
  package let hostNetwork: Bool
  /// Whether the labels come from a pod's owner that was not read: other pods of it may look different.
  package let isOwnedByUnreadObject: Bool
  /// `spec.replicas`; 1 when absent, `nil` for kinds that have no such field.
  package let replicas: Int?

  init(
    meta: ObjectMeta, podLabels: [Label], labels: LabelSet, podAnnotations: [Label], containers: [Container],
    hostNetwork: Bool, dnsPolicy: String?, replicas: Int?, serviceName: String?, account: Account,
    mountedConfigMaps: [String], isOwnedByUnreadObject: Bool
  ) {
    contents = Contents(
      meta: meta, podLabels: podLabels, labels: labels, podAnnotations: podAnnotations, containers: containers,
      dnsPolicy: dnsPolicy, serviceName: serviceName, account: account, mountedConfigMaps: mountedConfigMaps)
    self.hostNetwork = hostNetwork
    self.replicas = replicas
    self.isOwnedByUnreadObject = isOwnedByUnreadObject
  }

  package var meta: ObjectMeta {
    _read { yield contents.meta }
    _modify { yield &contents.meta }
  }
  /// The labels of the pod (template) as they are written.
  package var podLabels: [Label] {
    _read { yield contents.podLabels }
    _modify { yield &contents.podLabels }
  }
  /// The labels that the pods have in the cluster: the written ones, and those that controllers set, whose values are
  /// unknown.
  package var labels: LabelSet {
    _read { yield contents.labels }
    _modify { yield &contents.labels }
  }
  package var podAnnotations: [Label] { _read { yield contents.podAnnotations } }
  package var containers: [Container] { _read { yield contents.containers } }
  package var dnsPolicy: String? { contents.dnsPolicy }
  /// `spec.serviceName` of a StatefulSet.
  package var serviceName: String? { contents.serviceName }

  package var account: Account { contents.account }
  /// The names of the ConfigMaps that are mounted as files.
  package var mountedConfigMaps: [String] { contents.mountedConfigMaps }

  /// All declared container ports; ports need not be declared, so the absence of one says nothing.
  package var ports: [ContainerPort] { containers.flatMap(\.ports) }

  /// Whether the pods come and go with a task (Job, CronJob).
  package var isTask: Bool { meta.kind == "Job" || meta.kind == "CronJob" }

  /// The port that a name stands for, `nil` when no container declares it for this protocol.
  package func port(named name: String, _ transport: TransportProtocol) -> UInt16? {
    for container in containers where container.isLongRunning {
      for port in container.ports where port.name == name && port.transport == transport { return port.number }
    }
    return nil
  }
}

/// A container of a pod template, as far as policies and port sets are concerned.
package struct Container: Sendable {
  package let name: String
  package let image: Located<String>?
  package let ports: [ContainerPort]
  /// False for init containers that end before the others start (those without restartPolicy Always).
  package let isLongRunning: Bool
  /// The variables whose values may name a host, a port or a proxy, in order.
  package let environment: [NamedText]
  /// `command` and `args`, in order; those that are no strings or too long are left out.
  package let arguments: [Located<String>]
  /// The ConfigMaps that its variables come from, in order.
  package let configMaps: [ConfigMapUse]
}

/// One item of a container's `ports`.
package struct ContainerPort: Sendable {
  package let name: String?
  package let number: UInt16
  package let transport: TransportProtocol
  /// Whether a port of the node leads to it (`hostPort`).
  package let isOnNode: Bool
  package let span: SourceSpan
}

/// A Namespace manifest.
package struct NamespaceManifest: Sendable {
  package var meta: ObjectMeta
}
