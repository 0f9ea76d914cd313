#!/usr/bin/env bash
# Makes the API reference, a page for every public type, from the XML comments: artifacts/api/site, HTML.
# Needs docfx, which is a tool of this repository: the first line restores it from NuGet.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet tool restore
# A program's output, because docfx looks for the libraries that the comments name beside the assembly.
dotnet build -c Release examples/Quickstart
rm -rf artifacts/api
dotnet docfx docs/docfx/docfx.json --warningsAsErrors
echo "Open artifacts/api/site/SswpNas.MLNet.html in a browser."
