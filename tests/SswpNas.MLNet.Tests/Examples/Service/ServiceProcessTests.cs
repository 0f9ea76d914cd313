using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SkiaSharp;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Examples.Service;

/// <summary>The program as its user runs it.</summary>
[TestClass]
[TestCategory("Long")]
public sealed class ServiceProcessTests
{
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task ItScoresIsMeasuredAndStopsWhenAsked()
    {
        using TestFolder folder = new();
        folder.Write("model.onnx", ServiceModels.First);
        string home = Directory.CreateDirectory(Path.Combine(folder.Root, "home")).FullName;
        using Process process = Start(folder.Root, home, "--urls", "http://127.0.0.1:0", "--max-requests-at-once", "2");
        Uri url = await Listening(process);
        Task<string> rest = process.StandardOutput.ReadToEndAsync();
        using HttpClient http = new() { BaseAddress = url };
        byte[] png = TestFolder.Image(SKEncodedImageFormat.Png);
        Assert.AreEqual(HttpStatusCode.OK, await Status(http, png));

        ExampleProcess.Finished load = ExampleProcess.Run(
            "ScoringService", folder.Root, "load", "--url", url.ToString(), "--requests", "20", "--clients", "2");
        Assert.AreEqual(0, load.Code, load.Error);
        Assert.Contains("answered 20, rejected 0, failed 0", load.Output);
        Assert.Contains("p99", load.Output);

        using RawHttp upload = await RawHttp.Half(url, png);
        using RawHttp other = await RawHttp.Half(url, png);
        Assert.AreEqual(HttpStatusCode.TooManyRequests, await Status(http, png), "Both are under way.");
        Signal.Send(process.Id, Signal.Terminate);
        await Poll.Until(async () => !await Listens(url), "The service takes no new connections.");
        Assert.IsFalse(process.HasExited, "A request is under way.");
        Assert.StartsWith("HTTP/1.1 200", await upload.Finish());
        Assert.StartsWith("HTTP/1.1 200", await other.Finish());
        Assert.IsTrue(process.WaitForExit(TimeSpan.FromSeconds(60)));
        string said = await rest;
        Assert.AreEqual(0, process.ExitCode, said);
        Assert.DoesNotContain("fail:", said);
        string[] left = [.. Directory.EnumerateFiles(home, "*", SearchOption.AllDirectories)];
        Assert.IsEmpty(left, $"Neither telemetry nor temporary files: {string.Join(", ", left)}");
    }

    [TestMethod]
    public void MistakesAreToldInOneLineEach()
    {
        using TestFolder folder = new();
        AssertUsage(folder, ["--colour", "red"], "--colour");
        AssertUsage(folder, ["--max-files", "0", "--threads", "-1"], "MaxFiles is 0; 1 to 10000 was expected", "Threads is -1");
        ExampleProcess.Finished help = ExampleProcess.Run("ScoringService", folder.Root, "--help");
        foreach (string part in new[] { "--model", "--max-pixels", "[default: 25000000]", "--urls", "load" }) Assert.Contains(part, help.Output);
    }

    /// <summary>What a server needs is neither our library nor libtorch.</summary>
    [TestMethod]
    public void NothingOfTorchIsInItsFolder()
    {
        string[] files = [.. Directory.EnumerateFiles(ServiceFiles.Output, "*", SearchOption.AllDirectories)];
        string[] unwanted =
        [
            .. files.Select(file => Path.GetFileName(file))
                .Where(file => file.Contains("torch", StringComparison.OrdinalIgnoreCase) || file == "SswpNas.MLNet.dll"),
        ];
        Assert.AreEqual("", string.Join(", ", unwanted));
        string closure = File.ReadAllText(Path.ChangeExtension(ServiceFiles.Program, ".deps.json"));
        Assert.DoesNotContain("torch", closure, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("SswpNas.MLNet/", closure);
        Assert.Contains("Microsoft.ML.OnnxRuntime/", closure);
    }

    private static void AssertUsage(TestFolder folder, string[] arguments, params string[] parts)
    {
        ExampleProcess.Finished run = ExampleProcess.Run("ScoringService", folder.Root, arguments);
        Assert.AreEqual(2, run.Code, run.Error);
        foreach (string part in parts) Assert.Contains(part, run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }

    private static Process Start(string folder, string home, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", ["exec", ServiceFiles.Program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("ORT_DISABLE_TELEMETRY");
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (string variable in new[] { "HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME" }) start.Environment[variable] = home;
        return Process.Start(start)!;
    }

    private static async Task<HttpStatusCode> Status(HttpClient http, byte[] png)
    {
        using HttpResponseMessage response = await http.PostAsync("score", RunningService.Form(("a.png", png)));
        return response.StatusCode;
    }

    private static async Task<bool> Listens(Uri url)
    {
        using TcpClient client = new();
        try
        {
            await client.ConnectAsync(url.Host, url.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<Uri> Listening(Process process)
    {
        const string words = "Now listening on: ";
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        while (await process.StandardOutput.ReadLineAsync(late.Token) is string line)
        {
            if (line.Contains(words, StringComparison.Ordinal))
                return new Uri(line[(line.IndexOf(words, StringComparison.Ordinal) + words.Length)..]);
        }

        throw new AssertFailedException($"The service does not listen: {await process.StandardError.ReadToEndAsync(late.Token)}");
    }
}
