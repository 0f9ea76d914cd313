extern alias service;

using System.Collections.Concurrent;
using System.Net;
using SkiaSharp;
using SswpNas.MLNet.Tests.Data;
using service::ScoringService.Http;
using service::ScoringService.Model;

namespace SswpNas.MLNet.Tests.Examples.Service;

/// <summary>New model files while the service runs, and its end.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ReloadTests
{
    private static readonly byte[] _png = TestFolder.Image(SKEncodedImageFormat.Png);

    [TestMethod]
    public async Task NoRequestIsLostWhileModelsAreReplaced()
    {
        const int replacements = 6;
        await using RunningService service = await RunningService.Start(ServiceModels.First);
        Dictionary<string, float[]> expected = [];
        await Expect(service, expected);
        using CancellationTokenSource stop = new();
        ConcurrentBag<RunningService.Answer> answers = [];
        Task[] clients =
        [
            .. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested) answers.Add(await service.Score(("a", _png), ("b", _png)));
            })),
        ];

        for (int i = 0; i < replacements; i++)
        {
            bool isSecond = i % 2 == 0;
            string before = Model(await service.Get("health"));
            service.Replace(isSecond ? ServiceModels.Second : ServiceModels.First);
            await service.WaitFor(health => Model(health) != before);
            await Expect(service, expected);
        }

        await stop.CancelAsync();
        await Task.WhenAll(clients);
        Assert.HasCount(2, expected);
        Assert.IsGreaterThan(replacements, answers.Count);
        foreach (RunningService.Answer answer in answers)
        {
            Assert.AreEqual(HttpStatusCode.OK, answer.Status, answer.Json.ToString());
            float[] row = expected[answer.Json.GetProperty("model").GetProperty("sha256").GetString()!];
            foreach (float[] scores in answer.Scores)
            {
                Assert.HasCount(row.Length, scores);
                for (int k = 0; k < row.Length; k++) Assert.AreEqual(row[k], scores[k], 1e-5f);
            }
        }

        Assert.AreEqual("", service.Log.Text);
    }

    [TestMethod]
    public async Task ARequestUnderWayEndsWithTheModelItBeganWith()
    {
        await using RunningService service = await RunningService.Start(ServiceModels.First);
        string before = Model(await service.Get("health"));
        SemaphoreSlim gate = service.Part<ImageReader>().Gate;
        int held = 0;
        while (gate.Wait(0)) held++;
        Task<RunningService.Answer> underWay = service.Score(("a", _png));
        await Poll.Until(() => service.Part<ModelSlot>().Loans == 1, "The request has its model.");
        service.Replace(ServiceModels.Second);
        await service.WaitFor(health => Model(health) != before);

        gate.Release(held);

        Assert.AreEqual(before, (await underWay).Json.GetProperty("model").GetProperty("sha256").GetString());
        CollectionAssert.Contains(ServiceModels.FirstClasses, (await underWay).Labels.Single());
        CollectionAssert.Contains(ServiceModels.SecondClasses, (await service.Score(("a", _png))).Labels.Single());
    }

    [TestMethod]
    public async Task AFileThatCannotBeUsedChangesNothing()
    {
        await using RunningService service = await RunningService.Start(ServiceModels.First);
        string before = Model(await service.Get("health"));
        (byte[] File, string Problem)[] bad =
        [
            (ServiceModels.Second[..(ServiceModels.Second.Length / 2)], "cannot be used as an ONNX model"),
            ("no model"u8.ToArray(), "cannot be used as an ONNX model"),
            ([], "is empty"),
            (ServiceModels.WithoutNumbers(), "that are no numbers"),
        ];
        foreach ((byte[] file, string problem) in bad)
        {
            service.Replace(file);
            RunningService.Answer health = await service.WaitFor(h => h.Json.GetProperty("refused").ToString().Contains(problem, StringComparison.Ordinal));
            Assert.AreEqual(before, Model(health));
            Assert.DoesNotContain(service.Folder, health.Json.ToString());
            Assert.AreEqual(before, (await service.Score(("a", _png))).Json.GetProperty("model").GetProperty("sha256").GetString());
            Assert.Contains(problem, service.Log.Text);
        }

        File.Delete(service.ModelPath);
        await service.WaitFor(_ => service.Log.Text.Contains("is gone", StringComparison.Ordinal));
        Assert.AreEqual(HttpStatusCode.OK, (await service.Score(("a", _png))).Status);

        service.Replace(ServiceModels.Second);
        RunningService.Answer after = await service.WaitFor(health => Model(health) != before);
        Assert.AreEqual(System.Text.Json.JsonValueKind.Null, after.Json.GetProperty("refused").ValueKind);
        CollectionAssert.Contains(ServiceModels.SecondClasses, (await service.Score(("a", _png))).Labels.Single());
    }

    [TestMethod]
    public async Task WithoutAModelItIsNotReadyUntilThereIsOne()
    {
        await using RunningService service = await RunningService.Start(model: null);
        (await service.Get("health")).AssertProblem(HttpStatusCode.ServiceUnavailable, "No model is loaded", "--model");
        Assert.AreEqual(5, (await service.Score(("a", _png))).AssertProblem(HttpStatusCode.ServiceUnavailable, "No model").RetryAfter);
        Assert.Contains("There is no model", service.Log.Text);

        service.Replace("damaged"u8.ToArray());
        await service.WaitFor(health => health.Detail.Contains("cannot be used as an ONNX model", StringComparison.Ordinal));

        service.Replace(ServiceModels.First);
        await service.WaitFor(health => health.Status == HttpStatusCode.OK);
        Assert.AreEqual(HttpStatusCode.OK, (await service.Score(("a", _png))).Status);
    }

    [TestMethod]
    public async Task AStopLetsRequestsUnderWayEnd()
    {
        await using RunningService service = await RunningService.Start(ServiceModels.First, o => o with { MaxRequestsAtOnce = 1 });
        using RawHttp upload = await RawHttp.Half(service.Url, _png);
        Assert.AreEqual(HttpStatusCode.TooManyRequests, (await service.Score(("a", _png))).Status, "It is under way.");
        Task stop = service.Stop();
        await Poll.Until(() => service.IsStopping, "The service stops.");
        Assert.IsFalse(stop.IsCompleted);
        Assert.StartsWith("HTTP/1.1 200", await upload.Finish());
        await stop;
        await Assert.ThrowsExactlyAsync<HttpRequestException>(() => service.Get("health"));
        Assert.AreEqual("", service.Log.Text);
    }

    private static string Model(RunningService.Answer health) => health.Json.GetProperty("model").GetProperty("sha256").GetString()!;

    private static async Task Expect(RunningService service, Dictionary<string, float[]> expected)
    {
        RunningService.Answer answer = await service.Score(("a", _png));
        expected[answer.Json.GetProperty("model").GetProperty("sha256").GetString()!] = answer.Scores.Single();
    }
}
