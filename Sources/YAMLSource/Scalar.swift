/// What a scalar is to Kubernetes: the value that sigs.k8s.io/yaml hands on as JSON.
package enum Scalar: Hashable, Sendable {
  case null
  case bool(Bool)
  /// An integer, or a float without fraction (which is written to JSON as an integer).
  case integer(Int64)
  /// Any other number; integers beyond 64 bits too.
  case float(Double)
  /// Anything else; the text is the node's own.
  case string
}

extension NodeRef {
  /// The value of a scalar by the rules of YAML 1.1 as Kubernetes applies them (sigs.k8s.io/yaml, goyaml.v2
  /// `resolve`); `nil` for collections.
  package var scalar: Scalar? {
    guard kind == .scalar else { return nil }
    switch tag {
    case .string, .binary, .timestamp: return .string
    case .none where isQuoted, .other, .merge: return .string
    default: return withText(tree.isJSON ? ScalarResolution.resolveJSON : ScalarResolution.resolve)
    }
  }

  /// Whether this is a null: `null`, `~`, or nothing at all.
  package var isNull: Bool {
    // Only nothing at all, `~` and `null` can be: most other texts are told by their length alone.
    guard kind == .scalar else { return false }
    if tag == .none {
      let length = withText { $0.count }
      if length > 1, length != 4 { return false }
    }
    return scalar == .null
  }

  /// The text of a string scalar; `nil` for anything that is not a string to Kubernetes.
  package var string: String? { scalar == .string ? text : nil }
}

