package import Diagnostics

/// A set of equal pods: a Pod, or anything with a pod template.
package final class Workload: Sendable {
  /// The ServiceAccount of the pods.
  package struct Account: Sendable {
    /// `nil` where none is written: the pods have the one called `default`.
    package let name: String?
    /// `automountServiceAccountToken`; `nil` where the ServiceAccount decides.
    package let mountsToken: Bool?
  }

  package let meta: ObjectMeta
  /// The labels of the pod (template) as they are written.
  package let podLabels: [Label]
  /// The labels that the pods have in the cluster: the written ones, and those that controllers set, whose values are
  /// unknown.
  package let labels: LabelSet
  package let podAnnotations: [Label]
  package let containers: [Container]
  /// Whether the pods use the node's network, so that policies do not apply to them.
  package let hostNetwork: Bool
  package let dnsPolicy: String?
  /// `spec.replicas`; 1 when absent, `nil` for kinds that have no such field.
  package let replicas: Int?
  /// `spec.serviceName` of a StatefulSet.
  package let serviceName: String?
  package let account: Account
  /// The names of the ConfigMaps that are mounted as files.
  package let mountedConfigMaps: [String]
  /// Whether the labels come from a pod's owner that was not read: other pods of it may look different.
  package let isOwnedByUnreadObject: Bool

  init(
    meta: ObjectMeta, podLabels: [Label], labels: LabelSet, podAnnotations: [Label], containers: [Container],
    hostNetwork: Bool, dnsPolicy: String?, replicas: Int?, serviceName: String?, account: Account,
    mountedConfigMaps: [String], isOwnedByUnreadObject: Bool
  ) {
    self.meta = meta
    self.podLabels = podLabels
    self.labels = labels
    self.podAnnotations = podAnnotations
    self.containers = containers
    self.hostNetwork = hostNetwork
    self.dnsPolicy = dnsPolicy
    self.replicas = replicas
    self.serviceName = serviceName
    self.account = account
    self.mountedConfigMaps = mountedConfigMaps
    self.isOwnedByUnreadObject = isOwnedByUnreadObject
  }

  /// The workload with other labels of its pods.
  func with(podLabels: [Label], labels: LabelSet) -> Workload {
    Workload(
      meta: meta, podLabels: podLabels, labels: labels, podAnnotations: podAnnotations, containers: containers,
      hostNetwork: hostNetwork, dnsPolicy: dnsPolicy, replicas: replicas, serviceName: serviceName, account: account,
      mountedConfigMaps: mountedConfigMaps, isOwnedByUnreadObject: isOwnedByUnreadObject)
  }

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
