/// Files that run netpol-lint in a repository's hooks and pipelines.
package enum StarterFiles {
  /// The hooks' own repository is not published yet: the binary on the `PATH` runs without one.
  package static let preCommit = """
    repos:
      - repo: local
        hooks:
          - id: netpol-lint
            name: lint NetworkPolicies
            entry: netpol-lint --context . --force-exclude --
            language: system
            types_or: [yaml, json]
            require_serial: true

    """

  /// - Parameter version: of the release whose wheel is installed.
  package static func gitHub(version: String) -> String {
    """
    name: netpol-lint
    on:
      push: {branches: [main]}
      pull_request:
    permissions:
      contents: read
    jobs:
      netpol-lint:
        runs-on: ubuntu-latest
        env:
          # \(wheelNote)
          NETPOL_LINT_WHEEL: \(wheel(version))
        steps:
          - uses: actions/checkout@v5
            with: {persist-credentials: false}
          - run: |
              echo "$NETPOL_LINT_WHEEL" > "$RUNNER_TEMP/netpol-lint.txt"
              pip install --no-deps --only-binary :all: --require-hashes --requirement "$RUNNER_TEMP/netpol-lint.txt"
          - run: netpol-lint --output github --output markdown:netpol-lint.md
          - run: cat netpol-lint.md >> "$GITHUB_STEP_SUMMARY"
            if: always() && hashFiles('netpol-lint.md') != ''

    """
  }

  /// - Parameter version: of the release whose wheel is installed.
  package static func gitLab(version: String) -> String {
    """
    netpol-lint:
      stage: test
      image: python:3.13-slim
      variables:
        # \(wheelNote)
        NETPOL_LINT_WHEEL: \(wheel(version))
      script:
        - echo "$NETPOL_LINT_WHEEL" > /tmp/netpol-lint.txt
        - "pip install --no-deps --only-binary :all: --require-hashes --requirement /tmp/netpol-lint.txt"
        - netpol-lint --output text --output gitlab:gl-code-quality-report.json --output junit:netpol-lint.junit.xml
      artifacts:
        when: always
        reports:
          codequality: gl-code-quality-report.json
          junit: netpol-lint.junit.xml

    """
  }

  // A name alone would install whatever somebody put up under it.
  private static let wheelNote =
    "The checksum of the wheel, from SHA256SUMS of the release, in place of the zeros: pip takes no other."

  private static func wheel(_ version: String) -> String {
    "netpol-lint==\(version) --hash=sha256:" + String(repeating: "0", count: 64)
  }
}
