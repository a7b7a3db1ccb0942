/// What the table of keys says of a place in a config: for editors.
package enum ConfigGuide {
  package struct Key: Sendable {
    package let name: String
    /// One line.
    package let summary: String
    /// The words that it may be; empty where it takes others.
    package let values: [String]
    /// What counts where nothing is said.
    package let standard: String?
  }

  /// The keys of the mapping at a path; items of lists and keys of the user's own count as steps of their mapping.
  package static func keys(in path: [String]) -> [Key] { table(path).map(key) }

  /// The key at a path; `nil` where there is none, or where names are the user's own.
  package static func key(_ path: [String]) -> Key? {
    guard let name = path.last else { return nil }
    return table(Array(path.dropLast())).first { $0.name == name }.map(key)
  }

  private static func key(_ key: ConfigKey) -> Key {
    Key(name: key.name, summary: key.summary, values: words(key.type), standard: key.standard)
  }

  private static func words(_ type: ConfigType) -> [String] {
    switch type {
    case .choice(let words): words
    case .list(let item), .oneOrMore(let item): words(item)
    case .either(let first, let second): words(first) + words(second)
    default: []
    }
  }

  private static func table(_ path: [String]) -> [ConfigKey] {
    var type = ConfigType.object(ConfigKeys.all)
    for name in path {
      guard let next = step(type, name) else { return [] }
      type = next
    }
    return members(type)
  }

  private static func step(_ type: ConfigType, _ name: String) -> ConfigType? {
    switch type {
    case .object(let keys): keys.first { $0.name == name }?.type
    case .map(let value): value
    case .list(let item), .oneOrMore(let item): step(item, name)
    case .either(let first, let second): step(first, name) ?? step(second, name)
    default: nil
    }
  }

  private static func members(_ type: ConfigType) -> [ConfigKey] {
    switch type {
    case .object(let keys): keys
    case .list(let item), .oneOrMore(let item): members(item)
    case .either(let first, let second): members(first) + members(second)
    default: []
    }
  }
}
