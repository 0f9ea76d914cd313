using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using ScoringService.Http;
using ScoringService.Model;
using SswpNas.MLNet.Onnx;

namespace ScoringService;

/// <summary>The parts of the service, put together.</summary>
internal static class ScoringApp
{
    private const string AllowedHosts = "AllowedHosts";

    public static WebApplication Build(WebApplicationBuilder builder, ServiceOptions options)
    {
        options.Check();
        OnnxTelemetry.SwitchOff();
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes;
        });
        FilterHosts(builder.Configuration);
        IServiceCollection services = builder.Services;
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(options.StopSeconds));
        services.AddSingleton(options).AddSingleton<ModelSlot>().AddSingleton<ImageReader>().AddSingleton<UploadReader>();
        services.AddSingleton<UploadMemory>();
        services.AddHostedService<ModelWatcher>();
        services.ConfigureHttpJsonOptions(json =>
        {
            // A name such as <script> is no markup even for somebody who takes the answer for a page.
            json.SerializerOptions.Encoder = JavaScriptEncoder.Default;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Problems.Complete);
        services.AddRateLimiter(limiter => RateLimits.Set(limiter, options));
        services.AddRequestTimeouts();
        services.AddOpenApi(api => ApiDescription.Set(api)); // only a lambda gets the comments of the answers' members

        WebApplication app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRateLimiter();
        app.UseRequestTimeouts();
        app.MapOpenApi().DisableRateLimiting();
        Page.Map(app);
        HealthEndpoint.Map(app);
        ScoreEndpoint.Map(app, options);
        return app;
    }

    /// <summary>
    /// Where nobody says otherwise, only names of this machine and those of <c>--urls</c> are answered: a page elsewhere whose
    /// name leads here cannot read the answers.
    /// </summary>
    private static void FilterHosts(ConfigurationManager configuration)
    {
        if (!string.IsNullOrWhiteSpace(configuration[AllowedHosts])) return;
        IEnumerable<string> urls = (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(url => BindingAddress.Parse(url).Host).Where(host => host is not ("*" or "+" or "0.0.0.0" or "[::]"));
        configuration[AllowedHosts] = string.Join(';', urls.Concat(["localhost", "127.0.0.1", "[::1]", Environment.MachineName]).Distinct());
    }
}
