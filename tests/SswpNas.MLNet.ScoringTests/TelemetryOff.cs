using System.Runtime.InteropServices;

namespace SswpNas.MLNet.ScoringTests;

/// <summary>ONNX Runtime reads the native environment, which SetEnvironmentVariable reaches on Windows only.</summary>
[TestClass]
public static partial class TelemetryOff
{
    [AssemblyInitialize]
    public static void SwitchOff(TestContext context)
    {
        if (OperatingSystem.IsWindows()) Environment.SetEnvironmentVariable("ORT_DISABLE_TELEMETRY", "1");
        else _ = SetVariable("ORT_DISABLE_TELEMETRY", "1", 1);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
