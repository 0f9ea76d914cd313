namespace SswpNas.MLNet.Onnx;

/// <summary>ML.NET's own way from a chain to an ONNX file, which writes one without our networks.</summary>
internal static class StockConversion
{
    private const string Converter = "Microsoft.ML.OnnxConverter";

    /// <summary>Refuses to be part of <c>mlContext.Model.ConvertToOnnx</c>.</summary>
    /// <remarks>It asks a transformer for nothing but its data view, so who asks is all that tells the call from others.</remarks>
    /// <exception cref="NotSupportedException">It is under way on this thread.</exception>
    public static void Refuse()
    {
        if (!AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name == Converter)) return;
        bool isUnderWay = new StackTrace(fNeedFileInfo: false).GetFrames()
            .Any(frame => frame.GetMethod()?.DeclaringType?.Assembly.GetName().Name == Converter);
        if (!isUnderWay) return;
        throw new NotSupportedException(
            "ML.NET's ConvertToOnnx would write a file without the network. Write it with ExportToOnnx of the fitted FineTune or Train "
            + "step: a whole model from pixels to scores.");
    }
}
