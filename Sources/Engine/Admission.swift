package import Model

/// What may reach pods at all, wherever it comes from.
///
/// Traffic of a pod's own node is left out: it is allowed whatever the policies say (kubelet probes, for example), so
/// that it is no answer to whether a rule lets somebody in.
extension Reach {
  /// The ports on which the policies of a class let anything in, or may: any pod and any address, whatever its own side
  /// says.
  package func admittedPorts(to destination: ClassID) -> PortSet {
    let profile = profile(of: destination, .ingress)
    var ports = PortSet()
    for verdict in Set(profile.row.verdicts + profile.addressRow.map(\.verdict)) where !isOfOwnNode(verdict) {
      ports.formUnion(bounds(of: verdict, to: destination).possible)
    }
    return ports
  }

  /// The ports on which some address outside the cluster may connect to a class.
  package func portsFromAnyAddress(to destination: ClassID) -> PortSet {
    portsFromOutside(to: destination).reduce(PortSet()) { $0.union($1.ports.possible) }
  }

  /// Whether anything may connect to a class on any port: an address, an ingress controller, or pods that were read or
  /// that a selector shows to exist.
  package func mayBeReached(_ destination: ClassID) -> Bool {
    if !portsFromAnyAddress(to: destination).isEmpty { return true }
    let row = profile(of: destination, .ingress).row
    for part in row.starts.indices where mayAllow(row.verdicts[part]) && !isOfOwnNode(row.verdicts[part]) {
      let admitted = bounds(of: row.verdicts[part], to: destination).possible
      let end = part + 1 < row.starts.count ? row.starts[part + 1] : UInt32(classes.count)
      // Sources with one profile say the same of one destination.
      var seen: Set<Int> = []
      for source in row.starts[part]..<end where classes[Int(source)].origin != .hypothetical {
        let number = egress.ofClass[Int(source)]
        guard seen.insert(number).inserted else { continue }
        let sent = bounds(of: egress.profiles[number].row.verdict(for: destination), to: destination).possible
        if !sent.intersection(admitted).isEmpty { return true }
      }
    }
    return false
  }

  private func isOfOwnNode(_ verdict: Int) -> Bool { verdicts[verdict].mayAllowMore }
}
