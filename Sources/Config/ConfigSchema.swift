/// The JSON Schema of the config file, from the table of keys.
package enum ConfigSchema {
  /// JSON Schema, draft 2020-12.
  package static var json: String {
    "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"title\": \"netpol-lint config\",\n"
      + object(ConfigKeys.all, "  ").dropFirst(2)
  }

  private static func schema(_ type: ConfigType, _ indent: String) -> String {
    switch type {
    case .text, .version: "{\"type\": [\"string\", \"number\", \"boolean\"]}"
    case .number: "{\"type\": \"integer\", \"minimum\": 1}"
    case .date: "{\"type\": \"string\", \"format\": \"date\"}"
    case .cidr, .address, .glob: "{\"type\": \"string\"}"
    case .port: "{\"type\": [\"string\", \"integer\"]}"
    case .choice(let words):
      words.contains("off")
        ? "{\"enum\": [false, \(words.map { "\"\($0)\"" }.joined(separator: ", "))]}"
        : "{\"enum\": [\(words.map { "\"\($0)\"" }.joined(separator: ", "))]}"
    case .list(let item): "{\"type\": \"array\", \"items\": \(schema(item, indent))}"
    case .oneOrMore(let item): "{\"anyOf\": [\(schema(item, indent)), \(schema(.list(item), indent))]}"
    case .map(let value): "{\"type\": \"object\", \"additionalProperties\": \(schema(value, indent))}"
    case .object(let keys): object(keys, indent)
    case .either(let first, let second): "{\"anyOf\": [\(schema(first, indent)), \(schema(second, indent))]}"
    }
  }

  private static func object(_ keys: [ConfigKey], _ indent: String) -> String {
    let inner = indent + "  "
    let properties = keys.map { key in
      "\(inner)\"\(key.name)\": {\"description\": \"\(key.summary)\", \"allOf\": [\(schema(key.type, inner + "  "))]}"
    }
    let required = keys.filter(\.isRequired).map { "\"\($0.name)\"" }.joined(separator: ", ")
    return "{\n\(indent)\"type\": \"object\",\n\(indent)\"additionalProperties\": false,\n"
      + (required.isEmpty ? "" : "\(indent)\"required\": [\(required)],\n")
      + "\(indent)\"properties\": {\n\(properties.joined(separator: ",\n"))\n\(indent)}\n\(indent.dropLast(2))}"
  }
}
