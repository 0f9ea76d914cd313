using System.Diagnostics;
using SswpNas.MLNet;

namespace ScoringService.Model;

/// <summary>
/// Tries a model in a process of its own, of limited time and memory: a network that never ends, or takes all memory there is,
/// does so where it harms nobody. This process runs only what has scored there.
/// </summary>
internal static partial class ModelTrial
{
    /// <summary>The name of the verb that the other process gets.</summary>
    public const string Verb = "try-model";

    private const int DataLimit = 2; // RLIMIT_DATA

    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs the other process over the content of a model file.</summary>
    /// <exception cref="InvalidDataException">The model cannot be used, takes too long or too much memory.</exception>
    public static async Task Run(byte[] model, string path, ServiceOptions options, CancellationToken cancel)
    {
        using Process process = Process.Start(Command(path, options))
            ?? throw new InvalidOperationException("The process for the trial of a model did not start.");
        try
        {
            Task<string> said = process.StandardError.ReadToEndAsync(cancel);
            Task sent = Send(process, model, cancel);
            string? problem = await Limit(process, options, cancel);
            await sent;
            if (problem is not null) throw new InvalidDataException($"The file '{path}' {problem} and is not used. Export the model with ExportToOnnx.");
            string text = (await said).Trim();
            if (process.ExitCode != 0)
            {
                throw new InvalidDataException(text.Length > 0
                    ? text.Split('\n')[^1].Replace("Failed: ", "", StringComparison.Ordinal)
                    : $"The file '{path}' ended the process of its trial with {process.ExitCode}; a model that scores was expected.");
            }
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>What the other process does: reads a model from its input and lets it score grey images.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="memoryBytes">Bytes that it may take.</param>
    public static void Try(string path, long memoryBytes)
    {
        if (OperatingSystem.IsLinux())
        {
            // The kernel refuses what goes beyond; the parent's looks alone might come too late.
            long most = memoryBytes;
            _ = SetLimit(DataLimit, [most, most]);
        }

        using MemoryStream content = new();
        using (Stream input = Console.OpenStandardInput()) input.CopyTo(content);
        byte[] model = content.ToArray();
        OnnxModelInfo info = OnnxModelInfo.Of(model, path);
        using Network network = new(model, info, threads: 1);
        network.Try(grey: (info.Black + info.White) / 2);
    }

    private static async Task Send(Process process, byte[] model, CancellationToken cancel)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(model, cancel);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended before it read all; its exit says why.
        }
    }

    private static async Task<string?> Limit(Process process, ServiceOptions options, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp(), most = options.TrialMegabytes << 20;
        using CancellationTokenSource look = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task ended = process.WaitForExitAsync(look.Token);
        while (await Task.WhenAny(ended, Task.Delay(_look, cancel)) != ended)
        {
            cancel.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(start).TotalSeconds > options.TrialSeconds)
                return FormattableString.Invariant($"took more than {options.TrialSeconds} s to score two grey images");
            if (Resident(process) > most)
                return FormattableString.Invariant($"took more than {options.TrialMegabytes} MiB of memory to score two grey images");
        }

        await ended;
        return null;
    }

    private static long Resident(Process process)
    {
        try
        {
            process.Refresh();
            return process.WorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0; // it has ended just now
        }
    }

    private static ProcessStartInfo Command(string path, ServiceOptions options)
    {
        string own = Environment.ProcessPath ?? "", dll = typeof(ModelTrial).Assembly.Location;
        bool isOwn = Path.GetFileNameWithoutExtension(own) == typeof(ModelTrial).Assembly.GetName().Name;
        string[] program = isOwn ? [own] : [Dotnet(own), "exec", dll];
        ProcessStartInfo start = new(
            program[0],
            [.. program[1..], Verb, path, FormattableString.Invariant($"{options.TrialMegabytes << 20}")])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        // Without it, the runtime reserves what the limit of memory counts.
        start.Environment["DOTNET_GCHeapHardLimit"] = FormattableString.Invariant($"{options.TrialMegabytes << 20:X}");
        start.Environment["DOTNET_gcServer"] = "0";
        return start;
    }

    private static string Dotnet(string own)
    {
        if (Path.GetFileNameWithoutExtension(own) == "dotnet") return own;
        string runtime = System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory();
        string found = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(found) ? found : "dotnet";
    }

    [System.Runtime.InteropServices.LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, long[] limits);
}
