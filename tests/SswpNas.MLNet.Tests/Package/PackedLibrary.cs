using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SswpNas.MLNet.Tests.Package;

/// <summary>The package of the build that is tested, packed into a folder of its own that is gone when disposed.</summary>
internal sealed class PackedLibrary : IDisposable
{
    public PackedLibrary()
    {
        // Beside the outputs, so that hard links to the NuGet cache are as possible here as there.
        Root = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "..", $"packed-{Guid.NewGuid():N}")).FullName;
        Pack(Folder);
    }

    public string Root { get; }

    public string Folder => Path.Combine(Root, "feed");

    public string Package => Directory.GetFiles(Folder, "SswpNas.MLNet.*.nupkg").Single();

    public string Symbols => Directory.GetFiles(Folder, "*.snupkg").Single();

    public string Version => Path.GetFileNameWithoutExtension(Package)["SswpNas.MLNet.".Length..];

    public static string Repository([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", ".."));

    public static void Pack(string folder)
    {
        string configuration = typeof(PackedLibrary).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        Tool.Run(
            Repository(), "dotnet", "pack", Path.Combine("src", "SswpNas.MLNet"), "-c", configuration, "--no-build", "--no-restore",
            "-o", folder);
    }

    public static string[] Entries(string package)
    {
        using ZipArchive zip = ZipFile.OpenRead(package);
        return [.. zip.Entries.Select(e => e.FullName).Order(StringComparer.Ordinal)];
    }

    public static byte[] Read(string package, string entry)
    {
        using ZipArchive zip = ZipFile.OpenRead(package);
        using Stream stream = zip.GetEntry(entry)!.Open();
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

/// <summary>A program that is run to its end.</summary>
internal static class Tool
{
    private static readonly TimeSpan _atMost = TimeSpan.FromMinutes(6);

    /// <summary>What it printed; the test fails if it did.</summary>
    public static string Run(string folder, string program, params string[] arguments)
    {
        (int code, string output) = Try(folder, program, arguments);
        Assert.AreEqual(0, code, $"{program} {string.Join(' ', arguments)}: {output}");
        return output;
    }

    public static (int Code, string Output) Try(string folder, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.Where(IsOfTheTestRun).ToArray()) start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(_atMost))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} ran longer than {_atMost}.");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult() + error.GetAwaiter().GetResult());
    }

    /// <summary>What the SDK that runs the tests sets for itself and another SDK's run must not inherit.</summary>
    private static bool IsOfTheTestRun(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase)
        || name is "DOTNET_HOST_PATH" or "MSBuildSDKsPath" or "MSBuildExtensionsPath";
}
