internal import Facts
internal import Model

/// Checks that the ranges of the cluster can be its own.
///
/// What lies in them counts as inside, and rules keep still about it: a range as wide as the internet would make every
/// connection to the outside one of the cluster.
enum ClusterRanges {
  /// Finds the ranges that hold most of the public addresses of a family, alone or with those in front of them, of any
  /// key: one place for each that has to go.
  static func findTooWide(_ cluster: ConfigNode?, _ problems: inout [ConfigProblem]) {
    guard let cluster else { return }
    var own = AddressSet()
    for key in ConfigKeys.ownRanges {
      for (index, item) in (cluster[key.name]?.items ?? []).enumerated() {
        guard let cidr = CIDR.parse(item.text)?.cidr else { continue }
        let isWideAlone = PublicAddresses.areMostly(in: AddressSet(cidr))
        let all = own.union(AddressSet(cidr))
        if !isWideAlone, !PublicAddresses.areMostly(in: all) {
          own = all
          continue
        }
        let others = isWideAlone ? "" : " together with the cluster's ranges before it"
        problems.append(
          ConfigProblem(
            """
            cluster.\(key.name)[\(index)] holds most of the internet\(others), which is no cluster's own (`\(item.text)`): \
            name the ranges of \(key.holders)
            """, at: item.span))
      }
    }
  }
}
