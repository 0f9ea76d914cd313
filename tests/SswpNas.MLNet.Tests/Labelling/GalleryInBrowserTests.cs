using Microsoft.ML;
using Microsoft.ML.Data;
using PuppeteerSharp;
using SswpNas.MLNet.Tests.Data;
using Browser = SswpNas.MLNet.Tests.Reports.Browser;

namespace SswpNas.MLNet.Tests.Labelling;

/// <summary>The gallery as the person sees it who labels.</summary>
[TestClass]
[TestCategory("Long")]
public sealed class GalleryInBrowserTests : IDisposable
{
    private static readonly string[] _classes = ["ant", "bee, \"wild\""];

    private readonly TestFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);
    private string _page = "";

    [TestInitialize]
    public void Write()
    {
        _folder.WithClasses(6, "all, \"of\" them");
        string[] paths = [.. Directory.GetFiles(_folder.Root, "*.png", SearchOption.AllDirectories).Order()];
        _page = Path.Combine(_folder.Root, "gallery.html");
        new LabelSuggestions(_classes, [.. paths.Select((p, i) => new LabelSuggestion(i, p, _classes[i % 2], 0.6, 0.2))], []).WriteGallery(_page);
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task KeysLabelAndTheTableThatIsSavedIsReadBack()
    {
        await using Browser browser = await Browser.Start();
        await using IPage page = await browser.Open(_page, 1000, dark: false);
        await page.FocusAsync("figure");

        await page.Keyboard.PressAsync("Enter");    // the proposed one: ant
        await page.Keyboard.PressAsync("2");        // bee
        await page.Keyboard.PressAsync("1");        // ant
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("2");
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("Backspace"); // taken back

        Assert.AreEqual("3 of 6 labelled", await page.EvaluateFunctionAsync<string>("() => document.getElementById('progress').textContent"));
        await page.ClickAsync("figure:last-of-type button:first-of-type");
        string csv = Path.Combine(_folder.Root, "labels.csv");
        await File.WriteAllTextAsync(csv, await Saved(page));
        IDataView table = _ml.SswpNas().LoadImageTable(csv);
        CollectionAssert.AreEqual(
            new[] { "000.png", "001.png", "002.png", "005.png" },
            table.GetColumn<string>("ImagePath").Select(p => Path.GetFileName(p)).ToArray());
        VBuffer<ReadOnlyMemory<char>> names = default;
        table.Schema["Label"].GetKeyValues(ref names);
        CollectionAssert.AreEqual(
            new[] { _classes[0], _classes[1], _classes[0], _classes[0] },
            table.GetColumn<uint>("Label").Select(key => names.GetItemOrDefault((int)key - 1).ToString()).ToArray());
        Assert.AreEqual("", string.Join('\n', browser.Complaints));
    }

    [TestMethod]
    [DataRow(360, false)]
    [DataRow(1400, true)]
    public async Task ItFitsPhonesAndWideScreens(int width, bool dark)
    {
        await using Browser browser = await Browser.Start();
        await using IPage page = await browser.Open(_page, width, dark);

        Assert.IsLessThanOrEqualTo(width, await page.EvaluateFunctionAsync<int>("() => document.documentElement.scrollWidth"));
        Assert.AreEqual(6, await page.EvaluateFunctionAsync<int>("() => [...document.images].filter(i => i.complete && i.naturalWidth > 0).length"));
        await Browser.Keep(page, "gallery", width, dark);
    }

    [TestMethod]
    public async Task AxeFindsNothingSerious() => Assert.AreEqual("", await Browser.AxeViolations(_page));

    /// <summary>What the button would save.</summary>
    private static async Task<string> Saved(IPage page)
    {
        await page.EvaluateFunctionAsync(
            "() => { URL.createObjectURL = blob => { window.saved = blob; return '#'; }; HTMLAnchorElement.prototype.click = () => {}; }");
        await page.ClickAsync("#save");
        return await page.EvaluateFunctionAsync<string>("() => window.saved.text()");
    }
}
