internal import Diagnostics
internal import YAMLSource

/// Reads those texts of containers and ConfigMaps that may name whom pods call; all others cost a look at their bytes.
enum TextReader {
  /// The variables of a container that may name a host, a port or a proxy.
  static func environment(_ container: NodeRef) -> [NamedText] {
    var result: [NamedText] = []
    for variable in container["env"]?.items ?? NodeRef.noItems {
      guard let name = variable["name"]?.string else { continue }
      if let value = variable["value"] {
        if let text = text(name, value) { result.append(text) }
      } else if NamedText.isKept(name), let key = variable["name"] {
        result.append(NamedText(key: name, value: Located("", at: key.span)))
      }
    }
    return result
  }

  /// `command` and `args`: short ones as a whole, for `nc db 5432` may be three items.
  static func arguments(_ container: NodeRef) -> [Located<String>] {
    var result: [Located<String>] = []
    for list in [container["command"], container["args"]] {
      for item in list?.items ?? NodeRef.noItems {
        guard item.withText({ $0.count <= NamedText.mostBytes }), let text = located(item) else { continue }
        result.append(text)
      }
    }
    return result
  }

  /// The ConfigMaps that a container's variables come from.
  static func configMaps(_ container: NodeRef) -> [ConfigMapUse] {
    var result: [ConfigMapUse] = []
    for source in container["envFrom"]?.items ?? NodeRef.noItems {
      guard let map = source["configMapRef"]?["name"]?.string else { continue }
      result.append(.all(map: map, prefix: source["prefix"]?.string ?? ""))
    }
    for variable in container["env"]?.items ?? NodeRef.noItems {
      guard let reference = variable["valueFrom"]?["configMapKeyRef"], let map = reference["name"]?.string,
        let key = reference["key"]?.string, let name = variable["name"]?.string
      else { continue }
      result.append(.key(map: map, key: key, variable: name))
    }
    return result
  }

  /// The ConfigMaps that a pod's volumes hold and some container mounts.
  static func mountedConfigMaps(_ spec: NodeRef) -> [String] {
    guard let volumes = spec["volumes"] else { return [] }
    var result: [String] = []
    for volume in volumes.items {
      if let name = volume["configMap"]?["name"]?.string { result.append(name) }
      for source in volume["projected"]?["sources"]?.items ?? NodeRef.noItems {
        if let name = source["configMap"]?["name"]?.string { result.append(name) }
      }
    }
    return result
  }

  /// What a ConfigMap's `data` says.
  static func data(_ object: NodeRef) -> [NamedText] {
    guard let data = object["data"], data.kind == .mapping else { return [] }
    return data.entries.compactMap { text($0.key.keyText, $0.value) }
  }

  private static func text(_ key: String, _ node: NodeRef) -> NamedText? {
    let isKept = NamedText.isKept(key)
    let mayMatter = node.withText { bytes in
      bytes.count <= NamedText.mostBytes && (isKept || bytes.contains { $0 == 0x2E || $0 == 0x2F || $0 == 0x3A })
    }
    guard mayMatter, let value = located(node) else { return nil }
    return NamedText(key: key, value: value)
  }
}
