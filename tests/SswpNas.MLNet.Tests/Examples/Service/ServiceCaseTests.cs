extern alias service;

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SkiaSharp;
using SswpNas.MLNet.Tests.Data;
using service::ScoringService.Http;

namespace SswpNas.MLNet.Tests.Examples.Service;

/// <summary>What one client or one file does to the service, and what it does not do to others.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ServiceCaseTests
{
    private static readonly byte[] _png = TestFolder.Image(SKEncodedImageFormat.Png);

    [TestMethod]
    [TestCategory("Cases")]
    [OSCondition(OperatingSystems.Linux)]
    public async Task ManySlowConnectionsOfOneAddressDoNotShutOutAnother()
    {
        await using RunningService service = await RunningService.Start(ServiceModels.First);
        List<RawHttp> slow = [];
        try
        {
            for (int i = 0; i < 90; i++) slow.Add(await RawHttp.Half(service.Url, _png));
            await service.ScoreUntil(HttpStatusCode.TooManyRequests, _png); // the slow ones have arrived
            using HttpClient other = new(new SocketsHttpHandler { ConnectCallback = FromAnotherAddress }) { BaseAddress = service.Url };
            for (int i = 0; i < 10; i++)
            {
                using HttpResponseMessage response = await other.PostAsync("score", RunningService.Form(("a", _png)));
                Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, await response.Content.ReadAsStringAsync());
            }
        }
        finally
        {
            foreach (RawHttp connection in slow) connection.Dispose();
        }

        await service.ScoreUntil(HttpStatusCode.OK, _png);
    }

    [TestMethod]
    [TestCategory("Cases")]
    public async Task UploadsBeyondTheMemoryWaitAndAllAreScored()
    {
        byte[] large = Padded(_png, 8 << 20);
        await using RunningService service = await RunningService.Start(
            ServiceModels.First, o => o with { UploadMegabytes = 16, MaxRequestsOfAddress = 64 });
        UploadMemory memory = service.Part<UploadMemory>();
        Task<RunningService.Answer>[] all = [.. Enumerable.Range(0, 12).Select(_ => service.Score(("a", large)))];
        long most = 0;
        while (!Task.WhenAll(all).IsCompleted)
        {
            most = Math.Max(most, memory.Bytes);
            await Task.Delay(5);
        }

        foreach (Task<RunningService.Answer> answer in all) Assert.AreEqual(HttpStatusCode.OK, (await answer).Status);
        Assert.IsLessThan((16 << 20) + (9 << 20), most, "the memory, and one upload beyond it");
        Assert.IsGreaterThan(1 << 20, most);
        Assert.AreEqual(0, memory.Bytes);
    }

    [TestMethod]
    [TestCategory("Cases")]
    public async Task AModelThatTakesTooLongOrTooMuchIsRefusedAndTheNextOneIsLoaded()
    {
        await using RunningService service = await RunningService.Start(
            ServiceModels.First, o => o with { TrialSeconds = 4, TrialMegabytes = 512 });
        string before = Sum(await service.Get("health"));
        long resident = Environment.WorkingSet;
        foreach ((byte[] model, string problem) in new[]
        {
            (HeavyModels.OfTime(2000, 2000), "took more than 4 s"), (HeavyModels.OfMemory(1_500_000_000), ""),
        })
        {
            service.Replace(model);
            RunningService.Answer health = await service.WaitFor(h => h.Json.GetProperty("refused").ValueKind != System.Text.Json.JsonValueKind.Null
                && h.Json.GetProperty("refused").GetProperty("problem").GetString()!.Contains(problem, StringComparison.Ordinal));
            Console.WriteLine(health.Json.GetProperty("refused"));
            Assert.AreEqual(before, Sum(health));
            Assert.AreEqual(HttpStatusCode.OK, (await service.Score(("a", _png))).Status);
        }

        Assert.IsLessThan(400L << 20, Environment.WorkingSet - resident);
        service.Replace(ServiceModels.Second);
        await service.WaitFor(health => Sum(health) != before);
    }

    [TestMethod]
    [TestCategory("Cases")]
    public async Task AStopDoesNotWaitForATrialNorForUploadsThatAreStuck()
    {
        await using RunningService service = await RunningService.Start(ServiceModels.First);
        List<RawHttp> stuck = [];
        for (int i = 0; i < 5; i++) stuck.Add(await RawHttp.Half(service.Url, _png));
        service.Replace(HeavyModels.OfTime(2000, 2000));
        await Task.Delay(500);
        Stopwatch clock = Stopwatch.StartNew();
        await service.Stop();
        Assert.IsLessThan(TimeSpan.FromSeconds(5), clock.Elapsed);
        foreach (RawHttp connection in stuck) connection.Dispose();
    }

    [TestMethod]
    [TestCategory("Cases")]
    public async Task AReplacementOfTheSameLengthAndTimeIsNoticed()
    {
        await using RunningService service = await RunningService.Start(ServiceModels.First);
        string before = Sum(await service.Get("health"));
        byte[] other = [.. ServiceModels.First];
        int at = other.AsSpan().IndexOf("[\"plain\""u8);
        Assert.IsGreaterThan(0, at);
        other[at + 2] = (byte)'P';
        DateTime modified = File.GetLastWriteTimeUtc(service.ModelPath);
        string file = Path.Combine(service.Folder, "other.tmp");
        await File.WriteAllBytesAsync(file, other);
        File.SetLastWriteTimeUtc(file, modified);
        File.Move(file, service.ModelPath, overwrite: true);

        RunningService.Answer health = await service.WaitFor(h => Sum(h) != before);

        Assert.Contains("Plain", health.Json.GetProperty("model").GetProperty("classes").EnumerateArray().Select(c => c.GetString()!));
    }

    /// <summary>A folder in the file's place cannot be read either, also by a superuser; its time stays as it is.</summary>
    [TestMethod]
    [TestCategory("Cases")]
    [OSCondition(OperatingSystems.Linux)]
    public async Task AFileThatCouldNotBeReadIsTriedAgain()
    {
        await using RunningService service = await RunningService.Start(ServiceModels.First);
        string before = Sum(await service.Get("health"));
        using (FileStream held = new(Path.Combine(service.Folder, "next.tmp"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
        {
            held.Write(ServiceModels.Second);
            held.Flush();
            File.Move(held.Name, service.ModelPath, overwrite: true);
            await service.WaitFor(h => h.Json.GetProperty("refused").ValueKind != System.Text.Json.JsonValueKind.Null);
        }

        await service.WaitFor(h => Sum(h) != before);
        Assert.HasCount(1, service.Log.Text.Split('\n').Where(line => line.Contains("is not used", StringComparison.Ordinal)).ToArray());
    }

    [TestMethod]
    [TestCategory("Cases")]
    public async Task OnlyNamesOfThisMachineAreAnswered()
    {
        await using RunningService service = await RunningService.Start(ServiceModels.First);
        foreach ((string host, string status) in new[]
        {
            ("localhost", "200"), ("127.0.0.1:80", "200"), ("evil.example", "400"), ("localhost.evil.example", "400"),
        })
        {
            string answer = await RawHttp.Answer(
                service.Url, System.Text.Encoding.ASCII.GetBytes($"GET /health HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
            Assert.StartsWith($"HTTP/1.1 {status}", answer, host);
        }
    }

    /// <summary>The figure that the README promises, of the program as its user runs it.</summary>
    [TestMethod]
    [TestCategory("Cases")]
    [TestCategory("Long")]
    [OSCondition(OperatingSystems.Linux)]
    public async Task ManyLargeUploadsAtOnceStayBelowAGibibyte()
    {
        using TestFolder folder = new();
        folder.Write("model.onnx", ServiceModels.First);
        byte[] large = Padded(_png, (16 << 20) - 2000);
        using Process process = Process.Start(new ProcessStartInfo(
            "dotnet",
            ["exec", ServiceFiles.Program, "--urls", "http://127.0.0.1:0", "--max-requests-of-address", "64", "--request-seconds", "300"])
        {
            WorkingDirectory = folder.Root,
            RedirectStandardOutput = true,
        })!;
        try
        {
            string line = "";
            while (!line.Contains("listening on: ", StringComparison.Ordinal))
                line = await process.StandardOutput.ReadLineAsync() ?? throw new AssertFailedException("It does not listen.");
            using HttpClient http = new() { BaseAddress = new Uri(line[line.IndexOf("http:", StringComparison.Ordinal)..]), Timeout = TimeSpan.FromMinutes(5) };
            HttpStatusCode[] codes = await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
            {
                using HttpResponseMessage response = await http.PostAsync("score", RunningService.Form(("a", large)));
                return response.StatusCode;
            }));
            Assert.IsTrue(codes.All(code => code == HttpStatusCode.OK), string.Join(' ', codes));
            string peak = File.ReadLines($"/proc/{process.Id}/status").Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            Console.WriteLine(peak);
            long kib = long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], System.Globalization.CultureInfo.InvariantCulture);
            Assert.IsLessThan(1L << 20, kib);
        }
        finally
        {
            process.Kill();
        }
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void TheCommandRunsWhereItIsCalled() => Assert.Contains(
        "<EnableDefaultRunWorkingDirectory>false</EnableDefaultRunWorkingDirectory>",
        File.ReadAllText(Path.Combine(ServiceFiles.Example, "ScoringService.csproj")));

    private static string Sum(RunningService.Answer health) => health.Json.GetProperty("model").GetProperty("sha256").GetString()!;

    /// <summary>An image with bytes behind its end that make it as long as wanted.</summary>
    private static byte[] Padded(byte[] png, int bytes) => [.. png, .. new byte[bytes - png.Length]];

    private static async ValueTask<Stream> FromAnotherAddress(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
