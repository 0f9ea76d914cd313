using System.Globalization;
using Microsoft.ML;
using PuppeteerSharp;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Reports;

/// <summary>The report as its reader sees it.</summary>
[TestClass]
[TestCategory("Long")]
public sealed class ReportInBrowserTests : IDisposable
{
    private static readonly string[] _sections = ["answer", "data", "map", "network", "search", "alphas", "fine-tuning", "settings"];

    private readonly TestFolder _folder = new();
    private string _file = "";

    [TestInitialize]
    public void Write()
    {
        _file = Path.Combine(_folder.Root, "report.html");
        ReportSamples.Search().WriteReport(_file, ReportSamples.Content(new MLContext(seed: 1)));
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow(360, false)]
    [DataRow(400, false)]
    [DataRow(400, true)]
    [DataRow(1400, false)]
    [DataRow(1400, true)]
    public async Task EverySectionIsThereAndNothingComplainsOrSticksOut(int width, bool dark)
    {
        await using Browser browser = await Browser.Start();
        await using IPage page = await browser.Open(_file, width, dark);

        Assert.AreEqual("", string.Join('\n', browser.Complaints));
        string[] shown = await page.EvaluateFunctionAsync<string[]>(
            "() => [...document.querySelectorAll('main > section')].filter(s => s.getBoundingClientRect().height > 100).map(s => s.id)");
        CollectionAssert.AreEqual(_sections, shown);
        int contentWidth = await page.EvaluateFunctionAsync<int>("() => document.documentElement.scrollWidth");
        Assert.IsLessThanOrEqualTo(width, contentWidth, "the page scrolls sideways");
        string[] tooSmall = await page.EvaluateFunctionAsync<string[]>(
            """
            () => [...document.querySelectorAll('svg text')]
                .filter(t => t.getBoundingClientRect().height < 9).map(t => t.textContent)
            """);
        Assert.AreEqual("", string.Join(", ", tooSmall.Distinct().Take(5)), "texts too small to read");
        await Browser.Keep(page, "report", width, dark);
    }

    [TestMethod]
    public async Task TextsStandOutFromTheirGroundInBothSchemes()
    {
        await using Browser browser = await Browser.Start();
        foreach (bool dark in new[] { false, true })
        {
            await using IPage page = await browser.Open(_file, 1000, dark);
            double[] contrasts = await page.EvaluateFunctionAsync<double[]>(
                """
                () => {
                    const value = name => {
                        const probe = document.body.appendChild(document.createElement('div'));
                        probe.style.color = `var(${name})`;
                        const rgb = getComputedStyle(probe).color.match(/[0-9.]+/g).slice(0, 3).map(c => {
                            c /= 255;
                            return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
                        });
                        probe.remove();
                        return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
                    };
                    const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                    return ['--bg', '--card'].flatMap(ground =>
                        ['--fg', '--muted', '--link'].map(text => contrast(value(text), value(ground))));
                }
                """);
            foreach (double contrast in contrasts) Assert.IsGreaterThanOrEqualTo(4.5, contrast, $"dark: {dark}");
        }
    }

    [TestMethod]
    public async Task EveryPictureHasWordsForThoseWhoDoNotSeeIt()
    {
        await using Browser browser = await Browser.Start();
        await using IPage page = await browser.Open(_file, 1000, dark: false);
        int silent = await page.EvaluateFunctionAsync<int>(
            """
            () => [...document.querySelectorAll('svg, img')].filter(p => !(p.getAttribute('alt') || p.getAttribute('aria-label'))
                && !p.closest('[aria-hidden=true]')).length
            """);
        Assert.AreEqual(0, silent);
        int pictures = await page.EvaluateFunctionAsync<int>("() => document.querySelectorAll('[role=img]').length");
        Assert.IsGreaterThan(5 * 15, pictures, "5 cells with 14 edges each, their graphs, charts");
        int loaded = await page.EvaluateFunctionAsync<int>(
            "() => [...document.images].filter(i => i.complete && i.naturalWidth === 8).length");
        Assert.AreEqual(12 + 12, loaded, "the pictures of mistakes and of doubtful images");
        double narrowest = await page.EvaluateFunctionAsync<double>(
            "() => Math.min(...[...document.images].map(i => i.getBoundingClientRect().width))");
        Assert.IsGreaterThanOrEqualTo(96, narrowest, "CSS pixels of a picture");
    }

    [TestMethod]
    public async Task HostileNamesAreTexts()
    {
        await using Browser browser = await Browser.Start();
        await using IPage page = await browser.Open(_file, 1000, dark: false);
        string[] scripts = await page.EvaluateFunctionAsync<string[]>("() => [...document.scripts].map(s => s.textContent.slice(0, 6))");
        CollectionAssert.AreEqual(new[] { "(() =>" }, scripts, "the page's own script alone");
        Assert.AreEqual($"A report on {ReportSamples.Hostile}", await page.GetTitleAsync());
        string[] rows = await page.EvaluateFunctionAsync<string[]>(
            "() => [...document.querySelectorAll('.matrix tbody th')].map(th => th.textContent)");
        CollectionAssert.AreEqual(new[] { "1 ant", "2 bee & co", $"3 {ReportSamples.Hostile}" }, rows);
    }

