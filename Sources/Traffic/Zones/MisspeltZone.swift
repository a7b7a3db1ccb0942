internal import Config
internal import Diagnostics
internal import Facts
package import Model

/// A workload whose zone label names no zone, and nearly one: it may be meant so.
package struct MisspeltZone: Sendable {
  package let workload: WorkloadID
  private let label: String
  private let value: String
  private let zone: String

  /// For messages: no full stop.
  ///
  /// - Parameter name: what the workload is called.
  package func sentence(of name: String) -> String {
    "the zone label of \(name), \(label)=\(value), names no zone; did you mean '\(zone)'?"
  }

  static func all(_ view: WorldView) -> [MisspeltZone] {
    guard let label = view.configuration.hipaa.zoneLabel else { return [] }
    // One that would hold no ePHI hides nothing.
    let zones = Component.Data.allCases.filter(\.holdsEPHI).map(\.rawValue) + view.facts.hipaa.ephiZones.sorted()
    return view.world.identifiedWorkloads.compactMap { id, workload in
      guard let value = workload.labels.value(label), view.zone(of: workload.labels) == nil,
        let zone = nearest(to: value, among: zones)
      else { return nil }
      return MisspeltZone(workload: id, label: label, value: value, zone: zone)
    }
  }

  /// Another way of writing a zone, with a word behind it, or a slip of the hand.
  private static func nearest(to value: String, among zones: [String]) -> String? {
    let words = value.lowercased().split { !$0.isLetter }.map(String.init)
    return zones.first { words.first == $0 || $0.filter(\.isLetter) == words.joined() }
      ?? Suggestion.nearest(to: value, among: zones)
  }
}
