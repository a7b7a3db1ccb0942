package import Model

/// The addresses that public hosts have.
package enum PublicAddresses {
  /// What no public host has: private, shared, loopback, link-local, multicast and reserved ranges.
  package static let others = AddressSet(Facts.shared.labels.nonPublicRanges.compactMap { CIDR.parse($0)?.cidr })
  package static let all = AddressSet.everything.subtracting(others)
  private static let shares = all.shares

  /// Whether the set holds at least half of the public addresses of a family: `0.0.0.0/1` is as open as `0.0.0.0/0`.
  package static func areMostly(in set: AddressSet) -> Bool {
    if set.isEmpty { return false }
    let held = set.intersection(all).shares
    return held.ipv4 * 2 >= shares.ipv4 || held.ipv6 * 2 >= shares.ipv6
  }
}
