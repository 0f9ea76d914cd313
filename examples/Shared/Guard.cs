using System.CommandLine;
using System.CommandLine.Parsing;

namespace SswpNas.MLNet.Examples;

/// <summary>What an exit code says, and how a failure is told: one message on stderr, no stack trace.</summary>
internal static class Guard
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int BadUsage = 2;
    public const int Stopped = 130;

    /// <summary>Parses the command line without response files.</summary>
    public static ParseResult Parse(RootCommand root, IReadOnlyList<string> args) =>
        root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    /// <summary>Parses and runs; all errors of usage are told at once.</summary>
    public static async Task<int> InvokeAsync(RootCommand root, string[] args)
    {
        ParseResult parsed = Parse(root, args);
        if (parsed.Errors.Count == 0)
        {
            // Ctrl-C and SIGTERM cancel; a step of the largest network may take some seconds.
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeSpan.FromSeconds(60),
            });
        }

        foreach (ParseError error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
        await Console.Error.WriteLineAsync("See --help.");
        return BadUsage;
    }

    public static Task<int> RunAsync(Func<int> work, CancellationToken cancel) =>
        Task.Run(() => Run(work, cancel), CancellationToken.None);

    private static int Run(Func<int> work, CancellationToken cancel)
    {
        try
        {
            return work();
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped.");
            return Stopped;
        }
        catch (UsageException problem)
        {
            Console.Error.WriteLine(problem.Message);
            return BadUsage;
        }
        catch (Exception problem)
        {
            if (cancel.IsCancellationRequested) return Stopped;
            string message = (problem as AggregateException)?.InnerException?.Message ?? problem.Message;
            Console.Error.WriteLine($"Failed: {message}");
            return Failed;
        }
    }
}
