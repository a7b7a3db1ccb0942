package import Diagnostics
package import Writing

/// The JSON Schema of the config file, from the table of keys.
package enum ConfigSchema {
  /// JSON Schema, draft 2020-12.
  ///
  /// - Parameter infos: the rules that editors offer under `rules`; a newer version may have others.
  package static func write(_ infos: [RuleInfo], to out: inout ByteWriter) {
    out.json(lineDepth: .max) { json in
      json.object { json in
        json.member("$schema", "https://json-schema.org/draft/2020-12/schema")
        json.member("title", "netpol-lint config")
        members(ConfigKeys.all, infos, &json)
      }
    }
  }

  /// Each rule by its id and by its name, with what it is.
  private static func rules(_ infos: [RuleInfo], _ json: inout JSONWriter) {
    json.object("properties") { json in
      for info in infos {
        for (word, other) in [(info.id.description, info.name), (info.name, info.id.description)] {
          json.object(word) { $0.member("description", "\(other): \(info.summary)") }
        }
      }
    }
  }

  private static func schema(_ type: ConfigType, _ json: inout JSONWriter) {
    json.object { json in
      switch type {
      case .text, .version: json.member("type", ["string", "number", "boolean"])
      case .number:
        json.member("type", "integer")
        json.member("minimum", 1)
      case .flag: json.member("type", "boolean")
      case .date:
        json.member("type", "string")
        json.member("format", "date")
      case .cidr, .address, .glob: json.member("type", "string")
      case .port: json.member("type", ["string", "integer"])
      case .choice(let words):
        json.array("enum") { json in
          // YAML 1.1, by which editors read the file, takes `off` for this.
          if words.contains("off") { json.value(false) }
          for word in words { json.value(word) }
        }
      case .list(let item):
        json.member("type", "array")
        json.key("items")
        schema(item, &json)
      case .oneOrMore(let item): anyOf([item, .list(item)], &json)
      case .map(let value):
        json.member("type", "object")
        json.key("additionalProperties")
        schema(value, &json)
      case .object(let keys): members(keys, [], &json)
      case .either(let first, let second): anyOf([first, second], &json)
      }
    }
  }

  private static func anyOf(_ types: [ConfigType], _ json: inout JSONWriter) {
    json.array("anyOf") { json in
      for type in types { schema(type, &json) }
    }
  }

  /// What the schema of an object holds.
  private static func members(_ keys: [ConfigKey], _ infos: [RuleInfo] = [], _ json: inout JSONWriter) {
    json.member("type", "object")
    json.member("additionalProperties", false)
    let required = keys.filter { $0.isRequired && $0.substitute == nil }.map(\.name)
    if !required.isEmpty { json.member("required", required) }
    let replaceable = keys.filter { $0.substitute != nil }
    if let substitute = replaceable.first?.substitute {
      json.array("anyOf") { json in
        for names in [replaceable.map(\.name), [substitute]] { json.object { $0.member("required", names) } }
      }
    }
    json.object("properties") { json in
      for key in keys {
        json.object(key.name) { json in
          json.member("description", key.summary)
          if key.name == "rules", !infos.isEmpty { rules(infos, &json) }
          json.array("allOf") { schema(key.type, &$0) }
        }
      }
    }
  }
}
