using System.CommandLine;
using ScoringService.Model;
using SswpNas.MLNet.Examples;
using SswpNasTool.Commands;

namespace SswpNasTool;

/// <summary>The commands, put together.</summary>
internal static class CommandLine
{
    /// <summary>Runs a command; errors go to stderr, one message each.</summary>
    /// <returns>0 done, 1 failed or some files unreadable, 2 bad usage, 130 stopped.</returns>
    public static Task<int> RunAsync(string[] args) => ConsoleRun.Of(Root(), args);

    /// <summary>All commands.</summary>
    public static RootCommand Root() => new(
        "From a folder of images, few of them with a label, to a small image classifier. Exit codes: 0 done, 1 failed or some "
        + "files unreadable, 2 bad usage, 130 stopped.")
    {
        new TrainCommand(), new ScoreCommand(), new ReportCommand(), new ExportCommand(), new CompareCommand(), new LabelNextCommand(),
        new ServeCommand(), new TrialCommand(),
    };
}
