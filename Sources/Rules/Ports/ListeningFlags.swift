internal import Model

/// Ports that a program is told to listen on: `--metrics-bind-address=:8443`, `--port 8080`.
enum ListeningFlags {
  private static let words = ["bind", "listen", "addr", "port"]

  /// Whether the arguments of one of a workload's containers name one of some ports so.
  static func name(_ ports: PortSet, in workload: Workload) -> Bool {
    workload.containers.contains { container in
      var flag = ""
      for argument in container.arguments.map(\.value) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let isFlag = argument.hasPrefix("-")
        if isFlag { flag = parts[0].lowercased() }
        let value = isFlag ? parts.dropFirst().first : Substring(argument)
        defer { if !isFlag { flag = "" } }
        guard words.contains(where: flag.contains), let value, let port = port(of: value) else { continue }
        if ports.contains(port, .tcp) || ports.contains(port, .udp) { return true }
      }
      return false
    }
  }

  /// `8443`, `:8443`, `0.0.0.0:8443`: a port of the pod itself, not one of a host with a name.
  private static func port(of value: Substring) -> UInt16? {
    let (host, port) =
      value.lastIndex(of: ":").map { (value[..<$0], value[value.index(after: $0)...]) } ?? (
        value[..<value.startIndex], value
      )
    guard host.allSatisfy({ $0.isNumber || $0 == "." || $0 == ":" || $0 == "[" || $0 == "]" }) else { return nil }
    return UInt16(port)
  }
}
