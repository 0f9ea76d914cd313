using PuppeteerSharp;

namespace SswpNas.MLNet.Tests.Reports;

/// <summary>Debian's Chromium without a window; tests that need it are skipped where it is not installed.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] _places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly IBrowser _browser;

    private Browser(IBrowser browser) => _browser = browser;

    /// <summary>What the console said, pages failed with or asked for, since the last page was opened.</summary>
    public List<string> Complaints { get; } = [];

    public static async Task<Browser> Start()
    {
        string? program = _places.FirstOrDefault(File.Exists);
        if (program is null)
            Assert.Inconclusive("There is no Chromium (Debian: apt-get install chromium), so the page was not looked at.");
        return new Browser(await Puppeteer.LaunchAsync(new LaunchOptions
        {
            ExecutablePath = program,
            Headless = true,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        }));
    }

    public async Task<IPage> Open(string file, int width, bool dark, bool scripts = true)
    {
        Complaints.Clear();
        IPage page = await _browser.NewPageAsync();
        page.Console += (_, e) => Complaints.Add($"console: {e.Message.Text}");
        page.PageError += (_, e) => Complaints.Add($"error: {e.Message}");
        page.Request += (_, e) =>
        {
            if (!e.Request.Url.StartsWith("data:", StringComparison.Ordinal) && e.Request.Url != new Uri(file).AbsoluteUri)
                Complaints.Add($"request: {e.Request.Url}");
        };
        await page.SetViewportAsync(new ViewPortOptions { Width = width, Height = 900 });
        await page.EmulateMediaFeaturesAsync(
            [new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = dark ? "dark" : "light" }]);
        await page.SetJavaScriptEnabledAsync(scripts);
        await page.GoToAsync(new Uri(file).AbsoluteUri);
        return page;
    }

    /// <summary>Keeps a picture of the whole page, for people to look at, in the folder that SSWPNAS_SCREENSHOTS names.</summary>
    public static async Task Keep(IPage page, string name, int width, bool dark)
    {
        if (Environment.GetEnvironmentVariable("SSWPNAS_SCREENSHOTS") is not string folder) return;
        await page.ScreenshotAsync(
            Path.Combine(folder, $"{name}-{width}-{(dark ? "dark" : "light")}.png"), new ScreenshotOptions { FullPage = true });
    }

    /// <summary>What axe-core finds serious or critical, light and dark; empty where it finds nothing. Skipped where there is no axe-core.</summary>
    public static async Task<string> AxeViolations(string file)
    {
        string axe = Environment.GetEnvironmentVariable("SSWPNAS_AXE") ?? "";
        if (!File.Exists(axe))
            Assert.Inconclusive("SSWPNAS_AXE names no file axe.min.js (npm package axe-core), so accessibility was not checked.");
        await using Browser browser = await Start();
        List<string> found = [];
        foreach (bool dark in new[] { false, true })
        {
            await using IPage page = await browser.Open(file, 1000, dark);
            await page.EvaluateExpressionAsync(await File.ReadAllTextAsync(axe));
            string[] here = await page.EvaluateFunctionAsync<string[]>(
                """
                async () => (await axe.run()).violations.filter(v => v.impact === 'serious' || v.impact === 'critical')
                    .map(v => `${v.id}: ${v.nodes.length} x ${v.nodes[0].html.slice(0, 100)}`)
                """);
            found.AddRange(here.Select(barrier => $"dark: {dark}, {barrier}"));
        }

        return string.Join('\n', found);
    }

    public async ValueTask DisposeAsync() => await _browser.DisposeAsync();
}
