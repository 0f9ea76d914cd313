using System.Diagnostics;
using System.Reflection;

namespace SswpNas.MLNet.Tests.Examples;

/// <summary>An example as its user runs it.</summary>
internal sealed class ExampleProcess : IDisposable
{
    private static readonly TimeSpan _atMost = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly Task<string> _error;

    private ExampleProcess(string example, string folder, string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", ["exec", PathOf(example), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync();
    }

    public bool ExitsWithin(TimeSpan time) => _process.WaitForExit(time);

    /// <summary>Where the build left an example, known by its project's name.</summary>
    public static string PathOf(string example) => typeof(ExampleProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == example).Value!;

    /// <summary>Starts an example, known by its project's name.</summary>
    public static ExampleProcess Start(string example, string folder, params string[] arguments) =>
        new(example, folder, arguments);

    /// <summary>Runs it to the end.</summary>
    public static Finished Run(string example, string folder, params string[] arguments)
    {
        using ExampleProcess process = new(example, folder, arguments);
        return process.Finish();
    }

    /// <summary>Reads lines of output until one starts so.</summary>
    /// <returns>That line.</returns>
    public string WaitForLine(string start)
    {
        using CancellationTokenSource late = new(_atMost);
        while (true)
        {
            string? line = _process.StandardOutput.ReadLineAsync(late.Token).AsTask().GetAwaiter().GetResult();
            if (line is null)
                Assert.Fail($"The program ended before a line '{start}...': {_error.GetAwaiter().GetResult()}");
            if (line.StartsWith(start, StringComparison.Ordinal)) return line;
        }
    }

    public Finished Finish()
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync();
        if (!_process.WaitForExit(_atMost)) Assert.Fail($"The program ran longer than {_atMost}.");
        return new Finished(_process.ExitCode, output.GetAwaiter().GetResult(), _error.GetAwaiter().GetResult());
    }

    /// <summary>Ctrl-C. Who starts the tests may have had it ignored, as a shell does for what it runs in the background.</summary>
    public void Interrupt()
    {
        if (Signal.IsIgnored(_process.Id, Signal.Interrupt))
            Assert.Inconclusive("The tests were started with SIGINT ignored, and so is the program.");
        Signal.Send(_process.Id, Signal.Interrupt);
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    internal sealed record Finished(int Code, string Output, string Error)
    {
        public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
