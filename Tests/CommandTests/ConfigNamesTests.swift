import Testing

/// `config check` names what leads nowhere.
@Suite struct ConfigNamesTests {
  @Test func namesThatLeadNowhereAreTold() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write(
      ".netpol-lint.yaml",
      """
      components:
        db: {namespace: shop, labels: {app: db}, data: ephi, portSet: postgres, clients: [appi, internet, shop/web, "shop/"]}
        api: {namespace: shop, labels: {app: api}, clients: ["shop:app=web", 10.0.0.0/8]}
        lab: {data: third-party, cidrs: [203.0.113.0/28], clients: [dbx]}
      hipaa:
        decisions:
          164.312(e)(2)(II): {status: implemented}
          164.312(a)(1): {status: implemented}
      """)
    let run = try tool.run("config", "check")
    #expect(run.status == 0)
    #expect(
      run.errors.split(separator: "\n") == [
        ".netpol-lint.yaml:2:3: the client `appi` of db is no component of the config, so that it has to be the name of one workload or Service; did you mean 'api'?",
        ".netpol-lint.yaml:2:3: among the clients of db `shop/` lacks a name here (character 6)",
        ".netpol-lint.yaml:2:3: there is no set of ports `postgres`, which db names as its portSet; did you mean 'postgresql'?",
        ".netpol-lint.yaml:4:3: the client `dbx` of lab is no component of the config; did you mean 'db'?",
        ".netpol-lint.yaml:8:5: hipaa.decisions: 164.312(a)(1) is no addressable specification, and about others nothing is decided",
      ])
  }
}
