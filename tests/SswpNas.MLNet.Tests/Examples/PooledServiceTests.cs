using System.Net;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;
using SswpNas.MLNet.Tests.Cases;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.Examples;

/// <summary>A saved model behind a pool of prediction engines, as its user runs it.</summary>
[TestClass]
[TestCategory("Long")]
public sealed class PooledServiceTests : IDisposable
{
    private readonly TestFolder _folder = new TestFolder().WithClasses(6, "ant", "bee", "cat");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow(true, DisplayName = "a model that begins with LoadImages")]
    [DataRow(false, DisplayName = "a model that begins at the column of images")]
    public async Task ManyRequestsAtOnceGetTheScoresOfTheFittedChain(bool fromPaths)
    {
        (string[] paths, float[][] expected) = Save(fromPaths
            ? new ImageLoadOptions { SaveAsLoadImages = true } : new ImageLoadOptions { SaveAsImageColumn = true });
        using ExampleProcess service = ExampleProcess.Start("PooledService", _folder.Root, "--urls", "http://127.0.0.1:0", "--engines", "2");
        using HttpClient http = new() { BaseAddress = new Uri(service.WaitForLine("Listening on ")["Listening on ".Length..]) };

        float[][] scores = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Score(http, paths[i % paths.Length])));

        for (int i = 0; i < scores.Length; i++)
        {
            for (int k = 0; k < 3; k++) Assert.AreEqual(expected[i % paths.Length][k], scores[i][k], 1e-5f);
        }

        using HttpResponseMessage bad = await http.PostAsync("score", new StringContent("<html>"));
        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, bad.StatusCode);
        Assert.Contains("The upload is not an image", await bad.Content.ReadAsStringAsync());
        using HttpRequestMessage tooLarge = new(HttpMethod.Post, "score") { Content = new ByteArrayContent(new byte[(16 << 20) + 1]) };
        tooLarge.Headers.ExpectContinue = true; // the answer comes before the body is sent
        using HttpResponseMessage large = await http.SendAsync(tooLarge);
        Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Contains("\"classes\":[\"ant\",\"bee\",\"cat\"]", await http.GetStringAsync("health"));
    }

    [TestMethod]
    public void WhatCannotBeServedIsSaidInOneLine()
    {
        AssertSaid("There is no model file", "--model", "none.zip");
        _folder.Write("bad.zip", [1, 2, 3]);
        AssertSaid("cannot be used: ", "--model", "bad.zip");
        AssertSaid("--engines is 0; 1 to 1024 was expected.", "--engines", "0");

        void AssertSaid(string words, params string[] arguments)
        {
            ExampleProcess.Finished run = ExampleProcess.Run("PooledService", _folder.Root, arguments);
            Assert.AreEqual(2, run.Code);
            Assert.Contains(words, run.Error);
        }
    }

    [TestMethod]
    public void NothingOfTorchIsInItsFolder()
    {
        string[] files = Directory.GetFiles(Path.GetDirectoryName(ExampleProcess.PathOf("PooledService"))!, "*", SearchOption.AllDirectories);
        Assert.AreEqual("", string.Join(' ', files.Select(f => Path.GetFileName(f))
            .Where(f => f.Contains("torch", StringComparison.OrdinalIgnoreCase) || f == "SswpNas.MLNet.dll")));
    }

    private static async Task<float[]> Score(HttpClient http, string path)
    {
        using HttpResponseMessage response = await http.PostAsync("score", new ByteArrayContent(await File.ReadAllBytesAsync(path)));
        string body = await response.Content.ReadAsStringAsync();
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, body);
        using JsonDocument answer = JsonDocument.Parse(body);
        return [.. new[] { "ant", "bee", "cat" }.Select(name => answer.RootElement.GetProperty("scores").GetProperty(name).GetSingle())];
    }

    /// <summary>Fits a chain, saves it as model.zip, and scores a turned photograph and two more with it.</summary>
    private (string[] Paths, float[][] Scores) Save(ImageLoadOptions loading)
    {
        MLContext ml = new(seed: 1);
        IDataView images = ml.SswpNas().LoadImageFolder(_folder.Root);
        var chain = ml.SswpNas().LoadImages(options: loading).Append(ml.Transforms.ResizeImages("Image", 8, 8))
            .Append(ml.Transforms.ExtractPixels("Pixels", "Image"))
            .Append(ml.SswpNas().FineTune(options: Tiny.FineTune, searchResult: Tiny.Found));
        using var model = chain.Fit(images);
        ml.Model.Save(model, images.Schema, Path.Combine(_folder.Root, "model.zip"));
        string[] paths =
        [
            _folder.Write("turned.jpg", Photo.Oriented(Photo.Quarters(48, 32), 6)),
            _folder.Write("other.png", TestFolder.Image(SKEncodedImageFormat.Png, 9)),
            _folder.Write("third.webp", TestFolder.Image(SKEncodedImageFormat.Webp, 10)),
        ];
        return (paths, [.. model.Transform(PathRow.View(ml, paths)).GetColumn<float[]>("Score")]);
    }
}
