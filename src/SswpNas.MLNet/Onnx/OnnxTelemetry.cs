using Microsoft.ML.OnnxRuntime;

namespace SswpNas.MLNet.Onnx;

/// <summary>
/// ONNX Runtime's binaries send telemetry unless told not to: files in the temp and cache folders, a look-up of an
/// upload host. Whatever of ours starts ONNX Runtime says no first.
/// </summary>
internal static partial class OnnxTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    private static readonly Lazy<bool> Off = new(Decline);

    /// <summary>Switches it off for this process; has to come before the first native call.</summary>
    public static void SwitchOff() => _ = Off.Value;

    private static bool Decline()
    {
        // Native code does not see what Environment.SetEnvironmentVariable sets, except on Windows.
        if (OperatingSystem.IsWindows()) Environment.SetEnvironmentVariable(Variable, "1");
        else _ = SetVariable(Variable, "1", overwrite: 1);
        OrtEnv.Instance().DisableTelemetryEvents();
        return true;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
