internal import Facts
internal import Model

/// Sets of addresses that rules about exposure compare with, read from the facts once.
enum Addresses {
  /// What no public host has: private, shared, loopback, link-local, multicast and reserved ranges.
  static let nonPublic = set(Facts.shared.labels.nonPublicRanges)
  static let `private` = set(Facts.shared.labels.privateRanges)
  static let linkLocal = set(Facts.shared.labels.linkLocalRanges)
  static let metadata: [IPAddress] = Facts.shared.labels.metadataAddresses.compactMap { IPAddress.parse($0) }
  static let linkLocalMetadata = set(
    Facts.shared.labels.metadataAddresses.map { $0 + ($0.contains(":") ? "/128" : "/32") }
  ).intersection(linkLocal)
  static let `public` = AddressSet.everything.subtracting(nonPublic)
  private static let publicShares = `public`.shares

  private static func set(_ texts: [String]) -> AddressSet {
    AddressSet(texts.compactMap { CIDR.parse($0)?.cidr })
  }

  /// Whether the set holds at least half of the public addresses of a family: `0.0.0.0/1` is as open as `0.0.0.0/0`.
  static func isAnywhere(_ set: AddressSet) -> Bool {
    if set.isEmpty { return false }
    let shares = set.intersection(`public`).shares
    return shares.ipv4 * 2 >= publicShares.ipv4 || shares.ipv6 * 2 >= publicShares.ipv6
  }
}

extension PolicyRule {
  /// Whether the rule's peers are everyone: it names none, or ipBlocks that hold half of the public addresses.
  var reachesAnywhere: Bool {
    if allowsAllPeers { return true }
    guard case .list(let peers, _) = peers, peers.contains(where: { $0.ipBlock != nil }) else { return false }
    return Addresses.isAnywhere(addresses)
  }
}
