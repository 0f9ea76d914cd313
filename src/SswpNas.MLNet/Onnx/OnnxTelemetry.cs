using System.Runtime.Versioning;
using Microsoft.ML.OnnxRuntime;

namespace SswpNas.MLNet.Onnx;

/// <summary>
/// ONNX Runtime's binaries send telemetry unless told not to: files in the temp and cache folders, a look-up of an
/// upload host. Whatever of ours starts ONNX Runtime says no first.
/// </summary>
internal static partial class OnnxTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    private static readonly Lazy<bool> Variables = new(SetVariable);
    private static readonly Lazy<bool> Off = new(Decline);

    /// <summary>
    /// Says no in the environment alone, before anybody starts ONNX Runtime: a program of ours may load a model by ML.NET itself.
    /// </summary>
    public static void Forbid() => _ = Variables.Value;

    /// <summary>Switches it off for this process; has to come before the first native call.</summary>
    public static void SwitchOff() => _ = Off.Value;

    private static bool Decline()
    {
        Forbid();
        OrtEnv.Instance().DisableTelemetryEvents();
        return true;
    }

    private static bool SetVariable()
    {
        // Native code does not see what Environment.SetEnvironmentVariable sets, except on Windows.
        if (OperatingSystem.IsWindows()) Environment.SetEnvironmentVariable(Variable, "1");
        else _ = SetVariable(Variable, "1", overwrite: 1);
        return true;
    }

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
