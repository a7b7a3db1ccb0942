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

  package static let gitHub = """
    name: netpol-lint
    on:
      push: {branches: [main]}
      pull_request:
    permissions:
      contents: read
    jobs:
      netpol-lint:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v5
            with: {persist-credentials: false}
          - run: pip install netpol-lint
          - run: netpol-lint --output github --output markdown:netpol-lint.md
          - run: cat netpol-lint.md >> "$GITHUB_STEP_SUMMARY"
            if: always() && hashFiles('netpol-lint.md') != ''

    """

  package static let gitLab = """
    netpol-lint:
      stage: test
      image: python:3.13-slim
      script:
        - pip install netpol-lint
        - netpol-lint --output text --output gitlab:gl-code-quality-report.json --output junit:netpol-lint.junit.xml
      artifacts:
        when: always
        reports:
          codequality: gl-code-quality-report.json
          junit: netpol-lint.junit.xml

    """
}