/// YAML 1.1 resolution of plain scalars, in one place.
package enum ScalarResolution {
  /// A decimal number without sign or leading zero, as ports are written; `nil` for anything that needs a closer look.
  private static func smallNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard let first = bytes.first, first > UInt8(ascii: "0"), bytes.count <= 9 else { return nil }
    var number: Int64 = 0
    for byte in bytes {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      number = number * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    return number
  }

  /// The value of a plain scalar's text. O(length), and constant for words.
  package static func resolve(_ bytes: UnsafeBufferPointer<UInt8>) -> Scalar {
    if let number = smallNumber(bytes) { return .integer(number) }
    guard let first = bytes.first else { return .null }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      return word(bytes) ?? number(bytes) ?? .string
    case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"),
      UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "o"), UInt8(ascii: "O"),
      UInt8(ascii: "~"):
      return word(bytes) ?? .string
    default:
      return .string
    }
  }

  /// The value of a word or number of JSON: a fraction or an exponent makes a float of it, whatever its value, for Go
  /// refuses such numbers where it wants an integer.
  static func resolveJSON(_ bytes: UnsafeBufferPointer<UInt8>) -> Scalar {
    guard bytes.contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }), bytes.first != 0x74,
      bytes.first != 0x66
    else { return resolve(bytes) }
    return .float(Double(String(decoding: bytes, as: UTF8.self)) ?? .infinity)
  }

  /// The tag that goyaml gives a plain text by its looks: null, boolean, integer, float or string.
  static func naturalTag(_ bytes: UnsafeBufferPointer<UInt8>) -> NodeTag {
    switch resolve(bytes) {
    case .null: .null
    case .bool: .boolean
    case .string: .string
    case .integer, .float:
      integer(String(decoding: bytes.lazy.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)) == nil ? .float : .integer
    }
  }

  /// How Go writes a float as a map's key: `strconv.FormatFloat(value, 'g', -1, 32)`.
  static func keyText(of value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? ".nan" : value < 0 ? "-.inf" : ".inf" }
    let float = Float(value)
    let parts = float.magnitude.description.split(separator: "e")
    let point = parts[0].firstIndex(of: ".").map { parts[0].distance(from: parts[0].startIndex, to: $0) }
    var exponent = (point ?? parts[0].count) + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    var digits = parts[0].filter { $0 != "." }[...]
    while digits.count > 1, digits.first == "0" { (digits, exponent) = (digits.dropFirst(), exponent - 1) }
    while digits.count > 1, digits.last == "0" { digits = digits.dropLast() }
    let sign = float.sign == .minus ? "-" : ""
    if digits == "0" { return sign + "0" }
    func zeros(_ count: Int) -> String { String(repeating: "0", count: max(0, count)) }
    if exponent - 1 < -4 || exponent - 1 >= 6 {
      let power = String((exponent - 1).magnitude)
      return sign + digits.prefix(1) + (digits.count > 1 ? "." + digits.dropFirst() : "")
        + (exponent < 1 ? "e-" : "e+") + zeros(2 - power.count) + power
    }
    if exponent <= 0 { return sign + "0." + zeros(-exponent) + digits }
    let whole = digits.prefix(exponent) + zeros(exponent - digits.count)
    return sign + whole + (digits.count > exponent ? "." + digits.dropFirst(exponent) : "")
  }

  /// Booleans, null, infinities and not-a-number by their fixed spellings.
  private static func word(_ bytes: UnsafeBufferPointer<UInt8>) -> Scalar? {
    guard bytes.count <= 5 else { return nil }
    let packed = packed(bytes)
    return words.first { $0.packed == packed }?.scalar
  }

  /// Up to eight bytes as one number, which compares faster than a text.
  private static func packed(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

  private static let words: [(packed: UInt64, scalar: Scalar)] = [
    ("y Y yes Yes YES on On ON true True TRUE", Scalar.bool(true)),
    ("n N no No NO off Off OFF false False FALSE", .bool(false)),
    ("~ null Null NULL", .null),
    (".inf .Inf .INF +.inf +.Inf +.INF", .float(.infinity)),
    ("-.inf -.Inf -.INF", .float(-.infinity)),
    (".nan .NaN .NAN", .float(.nan)),
  ].flatMap { spellings, scalar in
    spellings.utf8.split(separator: UInt8(ascii: " ")).map { (packed: packed($0), scalar: scalar) }
  }

  private static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> Scalar? {
    // Addresses and versions begin like numbers.
    guard bytes.allSatisfy(mayStandInNumber), bytes.count(where: { $0 == UInt8(ascii: ".") }) <= 1 else { return nil }
    let text = String(decoding: bytes.lazy.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    if let integer = integer(text) { return integer }
    guard let value = decimal(text) else { return nil }
    guard let integer = Int64(exactly: value) else { return .float(value) }
    return .integer(integer)
  }

  private static func mayStandInNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "x"), UInt8(ascii: "X"), UInt8(ascii: "o"), UInt8(ascii: "O"):
      true
    default: false
    }
  }

  /// Go's `strconv.ParseInt(text, 0, 64)`, then `ParseUint`: `0x`, `0o`, `0b`, a leading `0` for octal.
  private static func integer(_ text: String) -> Scalar? {
    var digits = Substring(text)
    let isNegative = digits.first == "-"
    if isNegative || digits.first == "+" { digits.removeFirst() }
    guard let first = digits.utf8.first, first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9") else { return nil }
    var radix = 10
    if digits.utf8.count > 1, first == UInt8(ascii: "0") {
      digits.removeFirst()
      switch digits.first {
      case "x", "X": (radix, digits) = (16, digits.dropFirst())
      case "o", "O": (radix, digits) = (8, digits.dropFirst())
      case "b", "B": (radix, digits) = (2, digits.dropFirst())
      default: radix = 8
      }
      guard let next = digits.utf8.first, next != UInt8(ascii: "+"), next != UInt8(ascii: "-") else { return nil }
    }
    if let value = Int64((isNegative ? "-" : "") + digits, radix: radix) { return .integer(value) }
    return isNegative ? nil : UInt64(digits, radix: radix).map { .float(Double($0)) }
  }

  /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?` within the range of a float; `nil` otherwise.
  private static func decimal(_ text: String) -> Double? {
    var rest = Substring(text)
    if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
    let whole = rest.prefix { $0.isASCII && $0.isNumber }.count
    rest = rest.dropFirst(whole)
    var fraction = 0
    if rest.first == "." {
      rest.removeFirst()
      fraction = rest.prefix { $0.isASCII && $0.isNumber }.count
      rest = rest.dropFirst(fraction)
    }
    guard whole + fraction > 0 else { return nil }
    if rest.first == "e" || rest.first == "E" {
      rest.removeFirst()
      if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
      guard !rest.isEmpty else { return nil }
      rest = rest.drop { $0.isASCII && $0.isNumber }
    }
    guard rest.isEmpty, let value = Double(text.hasSuffix(".") ? text + "0" : text), value.isFinite else { return nil }
    return value
  }
}
