extern alias service;

using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SswpNas.MLNet.Tests.Data;
using service::ScoringService;

namespace SswpNas.MLNet.Tests.Examples.Service;

/// <summary>The service in this process, on a free port of the loopback.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly WebApplication _app;

    private RunningService(byte[]? model, Func<ServiceOptions, ServiceOptions>? change)
    {
        if (model is not null) _folder.Write("model.onnx", model);
        ServiceOptions options = new()
        {
            Model = ModelPath,
            PollSeconds = 0.03,
            RequestsPerSecond = 1_000_000,
            RequestBurst = 1_000_000,
            Threads = 1,
        };
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = _folder.Root });
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders().AddProvider(Log);
        _app = ScoringApp.Build(builder, change?.Invoke(options) ?? options);
    }

    public LogLines Log { get; } = new();

    public string ModelPath => Path.Combine(_folder.Root, "model.onnx");

    public string Folder => _folder.Root;

    public HttpClient Http { get; private set; } = new();

    public Uri Url => new(_app.Urls.Single());

    public static async Task<RunningService> Start(byte[]? model, Func<ServiceOptions, ServiceOptions>? change = null)
    {
        RunningService service = new(model, change);
        await service._app.StartAsync();
        service.Http = new HttpClient { BaseAddress = service.Url, Timeout = TimeSpan.FromSeconds(60) };
        return service;
    }

    public T Part<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public bool IsStopping => _app.Lifetime.ApplicationStopping.IsCancellationRequested;

    public Task Stop() => _app.StopAsync();

    /// <summary>Puts another file in the model's place, as a whole.</summary>
    public void Replace(byte[] model)
    {
        string file = _folder.Write($"{Guid.NewGuid():N}.tmp", model);
        File.Move(file, ModelPath, overwrite: true);
    }

    public Task<Answer> Score(params (string Name, byte[] Bytes)[] files) => Post(Form(files));

    /// <summary>Scores an image again and again until the answer has a status.</summary>
    public async Task<Answer> ScoreUntil(HttpStatusCode status, byte[] image)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            Answer answer = await Score(("a", image));
            if (answer.Status == status) return answer;
            late.Token.ThrowIfCancellationRequested();
        }
    }

    public async Task<Answer> Post(HttpContent content)
    {
        using HttpResponseMessage response = await Http.PostAsync("score", content);
        return await Answer.Of(response);
    }

    public async Task<Answer> Get(string path)
    {
        using HttpResponseMessage response = await Http.GetAsync(path);
        return await Answer.Of(response);
    }

    /// <summary>Asks for the health until it is so.</summary>
    public async Task<Answer> WaitFor(Func<Answer, bool> isSo)
    {
        Answer? health = null;
        await Poll.Until(async () => isSo(health = await Get("health")), "another health");
        return health!;
    }

    public static MultipartFormDataContent Form(params (string Name, byte[] Bytes)[] files)
    {
        MultipartFormDataContent form = [];
        foreach ((string name, byte[] bytes) in files) form.Add(new ByteArrayContent(bytes), "images", name);
        return form;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>What came back.</summary>
    internal sealed record Answer(HttpStatusCode Status, string Type, JsonElement Json, int? RetryAfter)
    {
        public string Detail => Json.GetProperty("detail").GetString()!;

        public string?[] Labels => [.. Images.Select(image => image.GetProperty("label").GetString())];

        public string[] Files => [.. Images.Select(image => image.GetProperty("file").GetString()!)];

        public float[][] Scores => [.. Images.Select(image =>
            image.GetProperty("scores").EnumerateArray().Select(score => score.GetProperty("score").GetSingle()).ToArray())];

        private IEnumerable<JsonElement> Images => Json.GetProperty("images").EnumerateArray();

        public static async Task<Answer> Of(HttpResponseMessage response)
        {
            string text = await response.Content.ReadAsStringAsync();
            Assert.StartsWith("application/", response.Content.Headers.ContentType?.MediaType ?? "none", $"{response.StatusCode}: {text}");
            using JsonDocument json = JsonDocument.Parse(text);
            return new Answer(
                response.StatusCode, response.Content.Headers.ContentType!.MediaType!, json.RootElement.Clone(),
                (int?)response.Headers.RetryAfter?.Delta?.TotalSeconds);
        }

        /// <summary>An error as RFC 7807 has it, with a message.</summary>
        public Answer AssertProblem(HttpStatusCode status, params string[] parts)
        {
            Assert.AreEqual(status, Status, Json.ToString());
            Assert.AreEqual("application/problem+json", Type);
            Assert.AreEqual((int)status, Json.GetProperty("status").GetInt32());
            foreach (string part in parts) Assert.Contains(part, Detail);
            return this;
        }
    }

    /// <summary>What the service logs from warnings on.</summary>
    internal sealed class LogLines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public string Text => string.Join('\n', _lines);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) _lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
            // Lines only.
        }
    }
}