    [TestMethod]
    public async Task AChosenImageShowsItsNeighboursByMouseAndByKeyboard()
    {
        const string shown = "() => document.querySelector('#near-image strong').textContent";
        await using Browser browser = await Browser.Start();
        await using IPage page = await browser.Open(_file, 1400, dark: false);
        string[] names = await page.EvaluateFunctionAsync<string[]>(
            "() => [...document.querySelectorAll('.points .point title')].map(t => t.textContent)");
        await page.EvaluateFunctionAsync("() => document.querySelectorAll('.points .point')[7].dispatchEvent(new MouseEvent('click', { bubbles: true }))");
        Assert.AreEqual(names[7], await page.EvaluateFunctionAsync<string>(shown));
        string[] near = await page.EvaluateFunctionAsync<string[]>(
            "() => [...document.querySelectorAll('#near-list button span:last-child')].map(s => s.textContent)");
        Assert.HasCount(8, near);
        Assert.IsTrue(near.All(n => n.StartsWith(names[7].Split(',')[0], StringComparison.Ordinal)), "neighbours of a class that lies apart are of that class");

        await page.FocusAsync("#near-number");
        await page.Keyboard.PressAsync("ArrowUp");
        Assert.AreEqual(names[8], await page.EvaluateFunctionAsync<string>(shown));
        string next = await page.EvaluateFunctionAsync<string>("() => document.getElementById('near').dataset.nearest.split(';')[8].split(' ')[0]");
        await page.FocusAsync("#near-list button");
        await page.Keyboard.PressAsync("Enter");
        Assert.AreEqual(names[int.Parse(next, CultureInfo.InvariantCulture)], await page.EvaluateFunctionAsync<string>(shown));
        Assert.AreEqual("", string.Join('\n', browser.Complaints));
    }

    [TestMethod]
    public async Task WithoutScriptsAllTheRestIsThere()
    {
        await using Browser browser = await Browser.Start();
        await using IPage page = await browser.Open(_file, 1000, dark: false, scripts: false);
        string[] shown = await page.EvaluateFunctionAsync<string[]>(
            "() => [...document.querySelectorAll('main > section')].filter(s => s.getBoundingClientRect().height > 100).map(s => s.id)");
        CollectionAssert.AreEqual(_sections, shown);
        Assert.AreEqual("none", await page.EvaluateFunctionAsync<string>("() => getComputedStyle(document.getElementById('near')).display"));
    }

    [TestMethod]
    public async Task OnPaperNothingIsCutOffAndOptionsAreOpen()
    {
        await using Browser browser = await Browser.Start();
        await using IPage page = await browser.Open(_file, 718, dark: false);
        await page.EmulateMediaTypeAsync(PuppeteerSharp.Media.MediaType.Print);
        int contentWidth = await page.EvaluateFunctionAsync<int>("() => document.documentElement.scrollWidth");
        Assert.IsLessThanOrEqualTo(718, contentWidth, "an A4 page without its margins");
        string[] cut = await page.EvaluateFunctionAsync<string[]>(
            """
            () => [...document.querySelectorAll('.scroll')]
                .filter(s => !s.closest('details') && s.scrollWidth > s.clientWidth + 1).map(s => s.getAttribute('aria-label'))
            """);
        Assert.AreEqual("", string.Join(", ", cut), "tables that do not fit");
        double options = await page.EvaluateFunctionAsync<double>(
            "() => document.querySelector('#settings details table').getBoundingClientRect().height");
        Assert.IsGreaterThan(20, options);
    }

    [TestMethod]
    public async Task AxeFindsNothingSerious() => Assert.AreEqual("", await Browser.AxeViolations(_file));

    [TestMethod]
    public async Task NoWireOfACellRunsBehindANodeThatItDoesNotReach()
    {
        await using Browser browser = await Browser.Start();
        await using IPage page = await browser.Open(_file, 1400, dark: false);
        string[] hidden = await page.EvaluateFunctionAsync<string[]>(
            """
            () => [...document.querySelectorAll('svg.cell')].flatMap(svg => {
                const blocks = [...svg.querySelectorAll('.chip, circle.node')].map(b => b.getBBox());
                return [...svg.querySelectorAll('path.wire')].flatMap(wire => {
                    const length = wire.getTotalLength();
                    const bad = [];
                    for (let at = 4; at < length - 4; at += 2) {
                        const p = wire.getPointAtLength(at);
                        if (blocks.some(b => p.x > b.x + 1 && p.x < b.x + b.width - 1 && p.y > b.y + 3 && p.y < b.y + b.height - 3))
                            bad.push(svg.getAttribute('aria-label').slice(0, 6) + ' ' + wire.getAttribute('d'));
                    }
                    return bad.slice(0, 1);
                });
            })
            """);
        Assert.AreEqual("", string.Join('\n', hidden));
    }
}
