using System.Diagnostics;

namespace SswpNas.MLNet.Tests.Onnx;

/// <summary>ONNX's own checker (Debian's python3-onnx), where it is installed.</summary>
internal static class OnnxChecker
{
    private const string Python = "/usr/bin/python3";

    public static bool IsThere => File.Exists(Python) && Run("import onnx").ExitCode == 0;

    /// <summary>Runs the full check on a file; says what the checker said.</summary>
    public static (int ExitCode, string Error) Check(string path) =>
        Run("import sys, onnx; onnx.checker.check_model(sys.argv[1], full_check=True)", path);

    private static (int ExitCode, string Error) Run(string code, params string[] arguments)
    {
        ProcessStartInfo start = new(Python, ["-c", code, .. arguments]) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
