import Diagnostics
import Testing

@testable import Config

/// The table of keys says what may be written, the decoder reads it: what the one has, the other one heeds.
@Suite struct DecodedKeyTests {
  struct Key: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// A config with the key at its end, and the same one without.
    let with: String
    let without: String
  }

  static let keys = keys(of: .object(ConfigKeys.all), "") { $0 }

  @Test(arguments: keys)
  func whatTheTableHasIsDecoded(_ key: Key) throws {
    #expect(try decoded(key.with) != decoded(key.without), "\(key.with)")
  }

  @Test func keysAtEveryDepthAreAsked() {
    let names = Set(Self.keys.map(\.testDescription))
    #expect(
      names.isSuperset(of: ["profile", "rules.k", "rules.k.max", "cluster.dns.ports", "components.k.agreement.with"]))
  }

  private func decoded(_ text: String) throws -> String {
    let layer = try ConfigReader.layer(SourceFile(id: FileID(0), path: "c.yaml", bytes: Array(text.utf8)))
    let root = try #require(layer.root)
    // That a flow needs other keys beside this one is no matter here.
    var problems: [ConfigProblem] = []
    var result = ""
    dump((ConfigDecoder.decode(root), FlowReader.read(root["flows"], &problems), layer.extends), to: &result)
    return result
  }

  /// - Parameter whole: the config around a value of this type.
  private static func keys(of type: ConfigType, _ path: String, _ whole: (String) -> String) -> [Key] {
    switch type {
    case .object(let keys): keys.flatMap { Self.keys(of: $0, among: keys, path.isEmpty ? "" : path + ".", whole) }
    case .map(let value):
      leaf(value, path + ".k", whole("{}")) { whole("{k: \($0)}") }
        + keys(of: value, path + ".k") { whole("{k: \($0)}") }
    case .list(let item): keys(of: item, path) { whole("[\($0)]") }
    case .either(_, let second): keys(of: second, path, whole)
    default: []
    }
  }

  private static func keys(
    of key: ConfigKey, among keys: [ConfigKey], _ prefix: String, _ whole: (String) -> String
  ) -> [Key] {
    let others = keys.filter { $0.isRequired && $0.name != key.name }.map { "\($0.name): \(sample($0.type) ?? "{}")" }
    func mapping(_ value: String?) -> String {
      whole("{" + (others + (value.map { ["\(key.name): \($0)"] } ?? [])).joined(separator: ", ") + "}")
    }
    return leaf(key.type, prefix + key.name, mapping(nil)) { mapping($0) }
      + Self.keys(of: key.type, prefix + key.name) { mapping($0) }
  }

  private static func leaf(
    _ type: ConfigType, _ path: String, _ without: String, _ whole: (String) -> String
  ) -> [Key] {
    sample(type).map { [Key(testDescription: path, with: whole($0), without: without)] } ?? []
  }

  /// A value that is no default; `nil` for what has keys of its own.
  private static func sample(_ type: ConfigType) -> String? {
    switch type {
    case .text: "x"
    case .number: "7"
    case .flag: "true"
    case .date: "2027-01-31"
    case .cidr: "10.9.0.0/16"
    case .port: "9000/UDP"
    case .address: "169.254.9.9"
    case .version: "1.30"
    case .glob: "'**/a'"
    case .choice(let words): words.last
    case .list(let item), .oneOrMore(let item): sample(item).map { "[\($0)]" }
    case .map(let value): sample(value).map { "{k: \($0)}" }
    case .either(let first, _): sample(first)
    case .object: nil
    }
  }
}
