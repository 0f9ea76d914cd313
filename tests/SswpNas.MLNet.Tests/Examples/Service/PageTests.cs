using PuppeteerSharp;
using SkiaSharp;
using SswpNas.MLNet.Tests.Data;
using Browser = SswpNas.MLNet.Tests.Reports.Browser;

namespace SswpNas.MLNet.Tests.Examples.Service;

/// <summary>The page as its reader sees it.</summary>
[TestClass]
[TestCategory("Long")]
public sealed class PageTests
{
    private static readonly string[] _names = ["a photograph with a long name of many words.jpg", "cut.png", "<img src=x onerror=alert(1)>.png", "small.png"];

    private static RunningService _service = null!;

    [ClassInitialize]
    public static async Task Start(TestContext context) => _service = await RunningService.Start(ServiceModels.First);

    [ClassCleanup]
    public static async Task Stop() => await _service.DisposeAsync();

    [TestMethod]
    [DataRow(400)]
    [DataRow(1400)]
    public async Task ImagesThatAreChosenAreShownWithTheirScores(int width)
    {
        await using Browser browser = await Browser.Start();
        foreach (bool dark in new[] { false, true }) await Choose(browser, width, dark);
    }

    private static async Task Choose(Browser browser, int width, bool dark)
    {
        await using IPage page = await browser.Open(_service.Url.ToString(), width, dark);
        using TestFolder folder = new();
        string[] files = [.. _names.Select((name, i) => folder.Write(name.Replace('/', '_'), Image(i)))];
        await page.WaitForFunctionAsync("() => document.getElementById('model').textContent.includes('7 classes')");

        IElementHandle input = await page.QuerySelectorAsync("#choose");
        await input.UploadFileAsync(files);
        await page.WaitForFunctionAsync("() => document.getElementById('state').textContent === '4 of 4 images done, 1 not scored'");

        string[] titles = await Texts(page, "#cards h2");
        Assert.AreEqual("Not scored", titles[1]);
        foreach (int i in new[] { 0, 2, 3 }) CollectionAssert.Contains(ServiceModels.FirstClasses, titles[i]);
        CollectionAssert.AreEqual(_names, await Texts(page, "#cards .file"));
        string problem = (await Texts(page, "#cards .problem")).Single();
        Assert.AreEqual("The file is truncated: its pixels end before the last row.", problem);
        string[] classes = await Texts(page, "#cards li:first-child dt");
        CollectionAssert.AreEquivalent(ServiceModels.FirstClasses, classes);
        CollectionAssert.AreEqual(
            new[] { 0, 0 },
            new[]
            {
                await page.EvaluateFunctionAsync<int>("() => document.querySelectorAll('#cards script').length"),
                await page.EvaluateFunctionAsync<int>("() => [...document.images].filter(i => !i.src.startsWith('blob:')).length"),
            },
            "Names are texts.");
        Assert.IsLessThanOrEqualTo(
            width, await page.EvaluateFunctionAsync<int>("() => document.documentElement.scrollWidth"), "The page scrolls sideways.");
        string own = _service.Url.ToString();
        string[] complaints = [.. browser.Complaints.Where(line =>
            !line.StartsWith($"request: {own}", StringComparison.Ordinal) && !line.StartsWith($"request: blob:{own}", StringComparison.Ordinal)
            && !line.Contains("422", StringComparison.Ordinal))]; // that of the file cut short
        Assert.AreEqual("", string.Join('\n', complaints));
        await Browser.Keep(page, "service", width, dark);
    }

    [TestMethod]
    public async Task DroppingAndPastingDoAsChoosing()
    {
        await using Browser browser = await Browser.Start();
        await using IPage page = await browser.Open(_service.Url.ToString(), 1000, dark: false);
        await page.EvaluateFunctionAsync(
            """
            base64 => {
                const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
                const data = new DataTransfer();
                data.items.add(new File([bytes], 'dropped.png', { type: 'image/png' }));
                document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
                document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
            }
            """,
            Convert.ToBase64String(Image(3)));
        await page.WaitForFunctionAsync("() => document.getElementById('state').textContent === '2 of 2 images done'");
        CollectionAssert.AreEqual(new[] { "dropped.png", "dropped.png" }, await Texts(page, "#cards .file"));

        await page.ClickAsync("#clear");

        Assert.IsEmpty(await Texts(page, "#cards li"));
    }

    [TestMethod]
    public async Task ItNeedsNothingFromElsewhereAndMayRunNothingElse()
    {
        using HttpResponseMessage response = await _service.Http.GetAsync("");
        string html = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("http", html.Replace("http-equiv", "", StringComparison.Ordinal), "no address of anything outside");
        string policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; script-src 'sha256-", policy);
        Assert.DoesNotContain("unsafe", policy);
    }

    private static Task<string[]> Texts(IPage page, string selector) => page.EvaluateFunctionAsync<string[]>(
        "selector => [...document.querySelectorAll(selector)].map(e => e.textContent)", selector);

    private static byte[] Image(int i) => i switch
    {
        0 => TestFolder.Image(SKEncodedImageFormat.Jpeg, seed: 1, size: 300),
        1 => TestFolder.Image(SKEncodedImageFormat.Png, seed: 2)[..300],
        2 => TestFolder.Image(SKEncodedImageFormat.Png, seed: 3, size: 128),
        _ => TestFolder.Image(SKEncodedImageFormat.Png, seed: 4, size: 8),
    };
}
