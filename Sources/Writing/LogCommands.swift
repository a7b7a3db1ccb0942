/// Breaks up what CI systems take for commands when they read it in a log.
///
/// GitHub's runner looks for `##[NAME` anywhere in a line and for `::NAME` at its start, blanks left out
/// (actions/runner, ActionCommand.cs); Azure's agent for `##vso[` anywhere (azure-pipelines-agent, Command.cs). Both
/// search by the rules of a culture, which pass over characters that do not show.
enum LogCommands {
  /// Whether there can be a command in a text; a quick look.
  static func mayHold(_ text: String) -> Bool {
    var hashes = 0
    var colons = 0
    for byte in text.utf8 {
      if byte == UInt8(ascii: "#") { hashes += 1 }
      if byte == UInt8(ascii: ":") { colons += 1 }
    }
    return hashes > 1 || colons > 1
  }

  /// The text with the second `#` of such a command, or its first colon, as an escape; a text with none stays as it is.
  ///
  /// - Parameter startsLine: whether the text may be the first in a line.
  static func broken(_ text: String, startsLine: Bool) -> String {
    guard mayHold(text) else { return text }
    let scalars = text.unicodeScalars
    let places = scalars.indices.filter { !scalars[$0].properties.isDefaultIgnorableCodePoint }
    let shown = places.map { scalars[$0] }
    var broken: Set<String.Index> = []
    for number in shown.indices.dropFirst() where shown[number] == "#" && shown[number - 1] == "#" {
      let rest = shown[(number + 1)...]
      if rest.starts(with: "[".unicodeScalars) || rest.starts(with: "vso[".unicodeScalars) {
        broken.insert(places[number])
      }
    }
    if startsLine, let first = shown.firstIndex(where: { !$0.properties.isWhitespace }),
      shown[first...].starts(with: "::".unicodeScalars), first + 2 < shown.count,
      shown[first + 2].properties.isAlphabetic
    {
      broken.insert(places[first])
    }
    if broken.isEmpty { return text }
    return scalars.indices.reduce(into: "") { result, index in
      if broken.contains(index) {
        result += DisplayText.escape(scalars[index])
      } else {
        result.unicodeScalars.append(scalars[index])
      }
    }
  }
}
