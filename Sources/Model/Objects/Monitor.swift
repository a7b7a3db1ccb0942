package import Diagnostics

/// A ServiceMonitor or PodMonitor (monitoring.coreos.com): which pods Prometheus scrapes, and on which ports.
package struct Monitor: Sendable {
  package enum Subject: Sendable {
    /// Services by their labels; their pods are scraped.
    case services
    /// Pods by their labels.
    case pods
  }

  package enum Namespaces: Hashable, Sendable {
    case all
    case named([String])
  }

  package struct Endpoint: Sendable {
    package enum Port: Hashable, Sendable {
      /// The name of a port: the Service's, or for pods a container's.
      case named(String)
      /// A port of the pods, whatever a Service says.
      case target(Service.Port.Target)
    }

    package let port: Port
    package let span: SourceSpan
  }

  package let subject: Subject
  package let selector: Selector
  package let namespaces: Namespaces
  package let endpoints: [Endpoint]
}
