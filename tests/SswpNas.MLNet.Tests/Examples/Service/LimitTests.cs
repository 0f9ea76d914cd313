extern alias service;

using System.Net;
using Microsoft.Extensions.Configuration;
using SkiaSharp;
using SswpNas.MLNet.Tests.Data;
using service::ScoringService;
using service::ScoringService.Http;
using service::ScoringService.Load;
using service::SswpNas.MLNet.Examples;

namespace SswpNas.MLNet.Tests.Examples.Service;

/// <summary>Rate, requests at once, time; and the options that set the limits.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LimitTests
{
    private static readonly byte[] _png = TestFolder.Image(SKEncodedImageFormat.Png);

    [TestMethod]
    public async Task MoreThanTheRateIsRejectedWithATimeToTryAgain()
    {
        await using RunningService service =
            await RunningService.Start(ServiceModels.First, o => o with { RequestsPerSecond = 1, RequestBurst = 2 });
        Assert.AreEqual(HttpStatusCode.OK, (await service.Score(("a", _png))).Status);
        Assert.AreEqual(HttpStatusCode.OK, (await service.Score(("a", _png))).Status);
        RunningService.Answer next = await service.ScoreUntil(HttpStatusCode.TooManyRequests, _png); // at once, on a quick machine
        next.AssertProblem(HttpStatusCode.TooManyRequests, "at most 1 a second from one address", "Try again in");
        Assert.AreEqual(1, next.RetryAfter);
        Assert.AreEqual(HttpStatusCode.OK, (await service.Get("health")).Status, "Health is always told.");
        await service.ScoreUntil(HttpStatusCode.OK, _png); // what is rejected uses up nothing
    }

    [TestMethod]
    public async Task MoreAtOnceAreRejectedAndThoseUnderWayEnd()
    {
        await using RunningService service = await RunningService.Start(ServiceModels.First, o => o with { MaxRequestsAtOnce = 1 });
        using RawHttp slow = await RawHttp.Half(service.Url, _png);
        RunningService.Answer second = await service.Score(("a", _png));
        second.AssertProblem(HttpStatusCode.TooManyRequests, "and 1 at once are taken");
        Assert.StartsWith("HTTP/1.1 200", await slow.Finish());
        Assert.AreEqual(HttpStatusCode.OK, (await service.Score(("a", _png))).Status);
    }

    [TestMethod]
    public async Task ASlowUploadIsEnded()
    {
        await using RunningService service = await RunningService.Start(ServiceModels.First, o => o with { RequestSeconds = 1 });
        using RawHttp slow = await RawHttp.Half(service.Url, _png);
        string answer = await slow.Read();
        Assert.StartsWith("HTTP/1.1 408", answer);
        Assert.Contains("was not whole within 1 s", answer);
        Assert.AreEqual(HttpStatusCode.OK, (await service.Score(("a", _png))).Status);
    }

    [TestMethod]
    public async Task AServiceThatIsTooBusySaysSo()
    {
        await using RunningService service = await RunningService.Start(ServiceModels.First, o => o with { RequestSeconds = 1 });
        SemaphoreSlim gate = service.Part<ImageReader>().Gate;
        int held = 0;
        while (gate.Wait(0)) held++;
        RunningService.Answer busy = await service.Score(("a", _png));
        busy.AssertProblem(HttpStatusCode.ServiceUnavailable, "too busy to answer within 1 s");
        Assert.AreEqual(1, busy.RetryAfter);
        gate.Release(held);
        Assert.AreEqual(HttpStatusCode.OK, (await service.Score(("a", _png))).Status);
    }

    [TestMethod]
    public async Task TheLoadRunCountsWhatIsAnsweredAndWhatIsRejected()
    {
        byte[][] images = LoadImages.Of(null);
        await using RunningService service = await RunningService.Start(ServiceModels.First);
        LoadFigures all = await new LoadRun(service.Url, Requests: 40, Clients: 4, Files: 2, images).Measure(CancellationToken.None);
        Assert.AreEqual((40, 0, 0), (all.Answered, all.Rejected, all.Failed));
        Assert.IsLessThanOrEqualTo(all.Milliseconds(0.99), all.Milliseconds(0.5));
        Assert.StartsWith("40 requests of 2 image(s), 4 at once, in ", all.ToString());

        await using RunningService limited =
            await RunningService.Start(ServiceModels.First, o => o with { RequestsPerSecond = 1, RequestBurst = 5 });
        LoadFigures some = await new LoadRun(limited.Url, Requests: 40, Clients: 4, Files: 1, images).Measure(CancellationToken.None);
        Assert.AreEqual((40, 0), (some.Answered + some.Rejected, some.Failed));
        Assert.IsGreaterThan(20, some.Rejected);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(
            () => new LoadRun(new Uri(service.Url, "nothing/"), 1, 1, 1, images).Measure(CancellationToken.None));
    }

    [TestMethod]
    public void OptionsOutOfRangeAreAllNamed()
    {
        string message = Refused(("Scoring:MaxFiles", "0"), ("Scoring:MaxPixels", "-1"), ("Scoring:Model", " "));
        foreach (string part in new[] { "MaxFiles is 0; 1 to 10000 was expected", "MaxPixels is -1", "Model is ' '" })
            Assert.Contains(part, message);
        Assert.Contains("MaxFiels", Refused(("Scoring:MaxFiels", "3")));
        Assert.Contains("Scoring:MaxFiles", Refused(("Scoring:MaxFiles", "many")));
        Assert.Contains("Stretch", Refused(("Scoring:Resizing", "Stretch")));
        Assert.AreEqual(3, Options(("Scoring:MaxFiles", "3")).MaxFiles);
        Assert.AreEqual(new ServiceOptions(), Options());
    }

    [TestMethod]
    public void TheReadmeListsTheOptionsWithTheirDefaults()
    {
        string readme = File.ReadAllText(Path.Combine(ServiceFiles.Example, "README.md"));
        ServiceOptions standard = new();
        foreach (System.Reflection.PropertyInfo option in typeof(ServiceOptions).GetProperties())
        {
            string line = FormattableString.Invariant($"| `{CommandLine.NameOf(option.Name)}` | {option.GetValue(standard)} |");
            Assert.Contains(line, readme);
        }
    }

    private static string Refused(params (string Key, string Value)[] values) =>
        Assert.ThrowsExactly<UsageException>(() => Options(values)).Message;

    private static ServiceOptions Options(params (string Key, string Value)[] values) => ServiceOptions.Of(
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(v => v.Key, v => (string?)v.Value)).Build());
}
