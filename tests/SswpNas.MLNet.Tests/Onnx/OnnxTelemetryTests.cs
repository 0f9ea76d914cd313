using System.Runtime.InteropServices;
using Microsoft.ML;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Tests.Onnx;

/// <summary>
/// Nothing of ours may phone home. What a whole process leaves behind is checked by the scoring tests, which start one
/// with folders of its own.
/// </summary>
[TestClass]
[DoNotParallelize]
[OSCondition(OperatingSystems.Linux)]
public sealed partial class OnnxTelemetryTests
{
    private static readonly ImageShape Shape = new(1, 8, 8);

    [TestMethod]
    public void TheNativeEnvironmentSaysNo()
    {
        Score();
        Assert.AreEqual("1", Marshal.PtrToStringUTF8(GetVariable("ORT_DISABLE_TELEMETRY")));
    }

    [TestMethod]
    public void ScoringOpensNoSocketAndTouchesNoTelemetryFile()
    {
        Score();
        int sockets = Sockets();
        (string, DateTime)[] files = TelemetryFiles();
        for (int i = 0; i < 3; i++) Score();
        Assert.IsLessThanOrEqualTo(sockets, Sockets());
        CollectionAssert.AreEqual(files, TelemetryFiles());
    }

    private static void Score()
    {
        MLContext ml = new();
        using DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, Shape, cells: 1, channels: 4);
        using ConcomitantFineTuneTransformer transformer = OnnxSamples.FineTuned(ml, OnnxSamples.Export(network));
        IDataView view = PixelRows.View(ml, Shape, OnnxSamples.ClassNames(5), 10);
        Assert.HasCount(10, ml.Data.CreateEnumerable<ScoredRow>(transformer.Transform(view), false).ToList());
    }

    private static int Sockets() =>
        new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Count(fd => IsSocket(fd));

    // A descriptor can be closed between the listing and the look.
    private static bool IsSocket(FileSystemInfo descriptor)
    {
        try
        {
            return descriptor.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) ?? false;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static (string, DateTime)[] TelemetryFiles()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache");
        DirectoryInfo folder = new(Path.Combine(cache, "Microsoft", "DeveloperTools", ".onnxruntime"));
        FileInfo session = new(Path.Combine(Path.GetTempPath(), ".ses"));
        FileInfo[] files = [.. folder.Exists ? folder.GetFiles() : [], session];
        return [.. files.Where(file => file.Exists).Select(file => (file.FullName, file.LastWriteTimeUtc))];
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial IntPtr GetVariable(string name);
}
