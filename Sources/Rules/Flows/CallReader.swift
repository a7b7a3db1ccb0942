internal import Facts

/// A host that a text names, with the port if one is told.
struct NamedHost: Hashable {
  /// In small letters, without a dot at the end.
  var host: String
  var port: UInt16
  /// The nearest key: a variable's name, a flag, or what stands before `=` in a line.
  var key: String
  /// Whether a program surely connects there, wherever it is: the host stands in no loose words.
  var isMeant: Bool
  /// The number of the argument that holds it, where arguments were read.
  var argument = 0

  /// The port of a host without one: the only one of the Service of that name.
  static let portOfService: UInt16 = 0
}

/// Finds hosts with ports in texts: URLs, `host:port`, and what `nc`, `psql` and the like are told.
///
/// Texts with names that somebody fills in later (`$HOST`, `${HOST}`, `{{ host }}`) name nobody, and addresses are no
/// names. Userinfo is skipped; where it is not certain where it ends, nothing is read.
struct CallReader {
  private let facts: CallFacts
  private(set) var hosts: [NamedHost] = []
  /// Flags with their values, for hosts and ports that stand apart (`--db-host=db --db-port=5432`).
  private(set) var flags: [(key: String, value: String, argument: Int)] = []
  /// The number of the argument that is read.
  private var argument = 0

  init(_ facts: CallFacts) { self.facts = facts }

  /// Reads the value of a key: a URL, `host:port` or several of them.
  mutating func readValue(_ text: String, key: String) {
    let words = CallReader.words(text)
    // One value is what it is; words beside it may be anything.
    for word in words { read(word, key: key, isMeant: words.count == 1) }
  }

  /// Reads the arguments of a container together: programs, flags and their values.
  mutating func readArguments(_ arguments: [String]) {
    var last = ""
    // How many words ago a program was called that fetches URLs.
    var distance = Int.max / 2
    var commands: [(word: String, argument: Int)] = []
    for (number, text) in arguments.enumerated() {
      argument = number
      let lines = CallReader.lines(text)
      // A single line may begin like a comment, and be none.
      let program = lines.count == 1 ? lines : lines.filter { !CallReader.isComment($0, marks: ["#"]) }
      for word in program.flatMap(CallReader.words) {
        let isFlagged = last.hasPrefix("-")
        let key = isFlagged ? String(last.drop { $0 == "-" }) : ""
        read(word, key: key, isMeant: distance < 6 || isFlagged || word.hasPrefix("-"))
        if isFlagged, !word.hasPrefix("-") { flags.append((key, word, number)) }
        distance = facts.fetchers.contains(CallReader.program(word)) ? 0 : distance + 1
        last = word
        commands += CallReader.commands(word).map { ($0, number) }
      }
    }
    readPrograms(commands)
  }

  /// Reads a file line by line for URLs; `key: value`, `key = value` and `key value` say what they are.
  mutating func readFile(_ text: String) {
    var section = ""
    for line in CallReader.lines(text) {
      guard CallReader.holdsURL(line.utf8) else {
        if line.utf8.last(where: { $0 > 0x20 }) == 0x3A { section = CallReader.words(line).first ?? "" }
        continue
      }
      if CallReader.isComment(line) { continue }
      let words = CallReader.words(line)
      let key = words.first == "-" ? section : words.first.map { String($0.prefix { $0 != "=" && $0 != ":" }) } ?? ""
      for word in words where CallReader.holdsURL(word.utf8) { read(word, key: key, isMeant: false) }
    }
  }

  // MARK: Words

  private static func lines(_ text: String) -> [Substring] {
    text.utf8.split { $0 == 0x0A || $0 == 0x0D }.map { Substring($0) }
  }

  /// Whether a line of some file is a comment; in programs only those with `#` are.
  private static func isComment(_ line: Substring, marks: [String] = commentMarks) -> Bool {
    let start = line.drop { $0 == " " || $0 == "\t" }
    return marks.contains { start.hasPrefix($0) }
  }

  private static let commentMarks = ["#", "//", ";", "--", "*", "/*", "<!--", "!"]

  private static func holdsURL(_ text: some Sequence<UInt8>) -> Bool {
    var last = (UInt8(0), UInt8(0))
    for byte in text {
      if last == (0x3A, 0x2F), byte == 0x2F { return true }
      last = (last.1, byte)
    }
    return false
  }

