internal import Writing

/// The names of worlds in texts.
enum WorldNames {
  private static let mostShown = 3

  /// `overlays/dev, overlays/prod`; more than can be read are counted.
  static func list(_ names: [String]) -> String {
    let left = names.count - mostShown
    return left <= 1
      ? names.joined(separator: ", ") : names.prefix(mostShown).joined(separator: ", ") + " and \(left) more"
  }

  /// `both worlds`, `all 3 worlds`.
  static func all(_ count: Int) -> SafeText { count == 2 ? "both worlds" : "all \(count) worlds" }

  /// `in 2 other worlds`.
  static func others(_ count: Int) -> String { "in \(count) other world\(count == 1 ? "" : "s")" }
}
