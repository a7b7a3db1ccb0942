package import SystemPackage

/// Arguments of the command line as text that keeps bytes which are no UTF-8: a path need not be UTF-8, and Swift would
/// put U+FFFD in their place.
///
/// Such bytes, and those of the characters that stand for them, become characters of a private use area, so that
/// different arguments are different texts.
package enum ArgumentText {
  private static let base: UInt32 = 0x10FE00
  private static let standIns = (base + 0x80)...(base + 0xFF)

  /// The arguments of this process, without the program's name.
  package static var ofProcess: [String] {
    (1..<max(1, Int(CommandLine.argc))).compactMap { number in
      CommandLine.unsafeArgv[number].map { text in
        var length = 0
        while text[length] != 0 { length += 1 }
        return keeping(UnsafeBufferPointer(start: text, count: length).map { UInt8(bitPattern: $0) })
      }
    }
  }

  /// The text that keeps all of some bytes.
  package static func keeping(_ bytes: [UInt8]) -> String {
    var result = ""
    var decoder = UTF8()
    var rest = bytes[...]
    while !rest.isEmpty {
      var iterator = rest.makeIterator()
      if case .scalarValue(let scalar) = decoder.decode(&iterator), !standIns.contains(scalar.value) {
        result.unicodeScalars.append(scalar)
        rest = rest.dropFirst(UTF8.width(scalar))
      } else {
        // A byte below 0x80 is always a scalar of its own.
        for byte in rest.prefix(1) {
          result.unicodeScalars.append(Unicode.Scalar(base + UInt32(byte)).unsafelyUnwrapped)
        }
        rest = rest.dropFirst()
      }
      decoder = UTF8()
    }
    return result
  }

  /// The bytes of an argument.
  package static func bytes(of text: String) -> [UInt8] {
    text.unicodeScalars.flatMap { scalar in
      standIns.contains(scalar.value) ? [UInt8(scalar.value - base)] : Array(String(scalar).utf8)
    }
  }

  /// An argument as it is shown, and as a shell takes it.
  package static func quoted(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { byte in
      byte >= 0x80 || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "@")...UInt8(ascii: "Z") ~= byte
        || UInt8(ascii: "+")...UInt8(ascii: ":") ~= byte || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "=")
        || byte == UInt8(ascii: "%")
    }
    let shown = shown(text)
    return plain && !text.isEmpty ? shown : "'\(shown.replacing("'", with: "'\\''"))'"
  }

  /// An argument as messages show it: bytes that are no UTF-8 are percent-encoded.
  package static func shown(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      if standIns.contains(scalar.value) {
        result += "%" + String(scalar.value - base, radix: 16, uppercase: true)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }
}

extension FilePath {
  /// The path that an argument of the command line names.
  package init(argument text: String) {
    let bytes = ArgumentText.bytes(of: text).map { CChar(bitPattern: $0) } + [0]
    self = bytes.withUnsafeBufferPointer { FilePath(platformString: $0.baseAddress.unsafelyUnwrapped) }
  }
}

/// A path of the command line that is read.
package struct InputPath: Sendable, CustomStringConvertible {
  package let path: FilePath
  /// Whether it is `-`.
  package let isStandardInput: Bool
  /// As it was written.
  package let description: String

  package init(_ argument: String) {
    path = FilePath(argument: argument)
    isStandardInput = argument == "-"
    description = ArgumentText.shown(argument)
  }
}
