internal import Facts
internal import Model

/// Sets of addresses that rules about exposure compare with, read from the facts once.
enum Addresses {
  static let nonPublic = PublicAddresses.others
  static let `private` = set(Facts.shared.labels.privateRanges)
  static let linkLocal = set(Facts.shared.labels.linkLocalRanges)
  static let metadata: [IPAddress] = Facts.shared.labels.metadataAddresses.compactMap { IPAddress.parse($0) }
  static let linkLocalMetadata = set(
    Facts.shared.labels.metadataAddresses.map { $0 + ($0.contains(":") ? "/128" : "/32") }
  ).intersection(linkLocal)
  static let `public` = PublicAddresses.all

  private static func set(_ texts: [String]) -> AddressSet {
    AddressSet(texts.compactMap { CIDR.parse($0)?.cidr })
  }
}

extension PolicyRule {
  /// Whether the rule's peers are everyone: it names none, or ipBlocks that hold half of the public addresses.
  var reachesAnywhere: Bool {
    if allowsAllPeers { return true }
    guard case .list(let peers, _) = peers, peers.contains(where: { $0.ipBlock != nil }) else { return false }
    return PublicAddresses.areMostly(in: addresses)
  }
}