  private static func words(_ text: some StringProtocol) -> [String] {
    text.utf8.split { $0 <= 0x20 || $0 == 0x22 || $0 == 0x27 || $0 == 0x60 }.map { String(decoding: $0, as: UTF8.self) }
  }

  /// `nc` of `/usr/bin/nc`.
  private static func program(_ word: String) -> String {
    String(word[(word.lastIndex(of: "/").map { word.index(after: $0) } ?? word.startIndex)...])
  }

  /// The parts of a word between the signs of a shell, each sign that ends a command as a word of its own.
  private static func commands(_ word: String) -> [String] {
    guard word.utf8.contains(where: ";|&()".utf8.contains) else { return [word] }
    let parts = word.split(omittingEmptySubsequences: false) { ";|&()".contains($0) }.map(String.init)
    return parts.count == 1 ? parts : Array(parts.map { [$0] }.joined(separator: [";"])).filter { !$0.isEmpty }
  }

  private mutating func read(_ word: String, key: String, isMeant: Bool) {
    // Most words hold no host at all.
    let holdsSign = word.utf8.contains { $0 == 0x3A || $0 == 0x2F }
    guard holdsSign || word.hasPrefix("-") else { return }
    let assigned = word.utf8.firstIndex(of: 0x3D).map { String(word[..<$0]) } ?? ""
    let isAssignment = CallReader.isKey(assigned)
    let inner = isAssignment ? String(assigned.drop { $0 == "-" }) : ""
    if isAssignment, assigned.hasPrefix("-") {
      flags.append((inner, String(word.dropFirst(assigned.count + 1)), argument))
    }
    guard holdsSign else { return }
    let before = hosts.count
    readHosts(
      word, of: isAssignment ? word.dropFirst(assigned.count + 1) : word[...], key: inner.isEmpty ? key : inner,
      isMeant: isMeant)
    if hosts.count > before, ![key, inner].allSatisfy({ $0.isEmpty || facts.mayBeCalled($0) }) {
      hosts.removeLast(hosts.count - before)
    }
  }

  private mutating func readHosts(_ word: String, of value: Substring, key: String, isMeant: Bool) {
    if CallReader.holdsURL(word.utf8) { return readURLs(word, key: key, isMeant: isMeant) }
    if let (host, port) = CallReader.device(word) { return add(host, port, key: key, isMeant: true) }
    guard value.utf8.contains(0x3A), !word.utf8.contains(where: "${%<@\\".utf8.contains) else { return }
    for part in value.split(whereSeparator: { ",;()|&=".contains($0) }) {
      let names = part.split(separator: ":", omittingEmptySubsequences: false)
      if names.count == 2 { add(names[0], names[1], key: key, isMeant: isMeant) }
    }
  }

  /// The host and the port of `</dev/tcp/db/5432`, which bash connects to.
  private static func device(_ word: String) -> (Substring, Substring)? {
    guard word.utf8.count > 9, word.utf8.count(where: { $0 == 0x2F }) > 3 else { return nil }
    let parts = word.split { "/;)".contains($0) }
    guard let place = parts.firstIndex(of: "tcp"), place > 0, parts[place - 1].hasSuffix("dev"), place + 2 < parts.count
    else { return nil }
    return (parts[place + 1], parts[place + 2])
  }

