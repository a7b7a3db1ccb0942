/// A text that may name a host or a port: the value of an environment variable or of a ConfigMap's key.
package struct NamedText: Sendable {
  /// The name of the variable, or the ConfigMap's key.
  package let key: String
  /// Empty where it is not written here (a Secret's, for example).
  package let value: Located<String>

  package init(key: String, value: Located<String>) {
    self.key = key
    self.value = value
  }
}

extension NamedText {
  /// Longer texts are programs and data, and are not kept; bytes.
  package static let mostBytes = 1 << 16

  /// What keys end in whose value may be a host without any dot, colon or slash.
  private static let hostKeys = [
    "HOST", "HOSTNAME", "URL", "URI", "ADDR", "ADDRESS", "ENDPOINT", "SERVER", "SERVERS", "SERVICE", "BROKER",
    "BROKERS",
  ]

  /// The endings of a key that say that its value is a host, or holds one.
  package static func hostEndings(of key: String) -> [String] {
    let key = key.uppercased()
    return hostKeys.filter(key.hasSuffix)
  }

  /// Whether a key says that its value is a host, a port, or who stands between the pods and the outside.
  static func isKept(_ key: String) -> Bool {
    let key = key.uppercased()
    return key.hasSuffix("PORT") || key.hasSuffix("PROXY") || hostKeys.contains(where: key.hasSuffix)
  }
}

/// What a container takes its environment from, beside what is written in it.
package enum ConfigMapUse: Hashable, Sendable {
  /// `env[].valueFrom.configMapKeyRef`: one key, as a variable.
  case key(map: String, key: String, variable: String)
  /// `envFrom[].configMapRef`: all keys as variables, behind a prefix.
  case all(map: String, prefix: String)
}

/// What the subjects of a RoleBinding or a ClusterRoleBinding are.
package struct RoleBinding: Sendable {
  package struct Account: Hashable, Sendable {
    package let namespace: String
    package let name: String

    package init(namespace: String, name: String) {
      self.namespace = namespace
      self.name = name
    }
  }

  /// The name of the role.
  package let role: String
  /// The ServiceAccounts among the subjects.
  package let accounts: [Located<Account>]
}
