using System.CommandLine;
using System.CommandLine.Parsing;

namespace SswpNas.MLNet.Examples;

/// <summary>Runs a program's command; errors go to stderr, one message each.</summary>
internal static class ConsoleRun
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int BadUsage = 2;
    public const int Stopped = 130;

    /// <returns>What the work returns, 1 for a failure, 2 for bad usage, 130 when stopped.</returns>
    public static Task<int> Of(RootCommand root, string[] args, Func<ParseResult, CancellationToken, int> work)
    {
        SetAction(root, work);
        return Of(root, args);
    }

    /// <summary>What a command does, its failures told in one line.</summary>
    public static void SetAction(Command command, Func<ParseResult, CancellationToken, int> work) => command.SetAction(
        (parsed, cancel) => Task.Run(() => Guarded(() => work(parsed, cancel), cancel), CancellationToken.None));

    /// <summary>Parses a command line without response files.</summary>
    public static ParseResult Parse(RootCommand root, IReadOnlyList<string> args) =>
        root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    /// <summary>Runs the command whose action is set.</summary>
    /// <returns>What its work returns, 1 for a failure, 2 for bad usage, 130 when stopped.</returns>
    public static async Task<int> Of(RootCommand root, string[] args)
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

    private static int Guarded(Func<int> work, CancellationToken cancel)
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

/// <summary>The options cannot be used together.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>Reports on the thread that works, so that lines come in order; Progress&lt;T&gt; does not.</summary>
internal sealed class Told<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
