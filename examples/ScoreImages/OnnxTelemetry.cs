namespace ScoreImages;

/// <summary>ONNX Runtime's binaries send telemetry unless the environment says no before their first call.</summary>
internal static partial class OnnxTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    public static void SwitchOff()
    {
        // Native code does not see what Environment.SetEnvironmentVariable sets, except on Windows.
        if (OperatingSystem.IsWindows()) Environment.SetEnvironmentVariable(Variable, "1");
        else _ = SetVariable(Variable, "1", overwrite: 1);
        Microsoft.ML.OnnxRuntime.OrtEnv.Instance().DisableTelemetryEvents();
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
