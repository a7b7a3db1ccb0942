/// What a Content Security Policy calls a script or a style that stands in the page itself.
package enum ContentSource {
  /// `'sha256-…'`: what lets a browser take these bytes, and no others.
  package static func hash(_ bytes: [UInt8]) -> String { "'sha256-\(base64(SHA256.hash(bytes)))'" }

  private static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = (0..<3).map { start + $0 < bytes.count ? Int(bytes[start + $0]) : 0 }
      let number = group[0] << 16 | group[1] << 8 | group[2]
      for place in 0..<4 {
        let isPadding = start + place - 1 >= bytes.count && place > 0
        result.append(isPadding ? UInt8(ascii: "=") : alphabet[number >> (18 - 6 * place) & 63])
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
