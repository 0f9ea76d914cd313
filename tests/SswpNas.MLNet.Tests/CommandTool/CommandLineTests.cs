extern alias tool;

using System.CommandLine;
using tool::SswpNasTool;

namespace SswpNas.MLNet.Tests.CommandTool;

/// <summary>What the tool's command line takes and refuses; nothing is run.</summary>
[TestClass]
public sealed class CommandLineTests
{
    [TestMethod]
    [DataRow("train parts")]
    [DataRow("train parts.csv --output out --labels a.csv --labels b.csv --test-data test --minutes 0.5 --teacher resnet18 --image-size 48 --precision 0.95 --seed 7 --threads 2 --json")]
    [DataRow("train parts --image-size auto --smoke")]
    [DataRow("score out photos --output scores.csv --sort sorted --json")]
    [DataRow("report out --json")]
    [DataRow("export out/model.zip --output parts.onnx")]
    [DataRow("compare parts --labels a.csv --output out --seed 2")]
    [DataRow("label-next out parts --count 10 --labels a.csv --output labels")]
    [DataRow("serve out --port 0 --public --request-megabytes 1 --files 4")]
    public void ACommandIsTaken(string line)
    {
        ParseResult parsed = CommandLine.Root().Parse(line);
        Assert.IsEmpty(parsed.Errors, string.Join('\n', parsed.Errors));
        Assert.AreEqual(line.Split(' ')[0], parsed.CommandResult.Command.Name);
    }

    [TestMethod]
    [DataRow("train parts --minutes 0", "--minutes is '0'; above 0, to 100000 was expected.")]
    [DataRow("train parts --minutes soon", "--minutes is 'soon'; above 0, to 100000 was expected.")]
    [DataRow("train parts --image-size 30", "--image-size is '30'; auto or a multiple of 4 from 8 to 512 was expected.")]
    [DataRow("train parts --precision 1", "--precision is '1'; above 0 and below 1 was expected.")]
    [DataRow("train parts --threads 0", "--threads is '0'; 1 to 1024 was expected.")]
    [DataRow("train parts --smoke --minutes 3", "--smoke and --minutes came together; one of them was expected.")]
    [DataRow("serve out --port 70000", "--port is '70000'; 0 to 65535 was expected.")]
    [DataRow("serve out --files 0", "--files is '0'; 1 to 10000 was expected.")]
    public void AnOptionThatIsOutOfRangeIsNamedWithWhatWasExpected(string line, string expected) =>
        Assert.ContainsSingle(error => error.Message == expected, CommandLine.Root().Parse(line).Errors);

    [TestMethod]
    [DataRow("train")]
    [DataRow("score out")]
    [DataRow("train parts --epochs 3")]
    [DataRow("guess parts")]
    [DataRow("")]
    public void WhatIsMissingOrUnknownIsAnError(string line) => Assert.IsNotEmpty(CommandLine.Root().Parse(line).Errors);

    [TestMethod]
    public void EveryCommandHasAnExampleThatItTakes()
    {
        Command[] commands = [.. CommandLine.Root().Subcommands.Where(command => !command.Hidden)];
        Assert.IsGreaterThanOrEqualTo(6, commands.Length);
        foreach (Command command in commands)
        {
            string example = command.Description!.Split("Example: sswpnas ")[1];
            ParseResult parsed = CommandLine.Root().Parse(example);
            Assert.IsEmpty(parsed.Errors, example);
            Assert.AreEqual(command.Name, parsed.CommandResult.Command.Name);
        }
    }

    [TestMethod]
    public void TheCommandsOfThePageAreTaken()
    {
        string[] lines = [.. Readme.Page.Of("docs/tool.md").Text.Split('\n').Where(line => line.StartsWith("sswpnas ", StringComparison.Ordinal))];
        Assert.IsGreaterThanOrEqualTo(9, lines.Length);
        foreach (string line in lines) Assert.IsEmpty(CommandLine.Root().Parse(line["sswpnas ".Length..]).Errors, line);
    }
}
