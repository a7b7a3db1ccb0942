import Testing
import YAMLSource

@testable import Assembly

/// What Flux makes of variables in texts.
@Suite struct FluxSubstitutionTests {
  private let variables = VariableValues(
    values: ["X": "abcABCabc", "EMPTY": "", "P": "a/b/c", "NAME": "web", "N": "8080"], mayHaveMore: false)

  @Test(arguments: [
    ("no variable", "no variable"), ("${X}", "abcABCabc"), ("a-${NAME}-${N}", "a-web-8080"), ("$X $ $", "$X $ $"),
    ("$${X}", "${X}"), ("$$${NAME}", "$web"), ("$$$${NAME}", "$${NAME}"), ("a$$b", "a$b"),
    ("${NO:=d}", "d"), ("${NO:-d}", "d"), ("${NO=d}", "d"), ("${NO:?d}", "d"), ("${EMPTY:=d}", "d"), ("${NO:=}", ""),
    ("${NAME:=d}", "web"), ("${NO:=${NAME}}", "web"), ("${NO:=a-${NAME}-${N}z}", "a-web-8080z"),
    ("${NO:=${NO2:-${NAME}}}", "web"), ("${NO:=a:b}", "a:b"), ("${NO:=$x}", "$x"), ("${NO:=a}b}", "ab}"),
    ("${#X}", "9"), ("${X^^}", "ABCABCABC"), ("${X^}", "AbcABCabc"), ("${X,,}", "abcabcabc"), ("${X,}", "abcABCabc"),
    ("${X:3}", "ABCabc"), ("${X:0:3}", "abc"), ("${X:7:9}", "bc"), ("${X:20}", ""), ("${X:-3}", "abcABCabc"),
    ("${X: -3}", "abcABCabc"), ("${X:a}", "abcABCabc"), ("${X/abc/z}", "zABCabc"), ("${X//abc/z}", "zABCz"),
    ("${X/#abc/z}", "zABCabc"), ("${X/%abc/z}", "abcABCz"), ("${X/abc/}", "ABCabc"), ("${X/no/z}", "abcABCabc"),
    ("${P//\\//-}", "a-b-c"), ("${X#abc}", "ABCabc"), ("${X%abc}", "abcABC"), ("${X##no}", "abcABCabc"),
    ("${X/abc/${NAME}}", "webABCabc"),
  ])
  func textsBecome(text: String, result: String) {
    #expect(variables.substitute(text) == .known(result))
  }

  @Test(arguments: [
    ("${NO}", "NO"), ("a ${NO} b", "NO"), ("${NO^^}", "NO"), ("${NO:0:3}", "NO"), ("${NO:=${NO2}}", "NO2"),
    ("${X#*b}", "X#"), ("${X:0:-1}", "X:"), ("${X//z}", "${X//z}"), ("${NO:=x", "${NO:=x"),
  ])
  func whatNobodyGivesIsUnknown(text: String, name: String) {
    #expect(variables.substitute(text) == .unknown(name))
  }

  @Test(arguments: ["${}", "${ X}", "${X-d}", "${X.y}", "${X", "${", "${X:}", "${#}", "${1 }", "${a[@]}", "${X!}"])
  func whatFluxCannotReadIsRefused(text: String) {
    guard case .refused = variables.substitute(text) else {
      Issue.record("\(text) is taken: \(variables.substitute(text))")
      return
    }
  }

  @Test func aSecretMayGiveWhatADefaultStandsInFor() {
    let open = VariableValues(values: ["X": "x"], mayHaveMore: true)
    #expect(open.substitute("${NO:=d}") == .unknown("NO"))
    #expect(open.substitute("${X:=d}") == .known("x"))
  }

  @Test func namesOfVariablesAreChecked() {
    #expect(FluxSubstitution.invalidName(in: ["a_1": "", "_": "", "A": ""]) == nil)
    #expect(FluxSubstitution.invalidName(in: ["a": "", "1a": ""]) == "1a")
    #expect(FluxSubstitution.invalidName(in: ["a.b": "", "a-b": ""]) == "a-b")
    #expect(FluxSubstitution.invalidName(in: ["": ""]) == "")
    #expect(FluxSubstitution.invalidName(in: ["ä": ""]) == "ä")
  }

  // MARK: Objects

  private func thing(_ value: String) throws -> TreeNode {
    try SampleBuild("", "{apiVersion: example.com/v1, kind: Thing, metadata: {name: a}, spec: {v: \(value)}}\n").only()
  }

  private func substituted(_ value: String, _ x: String) throws -> SubstitutedObject {
    return try SubstitutedObject(try thing(value), VariableValues(values: ["X": x], mayHaveMore: false))
  }

  @Test(arguments: [
    ("'${X}'", "8080", "8080"), ("\"${X}\"", "8080", "8080"), ("'${X}'", "yes", "yes"), ("'${X}'", "web", "\"web\""),
    ("'a${X}'", "1", "\"a1\""), ("'1${X}'", "1", "11"), ("'${X}'", "", "null"), ("'${X}'", "[a, 1]", "[\"a\", 1]"),
    ("'${X}'", "{a: b}", "{a: \"b\"}"), ("'${X}'", "\"1\"", "\"1\""), ("'a: ${X}'", "1", "\"a: 1\""),
    ("'*${X}'", "1", "\"*1\""), ("\"a\\n${X}\"", "1", "\"a\n1\""), ("['${X}', b]", "1", "[1, \"b\"]"),
    ("{'${X}': 1}", "k", "{k: 1}"), ("'$${X}'", "1", "\"${X}\""), ("1", "2", "1"),
  ])
  func valuesAreReadAgain(value: String, x: String, result: String) throws {
    let object = try substituted(value, x)
    #expect(try object.root.at("spec.v").shown == result)
    #expect(object.doubt == nil)
  }

  @Test(arguments: [
    ("'${Y}'", "", "Y"), ("'a: ${X}'", "it's", "a: ${X}"), ("'${X}'", "a: b: c", "${X}"), ("['${Y:0:1}']", "", "Y"),
  ])
  func whatIsNotKnownStays(value: String, x: String, name: String) throws {
    let object = try substituted(value, x)
    #expect(object.doubt?.reason == "nothing that was read gives a value for `\(name)`")
    #expect(try object.root.at("spec.v").shown.contains("${"))
  }

  @Test func placesStayWhereTheVariableStands() throws {
    let object = try substituted("'${X}'", "[a]")
    #expect(try object.root.at("spec.v.0").span == (try thing("'${X}'").at("spec.v").span))
  }

  @Test func whatFluxCannotReadStopsTheBuild() {
    #expect(throws: BuildRefusal.self) { try substituted("'${X-1}'", "") }
  }

  /// Neither time nor the stack follows how deep defaults lie in one another.
  @Test(arguments: [40, 60_000]) func nestedDefaultsCostNoMoreThanTheirLength(depth: Int) {
    let text = String(repeating: "${NO:-", count: depth) + "${NO}" + String(repeating: "}", count: depth)
    if case .unknown = variables.substitute(text) {} else { Issue.record("nobody gives a value") }
  }
}
