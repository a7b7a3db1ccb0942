internal import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// A place that asks Prometheus to scrape a workload: on one of these ports.
struct Scrape {
  let ports: PortSet
  let span: SourceSpan
}

/// Which workloads Prometheus is told to scrape: by monitors, by annotations of Services, and by those of the pods.
struct ScrapeIndex {
  private let analysis: Analysis
  private var ofWorkload: [WorkloadID: [Scrape]] = [:]

  init(_ analysis: Analysis) {
    self.analysis = analysis
    for other in analysis.world.others {
      if let monitor = other.monitor { add(monitor) }
    }
    addAnnotatedServices()
    addAnnotatedPods()
  }

  /// Those of a workload; the first one of equal ports comes first.
  func scrapes(of workload: WorkloadID) -> [Scrape] { ofWorkload[workload] ?? [] }

  /// Ports that no pod declares are left out: nothing is known of where the traffic goes.
  private mutating func add(_ ports: PortSet, at span: SourceSpan, to workload: WorkloadID) {
    if !ports.isEmpty { ofWorkload[workload, default: []].append(Scrape(ports: ports, span: span)) }
  }

  // MARK: Monitors

  private mutating func add(_ monitor: Monitor) {
    let namespaces: [String] =
      switch monitor.namespaces {
      case .all: analysis.world.namespaces
      case .named(let names): names
      }
    for namespace in namespaces {
      switch monitor.subject {
      case .services:
        for id in analysis.world.serviceIDs(in: namespace) {
          let labels = analysis.world[id].meta.labels.map { ($0.key, $0.value) }
          if monitor.selector.matches(LabelSet(labels)) == .yes { add(monitor, service: id) }
        }
      case .pods:
        for workload in analysis.selection.pods(monitor.selector, in: namespace).certain {
          for endpoint in monitor.endpoints {
            let target: Service.Port.Target =
              switch endpoint.port {
              case .named(let name): .named(name)
              case .target(let target): target
              }
            add(ports(target, on: workload), at: endpoint.span, to: workload)
          }
        }
      }
    }
  }

  private mutating func add(_ monitor: Monitor, service: ServiceID) {
    for endpoint in monitor.endpoints {
      switch endpoint.port {
      case .named(let name):
        for (workload, ports) in analysis.services.targets(of: service, where: { port, _ in port.name == name }) {
          add(ports, at: endpoint.span, to: workload)
        }
      case .target(let target):
        for workload in analysis.services.backends(of: service) {
          add(ports(target, on: workload), at: endpoint.span, to: workload)
        }
      }
    }
  }

  // MARK: Annotations

  /// The annotated port is one of the pods; without it each port of the Service is scraped.
  private mutating func addAnnotatedServices() {
    for (id, service) in analysis.world.identifiedServices {
      guard let request = request(service.meta.annotations) else { continue }
      if let port = request.port {
        for workload in analysis.services.backends(of: id) {
          add(PortSet(port...port, .tcp), at: request.span, to: workload)
        }
      } else {
        for (workload, ports) in analysis.services.targets(of: id) { add(ports, at: request.span, to: workload) }
      }
    }
  }

  /// Without a port each declared one is scraped.
  private mutating func addAnnotatedPods() {
    for (id, workload) in analysis.world.identifiedWorkloads {
      guard let request = request(workload.podAnnotations) else { continue }
      var ports = PortSet()
      if let port = request.port {
        ports.insert(port...port, .tcp)
      } else {
        for port in workload.ports where port.transport == .tcp { ports.insert(port.number...port.number, .tcp) }
      }
      add(ports, at: request.span, to: id)
    }
  }

  private func request(_ annotations: [Label]) -> (port: UInt16?, span: SourceSpan)? {
    let labels = analysis.facts.labels
    guard let scrape = annotations.last(where: { $0.key == labels.scrapeAnnotation }), scrape.value == "true" else {
      return nil
    }
    let port = annotations.last { $0.key == labels.scrapePortAnnotation }
    return (port.flatMap { UInt16($0.value) }, (port ?? scrape).keySpan)
  }

  private func ports(_ target: Service.Port.Target, on workload: WorkloadID) -> PortSet {
    switch target {
    case .number(let number): return PortSet(number...number, .tcp)
    case .named(let name):
      guard let number = analysis.world[workload].port(named: name, .tcp) else { return PortSet() }
      return PortSet(number...number, .tcp)
    }
  }
}
