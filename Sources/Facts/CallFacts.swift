internal import RuleData
internal import YAMLSource

/// What rules know of the texts by which manifests say whom pods call (`rules/calls.yaml`).
package final class CallFacts: Sendable {
  static let shared = CallFacts()

  /// The ports of URLs that name none, by scheme.
  package let schemePorts: [String: UInt16]
  /// Programs that connect to the host and the port behind them.
  package let connectors: Set<String>
  /// Programs that take `-h HOST -p PORT`, with the port that they take by default.
  package let clients: [String: UInt16]
  /// Programs that fetch URLs.
  package let fetchers: Set<String>
  /// Ports of API servers beside the usual ones.
  package let otherAPIServerPorts: [UInt16]

  private let notCalled: [KeyPart]
  private let notCalledKeys: Set<[UInt8]>
  private let notCalledOutside: [KeyPart]
  private let publicEndings: Set<String>
  private let certainEndings: Set<String>
  private let readHosts: Set<String>
  private let rolesWithoutCalls: Set<String>

  private init() {
    let root = FactFile.root(RuleData.calls, "calls.yaml")
    func ports(_ key: StaticString) -> [String: UInt16] {
      Dictionary((root[key]?.pairs ?? []).compactMap { pair in UInt16(pair.value.text).map { (pair.key, $0) } }) { $1 }
    }
    schemePorts = ports("schemePorts")
    connectors = Set(root.texts("connectors"))
    clients = ports("clients")
    fetchers = Set(root.texts("fetchers"))
    otherAPIServerPorts = root.texts("otherAPIServerPorts").compactMap { UInt16($0) }
    notCalled = root.texts("notCalled").map(KeyPart.init)
    notCalledKeys = Set(root.texts("notCalledKeys").map { Array($0.utf8) })
    notCalledOutside = root.texts("notCalledOutside").map(KeyPart.init)
    publicEndings = Set(root.texts("publicEndings"))
    certainEndings = Set(root.texts("certainEndings"))
    readHosts = Set(root.texts("readHosts"))
    rolesWithoutCalls = Set(root.texts("rolesWithoutCalls"))
  }

  /// Whether the hosts that stand under a key may be called by the pods that read it.
  package func mayBeCalled(_ key: String) -> Bool {
    let letters = CallFacts.letters(of: key)
    return !notCalledKeys.contains(letters) && !notCalled.contains { $0.isPart(of: letters) }
  }

  /// Whether hosts outside of the cluster that stand under a key may be called, and are no links for people.
  package func mayBeCalledOutside(_ key: String) -> Bool {
    let letters = CallFacts.letters(of: key)
    return !notCalledOutside.contains { $0.isPart(of: letters) }
  }

  private static func letters(of key: String) -> [UInt8] {
    key.utf8.compactMap { byte in
      if (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) { return byte }
      return (0x41...0x5A).contains(byte) ? byte | 0x20 : nil
    }
  }

  /// A part of keys; what ends in `*` begins one.
  private struct KeyPart: Sendable {
    let letters: [UInt8]
    let isStart: Bool

    init(_ text: String) {
      isStart = text.hasSuffix("*")
      letters = Array(text.utf8.filter { $0 != UInt8(ascii: "*") })
    }

    func isPart(of key: [UInt8]) -> Bool {
      if key.count < letters.count { return false }
      return (isStart ? 0...0 : 0...(key.count - letters.count)).contains { key[$0...].starts(with: letters) }
    }
  }

  /// Whether a name in small letters can only be one of the public DNS, and programs are likely to call it.
  package func isPublicName(_ host: String) -> Bool {
    let labels = host.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard labels.count > 1, let last = labels.last, publicEndings.contains(last), !labels.contains("svc") else {
      return false
    }
    return (labels.count > 2 || certainEndings.contains(last)) && !readHosts.contains(labels[0])
  }

  /// Whether a role is one by which nobody calls the API server.
  package func isRoleWithoutCalls(_ name: String) -> Bool {
    if rolesWithoutCalls.contains(where: name.hasSuffix) { return true }
    return name.split { $0 == "-" || $0 == ":" || $0 == "." }.contains { rolesWithoutCalls.contains(String($0)) }
  }
}