  private static func isKey(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || [0x2D, 0x2E, 0x5F].contains(byte)
      }
  }

  // MARK: URLs

  private mutating func readURLs(_ word: String, key: String, isMeant: Bool) {
    let bytes = Array(word.utf8)
    let mark = Array("://".utf8)
    var offset = 0
    while let place = bytes[offset...].indices.first(where: { bytes[$0...].starts(with: mark) }) {
      var start = place
      while start > offset, (0x61...0x7A).contains(bytes[start - 1] | 0x20) || [0x2B, 0x2D].contains(bytes[start - 1]) {
        start -= 1
      }
      let rest = bytes[(place + 3)...]
      let next = rest.indices.first { bytes[$0...].starts(with: mark) } ?? rest.endIndex
      let end = rest.firstIndex { "/?#\\;)]}>|&".utf8.contains($0) } ?? rest.endIndex
      // A password may hold a slash: then a sign stands behind it, and nothing is certain.
      if !bytes[min(end, next)..<next].contains(0x40) {
        readAuthority(
          bytes[rest.startIndex..<end], scheme: String(decoding: bytes[start..<place], as: UTF8.self).lowercased(),
          key: key, isMeant: isMeant && next == rest.endIndex && !holdsDocumentation(bytes[end...]))
      }
      offset = place + 3
    }
  }

  private func holdsDocumentation(_ path: ArraySlice<UInt8>) -> Bool {
    let path = String(decoding: path, as: UTF8.self).lowercased()
    return ["/docs", "/doc/", "/wiki", "readme", ".md", ".html", ".xsd", ".dtd", ".json", ".png", ".svg"]
      .contains { path.contains($0) }
  }

  private mutating func readAuthority(_ text: ArraySlice<UInt8>, scheme: String, key: String, isMeant: Bool) {
    let signs = text.indices.filter { text[$0] == 0x40 }
    guard signs.count <= 1 else { return }
    let hosts = text[(signs.first.map { $0 + 1 } ?? text.startIndex)...]
    for host in hosts.split(separator: UInt8(ascii: ",")) {
      let names = host.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self)[...] }
      switch names.count {
      case 1: if let port = facts.schemePorts[scheme] { add(names[0], port, key: key, isMeant: isMeant) }
      case 2: add(names[0], names[1], key: key, isMeant: isMeant)
      default: break
      }
    }
  }

  // MARK: Programs

  /// `nc -z db 5432`, `psql -h db -p 5432`.
  private mutating func readPrograms(_ words: [(word: String, argument: Int)]) {
    for (index, (word, _)) in words.enumerated() {
      let program = CallReader.program(word)
      let connects = facts.connectors.contains(program)
      let standard = facts.clients[program]
      guard connects || standard != nil else { continue }
      let rest = words[(index + 1)...].prefix { ![";", "|", "&"].contains($0.word) }.prefix(16)
      argument = rest.last?.argument ?? words[index].argument
      if connects {
        readConnector(rest.map(\.word))
      } else if let standard {
        readClient(rest.map(\.word), standard)
      }
    }
  }

  private mutating func readConnector(_ words: [String]) {
    var rest = words[...]
    while let flag = rest.first, flag.hasPrefix("-") {
      rest.removeFirst()
      // It waits for calls itself.
      if flag.dropFirst().contains("l") { return }
      // Waiting times and the like have a value of their own.
      if "wqips".contains(flag.last ?? "-"), flag.count <= 3, rest.first.map({ UInt($0) != nil }) ?? false {
        rest.removeFirst()
      }
    }
    guard rest.count >= 2 else { return }
    add(rest[rest.startIndex][...], rest[rest.startIndex + 1][...], key: "", isMeant: true)
  }

  private mutating func readClient(_ words: [String], _ standard: UInt16) {
    func value(_ names: [String]) -> String? {
      for (index, word) in words.enumerated() {
        if names.contains(word), index + 1 < words.count { return words[index + 1] }
        for name in names where word.hasPrefix(name) && word.count > name.count {
          return String(word.dropFirst(name.count).drop { $0 == "=" })
        }
      }
      return nil
    }
    guard let host = value(["--host", "-h"]) else { return }
    guard let port = value(["--port", "-p", "-P"]) else { return add(host[...], standard, key: "", isMeant: true) }
    // `-p` of some is the password.
    if let number = UInt16(port) { add(host[...], number, key: "", isMeant: true) }
  }

  // MARK: Hosts

  private mutating func add(_ host: Substring, _ port: Substring, key: String, isMeant: Bool) {
    guard (1...5).contains(port.utf8.count), port.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = UInt16(port), number > 0
    else { return }
    add(host, number, key: key, isMeant: isMeant)
  }

  private mutating func add(_ host: Substring, _ port: UInt16, key: String, isMeant: Bool) {
    guard let host = CallReader.hostName(host) else { return }
    hosts.append(NamedHost(host: host, port: port, key: key, isMeant: isMeant, argument: argument))
  }

  /// A name of the DNS in small letters; `nil` for addresses and for anything else.
  static func hostName(_ text: Substring) -> String? {
    var name = text.lowercased()
    if name.hasSuffix(".") { name.removeLast() }
    let labels = name.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
    let isName = labels.allSatisfy { label in
      !label.isEmpty && label.first != 0x2D && label.last != 0x2D
        && label.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }
    guard name.utf8.count <= 253, isName, labels.last?.contains(where: { (0x61...0x7A).contains($0) }) ?? false,
      name != "localhost", !name.hasSuffix(".localhost"), !name.hasSuffix(".localdomain")
    else { return nil }
    return name
  }
}
