/// Scalars of YAML.
package enum YAMLText {
  /// The text in double quotes; what JSON escapes is escaped here too, so that a terminal obeys none of it.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    var last: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      if JSONEscapes.mustEscape(scalar, after: last) {
        result += escape(scalar)
      } else {
        result.unicodeScalars.append(scalar)
      }
      if !scalar.properties.isDefaultIgnorableCodePoint { last = scalar }
    }
    return result + "\""
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    if scalar.value < 0x10000, scalar.value < 0x7F || scalar.value > 0xFF { return JSONEscapes.escape(scalar) }
    // YAML has no pairs of escapes.
    let digits = String(scalar.value, radix: 16)
    let (letter, width) = scalar.value < 0x100 ? ("x", 2) : ("U", 8)
    return "\\\(letter)" + String(repeating: "0", count: width - digits.utf8.count) + digits
  }
}
