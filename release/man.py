"""Writes the manual page from what the binary says of itself: python3 man.py BINARY > netpol-lint.1"""

import json
import os
import subprocess
import sys
import time

ENDING = r"""
.SH EXIT STATUS
.TP
.B 0
Nothing at or above \-\-fail\-on (default: warning).
.TP
.B 1
Findings, flows that do not hold, or a diff that fails.
.TP
.B 2
The job could not be done: a bad flag or config, a missing path, an unreadable file.
.TP
.B 3
A folder, or standard input, held no NetworkPolicy at all; \-\-allow\-empty accepts that.
.PP
can\-reach ends with 0 for allowed, 1 for not allowed, and 2 where it cannot tell.
.SH ENVIRONMENT
.TP
.B NO_COLOR
No colours, where it is set and not empty.
.TP
.B FORCE_COLOR
Colours, where it is set and not empty.
.TP
.B HOME
The home folder, which a build never reads as a whole.
.SH FILES
.TP
.I .netpol\-lint.yaml
The config, looked for from the working directory up to the root of the repository.
.TP
.I *.flows.yaml
Flows that hold or do not hold, for verify.
.SH EXAMPLES
.nf
netpol\-lint k8s/
helm template mychart | netpol\-lint \-
netpol\-lint can\-reach shop/web shop/db:5432 k8s/
netpol\-lint diff old/ new/
netpol\-lint explain NP203
.fi
"""


def escaped(text):
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in text.split("\n"))


def flags(argument):
    names = argument.get("names", [])
    shown = ", ".join(("-" if name["kind"] == "short" else "--") + name["name"] for name in names)
    value = argument["valueName"]
    if argument["kind"] == "positional":
        return f"\\fI{escaped(value)}\\fR"
    return f"\\fB{escaped(shown)}\\fR" + (f" \\fI{escaped(value)}\\fR" if argument["kind"] == "option" else "")


def shown(items):
    return [item for item in items if item.get("shouldDisplay", True)]


def arguments(command):
    """The arguments of a command, without those that every command has."""
    for argument in shown(command.get("arguments", [])):
        if argument["valueName"] in ("help", "version"):
            continue
        text = argument.get("abstract", "")
        default = argument.get("defaultValue")
        if argument["valueName"] == "jobs":
            default = "the number of processors"
        if default and argument["kind"] != "flag":
            text = f"{text.rstrip('.')} (default: {default})."
        yield f".TP\n{flags(argument)}\n{escaped(text)}"


def is_shared(argument, commands):
    having = [c for c in commands if any(a == argument for a in c.get("arguments", []))]
    return argument["kind"] != "positional" and len(having) > 3


def page(tool, version, date):
    commands = [command for command in shown(tool["subcommands"]) if command["commandName"] != "help"]
    shared = [a for a in commands[0]["arguments"] if is_shared(a, commands)]
    lines = [
        f'.TH NETPOL\\-LINT 1 "{date}" "netpol\\-lint {version}" "User Commands"',
        f".SH NAME\nnetpol\\-lint \\- {escaped(tool['abstract'].rstrip('.'))}",
        ".SH SYNOPSIS\n.nf\n\\fBnetpol\\-lint\\fR [\\fIoptions\\fR] [\\fIpaths\\fR]\n"
        "\\fBnetpol\\-lint\\fR \\fIcommand\\fR [\\fIoptions\\fR] [\\fIarguments\\fR]\n.fi",
        f".SH DESCRIPTION\n{escaped(tool['discussion'].split('Exit codes:')[0].strip())}",
        ".SH OPTIONS OF ALL COMMANDS THAT READ MANIFESTS",
        *arguments({"arguments": shared}),
        ".SH COMMANDS",
    ]
    for command in commands:
        for part in [command, *shown(command.get("subcommands", []))]:
            name = " ".join([*part.get("superCommands", [])[1:], part["commandName"]])
            lines.append(f".SS {escaped(name)}\n{escaped(part.get('abstract', ''))}")
            if part.get("discussion"):
                lines.append(f".PP\n{escaped(part['discussion'])}")
            own = [a for a in part.get("arguments", []) if a not in shared]
            lines.extend(arguments({"arguments": own}))
    return "\n".join(lines) + ENDING


def write(binary):
    """The page, as text."""
    dump = subprocess.run([binary, "--experimental-dump-help"], capture_output=True, check=True).stdout
    date = time.strftime("%Y-%m-%d", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))))
    version = subprocess.run([binary, "--version"], capture_output=True, check=True, text=True).stdout.strip()
    return page(json.loads(dump)["command"], version, date)


if __name__ == "__main__":
    sys.stdout.write(write(sys.argv[1]))
