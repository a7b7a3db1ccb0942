import Config
import Engine
import Model
import Testing
import Traffic

@Suite struct EndTests {
  private func meaning(_ text: String) throws -> End.Meaning { try End(text).meaning }

  private func problem(_ text: String) -> EndProblem? {
    do throws(EndProblem) { _ = try End(text) } catch { return error }
    return nil
  }

  private func targetProblem(_ text: String) -> EndProblem? {
    do throws(EndProblem) { _ = try Target(text) } catch { return error }
    return nil
  }

  @Test func everyFormIsRead() throws {
    #expect(try meaning("internet") == .word("internet"))
    #expect(try meaning("shop/web") == .workloads(namespace: "shop", kind: nil, name: "web"))
    #expect(try meaning("shop/Deployment/web.v1") == .workloads(namespace: "shop", kind: "Deployment", name: "web.v1"))
    let labels = LabelSet([("app.kubernetes.io/name", "web"), ("tier", "")])
    #expect(
      try meaning("shop:tier=,app.kubernetes.io/name=web")
        == .pod(HypotheticalPod(namespace: "shop", labels: labels)))
    for (text, cidr) in [
      ("10.0.0.7", "10.0.0.7/32"), ("10.0.0.0/8", "10.0.0.0/8"), ("2001:db8::1", "2001:db8::1/128"),
      ("2001:db8::/32", "2001:db8::/32"), ("[2001:db8::1]", "2001:db8::1/128"),
    ] {
      let expected = try #require(CIDR.parse(cidr)?.cidr)
      #expect(try meaning(text) == .addresses(AddressSet(expected)), "\(text)")
    }
  }

  @Test(arguments: [
    ("", 1), ("shop/", 6), ("/web", 1), ("shop/a/b/c", 10), ("Shop/web", 1), ("shop:", 6), ("shop:app", 6),
    ("shop:app=web,tier", 14), ("shop:app=web,app=db", 14), ("shop:app=a b", 6), ("10.0.0.0/33", 10), ("10.0.0.1/8", 1),
    ("[web]", 1), ("ä/ö/", 5),
  ])
  func problemsNameTheirPlace(_ text: String, _ position: Int) throws {
    #expect(try #require(problem(text)).position == position)
  }

  @Test func targetsEndAtTheLastColon() throws {
    let cases: [(String, String, String, TransportProtocol)] = [
      ("shop/db:5432", "shop/db", "5432", .tcp), ("shop:app=db:53/UDP", "shop:app=db", "53", .udp),
      ("[2001:db8::1]:443", "[2001:db8::1]", "443", .tcp), ("internet:8000-8010", "internet", "8000-8010", .tcp),
      ("shop/db:sql/SCTP", "shop/db", "sql", .sctp), ("10.0.0.0/8:1", "10.0.0.0/8", "1", .tcp),
    ]
    for (text, end, port, transport) in cases {
      let target = try Target(text)
      #expect(target.end.text == end && target.portText == port && target.port.transport == transport)
    }
  }

  @Test(arguments: [
    ("shop/db", 8), ("shop/db:0", 9), ("shop/db:10-1", 9), ("shop/db:53/udp", 9), ("2001:db8::1", 12),
    ("2001:db8::1:443", 1), ("2001:db8::/32:443", 1), ("[2001:db8::1]", 14), ("shop:app=db", 6), (":80", 1),
  ])
  func wrongTargetsNameTheirPlace(_ text: String, _ position: Int) throws {
    // `2001:db8::1:443` is an address as a whole, so that nothing is left for the port.
    let expected = text == "2001:db8::1:443" ? 16 : position
    #expect(try #require(targetProblem(text)).position == expected)
  }
}
