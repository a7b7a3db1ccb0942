/// The address of a repository, comparable whatever way it is written.
struct RepositoryAddress: Hashable {
  private let host: String
  private let path: String

  /// `https://user@Host/a/b.git`, `ssh://git@host:22/a/b`, `git@host:a/b`. Scheme, user, port, `.git` and the case of
  /// the host say nothing of the repository.
  init(_ text: String) {
    var rest = text[...]
    let hasScheme = rest.contains("://")
    if let range = rest.firstRange(of: "://") { rest = rest[range.upperBound...] }
    rest = rest.prefix { $0 != "?" && $0 != "#" }
    let end = rest.firstIndex { $0 == "/" || (!hasScheme && $0 == ":") } ?? rest.endIndex
    var host = rest[..<end]
    if let at = host.lastIndex(of: "@") { host = host[host.index(after: at)...] }
    host = host.prefix { $0 != ":" }
    var path = rest[end...].drop { $0 == "/" || $0 == ":" }
    while path.hasSuffix("/") { path.removeLast() }
    if path.hasSuffix(".git") { path = path.dropLast(4) }
    self.host = host.lowercased()
    self.path = String(path)
  }
}

/// Which of the sources that Flux and Argo CD name are this repository.
struct RepositorySources {
  private let remotes: Set<RepositoryAddress>
  /// Whether a source is known by its address to be this repository.
  private let isKnown: Bool
  /// The one that it must be where no address says it; `nil` where several could be.
  private let likely: String?
  /// Those with another path that is here.
  private let proven: Set<String>

  /// - Parameters:
  ///   - sources: what the entries name as they are written, each with its address where it is known.
  ///   - main: the source of the entry that leads to all others, if there is one.
  ///   - proven: the sources of entries whose folders are here.
  init(remotes: [String], sources: [String: String?], main: String?, proven: Set<String> = []) {
    self.remotes = Set(remotes.map(RepositoryAddress.init))
    let known = self.remotes
    isKnown = sources.values.contains { $0.map { known.contains(RepositoryAddress($0)) } ?? false }
    self.proven = proven
    likely = main ?? (sources.count == 1 ? sources.keys.first : nil)
  }

  /// - Parameter exists: whether the path that is meant is here.
  func isHere(_ source: String, address: String?, exists: Bool) -> Bool {
    // A build may have given it an address that is written nowhere.
    if let address, remotes.contains(RepositoryAddress(address)) { return true }
    return !isKnown && source == likely && (exists || proven.contains(source))
  }
}
