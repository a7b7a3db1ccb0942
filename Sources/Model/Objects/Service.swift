package import Diagnostics

/// A Service: where its traffic goes, and who may come in through it.
package struct Service: Sendable {
  package enum Kind: String, Sendable {
    case clusterIP = "ClusterIP"
    case nodePort = "NodePort"
    case loadBalancer = "LoadBalancer"
    case externalName = "ExternalName"
  }

  package struct Port: Sendable {
    package enum Target: Hashable, Sendable {
      case number(UInt16)
      case named(String)
    }

    package let name: String?
    package let number: UInt16
    package let transport: TransportProtocol
    /// The Service's own port when `targetPort` is absent.
    package let target: Target
    /// Whether `targetPort` is written.
    package let hasTarget: Bool
    package let span: SourceSpan
  }

  package var meta: ObjectMeta
  package let kind: Kind
  /// The pods behind it; `nil` for a Service without selector (its endpoints are made elsewhere).
  package var selector: Selector?
  package let ports: [Port]
  package let clusterIPs: [Located<String>]
  /// Addresses outside of the cluster that lead to it: `externalIPs`, and those of its load balancer.
  package let outsideIPs: [Located<String>]
  package let externalTrafficPolicyIsLocal: Bool
  /// Whether nodes take calls for it on addresses that `externalIPs` lists.
  package let hasExternalIPs: Bool

  package var isHeadless: Bool { clusterIPs.contains { $0.value == "None" } }

  /// Whether traffic from outside the cluster comes in through it.
  package var isExposed: Bool { kind == .nodePort || kind == .loadBalancer || kind == .clusterIP && hasExternalIPs }
}

/// An Ingress, an OpenShift Route or a route of the Gateway API: a path from outside the cluster to Services.
package struct IngressPath: Sendable {
  package struct Backend: Sendable {
    package enum Port: Hashable, Sendable {
      case number(UInt16)
      case named(String)
      /// A Route names a target port, or a port of the Service by its name.
      case target(Service.Port.Target)
      /// A Route without a port means every port of the Service.
      case any
    }

    package let service: String
    package let port: Port
    package let span: SourceSpan
    /// The field that names the Service, in its own object: `spec.rules[0].http.paths[1].backend.service.name`.
    package let path: String
    /// The Service's namespace where a route says one; otherwise it is the path's own.
    package var namespace: String?
  }

  /// A Gateway, by its name.
  package struct Gateway: Hashable, Sendable {
    package let namespace: String
    package let name: String

    package init(namespace: String, name: String) {
      self.namespace = namespace
      self.name = name
    }
  }

  package var meta: ObjectMeta
  package let backends: [Backend]
  package let ingressClass: String?
  /// The Gateways that a route of the Gateway API hangs on; empty for the other kinds.
  package var gateways: [Gateway] = []
  /// The hosts that it serves, as they are written.
  package let hosts: [String]
}

/// Any other object. It decides nothing, but shows that pods with certain labels, or a namespace, exist.
package struct OtherResource: Sendable {
  package var meta: ObjectMeta
  /// Every map of strings under a key that speaks of labels (`labels`, `podLabels`, `matchLabels`, `selector`).
  package let labelMaps: [LabelSet]
  /// The Services that it calls (admission webhooks, APIServices, conversion webhooks).
  package let serviceReferences: [ServiceReference]
  /// What it scrapes, if it is a ServiceMonitor or a PodMonitor.
  package let monitor: Monitor?
  /// What a ConfigMap says that may name a host or a port.
  package let texts: [NamedText]
  /// To whom it gives a role, if it is a RoleBinding or a ClusterRoleBinding.
  package let binding: RoleBinding?
  /// `automountServiceAccountToken` of a ServiceAccount.
  package let mountsToken: Bool?
  /// Whether it has NetworkPolicies made that are not evaluated: a `generate` rule of Kyverno, a Tenant of Capsule.
  package let makesPolicies: Bool
  /// `gatewayClassName` of a Gateway.
  package let gatewayClass: String?
  /// Where a Service's traffic goes, if it is an Endpoints object or an EndpointSlice.
  package let endpoints: ServiceEndpoints?
}

/// The addresses behind a Service, with their ports.
package struct ServiceEndpoints: Sendable {
  package struct Port: Sendable {
    package let name: String?
    package let number: UInt16
    package let transport: TransportProtocol
  }

  package let service: String
  package let addresses: AddressSet
  package let ports: [Port]
}

/// A Service that another object names, with the port that it is called on.
package struct ServiceReference: Hashable, Sendable {
  package let namespace: String
  package let name: String
  package let port: UInt16
  package let span: SourceSpan
  /// The field that names it, in its own object: `webhooks[0].clientConfig.service.name`.
  package internal(set) var path: String
}
