using System.Diagnostics;

namespace SswpNas.MLNet.Tests.Children;

/// <summary>A child process at work.</summary>
internal static class ChildRun
{
    private static readonly TimeSpan MostTime = TimeSpan.FromMinutes(3);

    /// <summary>Runs a work of <see cref="Program"/> under limits of bash's ulimit, such as <c>-n 128</c>.</summary>
    /// <returns>The exit code, and all that was said.</returns>
    public static (int Code, string Said) Run(string limits, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("Limits are set by bash on Linux.");
        string program = typeof(ChildRun).Assembly.Location;
        ProcessStartInfo start = new("bash", ["-c", $"ulimit {limits} && exec dotnet exec \"$0\" \"$@\"", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_gcServer"] = "0";
        using Process child = Process.Start(start)!;
        Task<string> error = child.StandardError.ReadToEndAsync();
        Task<string> output = child.StandardOutput.ReadToEndAsync();
        if (!child.WaitForExit(MostTime))
        {
            child.Kill();
            Assert.Fail($"The child ran longer than {MostTime}.");
        }

        return (child.ExitCode, output.GetAwaiter().GetResult() + error.GetAwaiter().GetResult());
    }
}
