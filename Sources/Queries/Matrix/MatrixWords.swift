internal import Model

extension MatrixCell {
  /// `443, 53/UDP`, `all`, `?`; three dots for more ports than fit a cell.
  package var shortText: String {
    if isBlocked { return "" }
    if certain.isEmpty { return "?" }
    return MatrixMarkdown.short(certain) ?? "…"
  }

  /// `TCP 443; UDP 53`.
  package var portsText: String { ConnectionText.ports(certain) }
}

extension ConnectionMatrix {
  /// What its ends are called, in their rows.
  package var names: [String] { MatrixLegend.names(self) }

  /// What a row of an ingress controller means that leads nothing anywhere; `nil` for others, which show it.
  package var meaningOfIngressController: String? { MatrixLegend.ingressController(self) }
}
