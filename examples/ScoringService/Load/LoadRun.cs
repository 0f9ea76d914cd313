using System.Diagnostics;
using System.Net;

namespace ScoringService.Load;

/// <summary>Sends requests, each client one after the other, until their number is reached.</summary>
/// <param name="Url">The service.</param>
/// <param name="Requests">Requests in all.</param>
/// <param name="Clients">Requests under way at once.</param>
/// <param name="Files">Images of a request.</param>
/// <param name="Images">Image files, taken in turn.</param>
internal sealed record LoadRun(Uri Url, int Requests, int Clients, int Files, byte[][] Images)
{
    private int _taken;
    private int _rejected;
    private int _failed;

    /// <exception cref="HttpRequestException">The service is not there.</exception>
    /// <exception cref="InvalidOperationException">It answers the first request with an error.</exception>
    public async Task<LoadFigures> Measure(CancellationToken cancel)
    {
        using HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = Clients }) { BaseAddress = Url };
        await First(http, cancel);
        long start = Stopwatch.GetTimestamp();
        List<double>[] seconds = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(() => Client(http, cancel), cancel)));
        return new LoadFigures(
            this, [.. seconds.SelectMany(s => s).Order()], _rejected, _failed, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    // Not measured: connections and code are made here, and what is wrong is said once.
    private async Task First(HttpClient http, CancellationToken cancel)
    {
        using HttpResponseMessage response = await Send(http, 0, cancel);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(
                $"The service answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancel)}");
        }
    }

    private async Task<List<double>> Client(HttpClient http, CancellationToken cancel)
    {
        List<double> answered = [];
        for (int number; (number = Interlocked.Increment(ref _taken)) <= Requests;)
        {
            long start = Stopwatch.GetTimestamp();
            try
            {
                using HttpResponseMessage response = await Send(http, number, cancel);
                await response.Content.CopyToAsync(Stream.Null, cancel);
                if (response.IsSuccessStatusCode) answered.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                else if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable) Interlocked.Increment(ref _rejected);
                else Interlocked.Increment(ref _failed);
            }
            catch (HttpRequestException)
            {
                Interlocked.Increment(ref _failed);
            }
        }

        return answered;
    }

    private async Task<HttpResponseMessage> Send(HttpClient http, int number, CancellationToken cancel)
    {
        using MultipartFormDataContent form = [];
        for (int i = 0; i < Files; i++)
        {
            int at = (int)((((long)number * Files) + i) % Images.Length);
            form.Add(new ByteArrayContent(Images[at]), "images", string.Create(CultureInfo.InvariantCulture, $"{at}"));
        }

        return await http.PostAsync("score", form, cancel);
    }
}

/// <summary>What a load run came to.</summary>
/// <param name="Run">The run.</param>
/// <param name="Seconds">How long each answered request took, in ascending order.</param>
/// <param name="Rejected">Requests that were answered 429 or 503.</param>
/// <param name="Failed">Requests that were answered otherwise or not at all.</param>
/// <param name="Elapsed">Seconds of the whole run.</param>
internal sealed record LoadFigures(LoadRun Run, double[] Seconds, int Rejected, int Failed, double Elapsed)
{
    public int Answered => Seconds.Length;

    /// <summary>The time within which a part (0 to 1) of the answered requests was answered, in milliseconds.</summary>
    public double Milliseconds(double part) => Seconds.Length == 0
        ? double.NaN
        : 1000 * Seconds[Math.Max(0, (int)Math.Ceiling(part * Seconds.Length) - 1)];

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        {Run.Requests} requests of {Run.Files} image(s), {Run.Clients} at once, in {Elapsed:F2} s
        answered {Answered}, rejected {Rejected}, failed {Failed}
        {Answered / Elapsed:F0} requests/s, {Answered * (double)Run.Files / Elapsed:F0} images/s
        p50 {Milliseconds(0.5):F1} ms, p99 {Milliseconds(0.99):F1} ms, longest {Milliseconds(1):F1} ms
        """);
}
