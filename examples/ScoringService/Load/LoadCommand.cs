using System.CommandLine;
using SswpNas.MLNet.Examples;
using static SswpNas.MLNet.Examples.CheckedOption;

namespace ScoringService.Load;

/// <summary>The verb <c>load</c>: a bounded number of requests to a service that runs, and how long they took.</summary>
internal sealed class LoadCommand : Command
{
    private readonly Option<string?> _url = Text("--url", "URL", "The service", "the address of a service, such as http://localhost:5000",
        url => Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https", "http://localhost:5000");

    private readonly Option<int?> _requests = Number<int>("--requests", "Requests in all", "1 to 10000000", n => n is >= 1 and <= 10_000_000, 2000);

    private readonly Option<int?> _clients = Number<int>("--clients", "Requests under way at once", "1 to 10000", n => n is >= 1 and <= 10_000, 8);

    private readonly Option<int?> _files = Number<int>("--files", "Images of a request", "1 to 10000", n => n is >= 1 and <= 10_000, 1);

    private readonly Option<string?> _images = Text("--images", "FOLDER",
        "Images to send, taken in turn [default: 16 PNG files of 64 x 64 pixels of noise]", "a folder", IsName);

    public LoadCommand()
        : base("load", "Measures a running service: requests a second, latencies, how many were rejected.")
    {
        foreach (Option option in (Option[])[_url, _requests, _clients, _files, _images]) Options.Add(option);
        ConsoleRun.SetAction(this, (parsed, cancel) =>
        {
            byte[][] images = LoadImages.Of(parsed.GetValue(_images));
            LoadRun run = new(
                new Uri(parsed.GetValue(_url)!), parsed.GetValue(_requests)!.Value, parsed.GetValue(_clients)!.Value,
                parsed.GetValue(_files)!.Value, images);
            LoadFigures figures = run.Measure(cancel).GetAwaiter().GetResult();
            Console.WriteLine(figures);
            return figures.Failed == 0 ? ConsoleRun.Done : ConsoleRun.Failed;
        });
    }
}
