/// A glob of paths with git's own rules (gitignore(5)), without `!`.
///
/// Names are compared byte by byte. Named classes such as `[:alpha:]` are not known.
package struct Glob: Sendable {
  private let parts: [GlobPart]
  private let isForDirectories: Bool

  package init?(_ text: String) { self.init(ArraySlice(text.utf8)) }

  /// `nil` for a pattern that can match nothing.
  package init?(_ pattern: ArraySlice<UInt8>) {
    var pattern = pattern
    let slash = UInt8(ascii: "/")
    isForDirectories = pattern.last == slash
    if isForDirectories { pattern.removeLast() }
    // A slash at the start or in the middle ties the pattern to its folder; otherwise it is for any depth.
    var parts: [GlobPart] = pattern.contains(slash) ? [] : [.anyDepth]
    for part in pattern.split(separator: slash) {
      guard let part = GlobPart(part) else { return nil }
      parts.append(part)
    }
    guard !pattern.isEmpty, !parts.isEmpty else { return nil }
    // At the end `**` stands for everything inside a folder, not for the folder itself.
    if case .anyDepth = parts.last { parts.append(.name([.anyText])) }
    self.parts = parts
  }

  /// The one name that matches at any depth, where the glob is a name without wildcards.
  package var onlyName: String? {
    guard !isForDirectories, parts.count == 2, case .anyDepth = parts[0] else { return nil }
    return parts[1].literal
  }

  /// The one path that matches, where the glob is a path without wildcards.
  package var onlyPath: String? {
    if isForDirectories { return nil }
    let names = parts.map(\.literal)
    return names.contains(nil) ? nil : names.compactMap(\.self).joined(separator: "/")
  }

  /// - Parameter names: what stands between the slashes of a path that is relative to the glob's folder.
  package func matches(_ names: [ArraySlice<UInt8>], isDirectory: Bool) -> Bool {
    (isDirectory || !isForDirectories) && GlobPart.matches(names, parts)
  }

  /// Whether a single name matches.
  package func matches(_ name: String) -> Bool { matches([ArraySlice(name.utf8)], isDirectory: false) }
}

/// What stands between two slashes of a glob.
private enum GlobPart: Sendable {
  /// `**`: any number of folders, none included.
  case anyDepth
  case name([GlobToken])

  /// `nil` for a part that can match nothing: a class without its end.
  init?(_ text: ArraySlice<UInt8>) {
    if text.elementsEqual("**".utf8) {
      self = .anyDepth
    } else {
      guard let tokens = GlobToken.read(text) else { return nil }
      self = .name(tokens)
    }
  }

  /// The only name that it matches; `nil` with wildcards, and where that is no text.
  var literal: String? {
    guard case .name(let tokens) = self else { return nil }
    var bytes: [UInt8] = []
    for token in tokens {
      guard case .byte(let byte) = token else { return nil }
      bytes.append(byte)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  static func matches(_ names: [ArraySlice<UInt8>], _ parts: [GlobPart]) -> Bool {
    globMatches(names, parts) { name, part in
      switch part {
      case .anyDepth: nil
      case .name(let tokens): GlobToken.matches(name, tokens)
      }
    }
  }
}

/// A piece of a glob within a name.
private enum GlobToken: Sendable {
  /// `*`
  case anyText
  /// `?`
  case anyByte
  case byte(UInt8)
  /// `[a-z]`
  case oneOf([ClosedRange<UInt8>], isNegated: Bool)

  static func matches(_ name: ArraySlice<UInt8>, _ tokens: [GlobToken]) -> Bool {
    globMatches(name, tokens) { byte, token in
      switch token {
      case .anyText: nil
      case .anyByte: true
      case .byte(let expected): byte == expected
      case .oneOf(let ranges, let isNegated): ranges.contains { $0.contains(byte) } != isNegated
      }
    }
  }

  /// `nil` when a class has no end.
  static func read(_ text: ArraySlice<UInt8>) -> [GlobToken]? {
    var tokens: [GlobToken] = []
    var rest = text
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "*"): tokens.append(.anyText)
      case UInt8(ascii: "?"): tokens.append(.anyByte)
      case UInt8(ascii: "["):
        guard let token = readClass(&rest) else { return nil }
        tokens.append(token)
      case UInt8(ascii: "\\"): tokens.append(.byte(rest.popFirst() ?? byte))
      default: tokens.append(.byte(byte))
      }
    }
    return tokens
  }

  /// Reads what follows `[`; a `]` in front is a member.
  private static func readClass(_ rest: inout ArraySlice<UInt8>) -> GlobToken? {
    var ranges: [ClosedRange<UInt8>] = []
    let isNegated = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
    if isNegated { rest.removeFirst() }
    while var low = rest.popFirst() {
      if low == UInt8(ascii: "]"), !ranges.isEmpty { return .oneOf(ranges, isNegated: isNegated) }
      if low == UInt8(ascii: "\\") { low = rest.popFirst() ?? low }
      var high = low
      let isRange = rest.first == UInt8(ascii: "-") && rest.dropFirst().first.map { $0 != UInt8(ascii: "]") } == true
      if isRange {
        rest.removeFirst()
        high = rest.removeFirst()
        if high == UInt8(ascii: "\\") { high = rest.popFirst() ?? high }
      }
      // A range whose ends stand the wrong way round has no members, but its first end counts for git.
      ranges.append(low <= high ? low...high : low...low)
    }
    return nil
  }
}

/// Whether a sequence matches a pattern in which some elements stand for any number of items.
///
/// Every other element stands for one item, so that going back to the last such wildcard is enough: O(items ×
/// pattern), never exponential.
///
/// - Parameter matches: `nil` for a wildcard, which is asked with any item.
private func globMatches<Items: RandomAccessCollection, Element>(
  _ items: Items, _ pattern: [Element], _ matches: (Items.Element, Element) -> Bool?
) -> Bool {
  var item = items.startIndex
  var place = 0
  var lastWildcard: (place: Int, item: Items.Index)?
  while item < items.endIndex {
    let answer = place < pattern.count ? matches(items[item], pattern[place]) : false
    if answer == nil {
      lastWildcard = (place, item)
      place += 1
    } else if answer == true {
      items.formIndex(after: &item)
      place += 1
    } else if let wildcard = lastWildcard {
      // The wildcard takes one more item.
      item = items.index(after: wildcard.item)
      lastWildcard = (wildcard.place, item)
      place = wildcard.place + 1
    } else {
      return false
    }
  }
  guard let any = items.first else { return pattern.isEmpty }
  return pattern[place...].allSatisfy { matches(any, $0) == nil }
}
