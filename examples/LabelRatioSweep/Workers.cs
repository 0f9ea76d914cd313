using System.Diagnostics;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace RatioSweep;

/// <summary>
/// Several processes of this program on one folder, each with its part of the threads: libtorch has one number of threads for
/// a whole process, so threads of one process could not share the cells.
/// </summary>
internal static class Workers
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(50);

    public static int Run(Request request, CancellationToken cancel)
    {
        // Whatever is wrong with folder and images is said once, here.
        LabelRatioSweep sweep = OpenedSweep.Open(request, cancel).Sweep;
        int processes = Math.Min(request.Parallel, Math.Max(1, RunVerb.Left(sweep).Length));
        int threads = Math.Max(1, (request.Threads ?? Environment.ProcessorCount) / processes);
        Process[] all = [.. Enumerable.Range(0, processes).Select(_ => Start(request, threads))];
        try
        {
            foreach (Process process in all) Await(process, cancel);
        }
        catch (OperationCanceledException)
        {
            Stop(all);
            throw;
        }
        finally
        {
            foreach (Process process in all) process.Dispose();
        }

        int[] left = RunVerb.Left(sweep);
        if (left.Length > 0)
        {
            Console.Error.WriteLine(
                $"Failed: the processes ended, but the cells {string.Join(", ", left)} are left; run again.");
            return ConsoleRun.Failed;
        }

        Console.WriteLine(RunVerb.End(sweep));
        return ConsoleRun.Done;
    }

    private static Process Start(Request request, int threads)
    {
        string program = Environment.ProcessPath!;
        List<string> arguments = Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? ["exec", Environment.GetCommandLineArgs()[0]]
            : [];
        arguments.AddRange(["run", "--worker", "--threads", $"{threads}", "--output", request.Output]);
        if (request.Data is not null) arguments.AddRange(["--data", request.Data]);
        if (request.TestData is not null) arguments.AddRange(["--test-data", request.TestData]);
        if (request.RetryFailed) arguments.Add("--retry-failed");
        Process process = new()
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true, // its end tells the process that this one is gone
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        process.OutputDataReceived += (_, line) => Tell(Console.Out, line.Data);
        process.ErrorDataReceived += (_, line) => Tell(Console.Error, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static void Tell(TextWriter to, string? line)
    {
        if (line is not null && !line.StartsWith("All ", StringComparison.Ordinal)) to.WriteLine(line);
    }

    private static void Await(Process process, CancellationToken cancel)
    {
        process.WaitForExitAsync(cancel).GetAwaiter().GetResult();
        if (process.ExitCode != ConsoleRun.Done)
            Console.Error.WriteLine($"Process {process.Id} ended with exit code {process.ExitCode}; the others go on.");
    }

    private static void Stop(Process[] all)
    {
        foreach (Process process in all) process.StandardInput.Close();
        DateTime late = DateTime.UtcNow + Grace;
        foreach (Process process in all)
        {
            TimeSpan left = late - DateTime.UtcNow;
            if (!process.WaitForExit(left > TimeSpan.Zero ? left : TimeSpan.Zero)) process.Kill();
        }
    }
}
