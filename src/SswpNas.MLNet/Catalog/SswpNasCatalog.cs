using SswpNas.MLNet.Onnx;

namespace SswpNas.MLNet;

/// <summary>From an <see cref="MLContext"/> to self-supervised, weight-preserving architecture search.</summary>
public static class SswpNasMLContextExtensions
{
    /// <summary>The estimators and the data operations of this library.</summary>
    /// <param name="mlContext">The context whose seed, log and GPU settings they follow.</param>
    /// <returns>The catalog; it holds nothing but the context.</returns>
    public static SswpNasCatalog SswpNas(this MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        OnnxTelemetry.Forbid();
        return new SswpNasCatalog(mlContext);
    }
}

/// <summary>What <c>mlContext.SswpNas()</c> offers.</summary>
public sealed partial class SswpNasCatalog
{
    internal SswpNasCatalog(MLContext context) => Context = context;

    internal MLContext Context { get; }
}
