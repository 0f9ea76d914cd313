using Microsoft.ML.OnnxRuntime;

namespace SswpNas.MLNet.Onnx;

/// <summary>
/// Loading of a model with an ONNX step. ML.NET writes the step's network to a temporary file of a random name, and one name of
/// 32,768 ends in ".ort", which ONNX Runtime takes for a file of its own format. Loading again draws another name.
/// </summary>
internal static class ModelLoading
{
    private const int MostTimes = 3;

    /// <param name="load">What loads.</param>
    public static T Load<T>(Func<T> load)
    {
        for (int time = 1; ; time++)
        {
            try
            {
                return load();
            }
            catch (Exception e) when (time < MostTimes && IsTakenForOrt(e))
            {
                // The next name is another one.
            }
        }
    }

    private static bool IsTakenForOrt(Exception problem)
    {
        for (Exception? e = problem; e is not null; e = e.InnerException)
        {
            if (e is OnnxRuntimeException && e.Message.Contains("ORT model", StringComparison.Ordinal)) return true;
        }

        return false;
    }
}
