using Microsoft.ML.Runtime;

namespace SswpNas.MLNet.Numerics;

/// <summary>The seed of a run.</summary>
internal static class RunSeed
{
    /// <summary>The seed that was given, else one that follows the context's.</summary>
    public static int Of(MLContext ml, int? seed, string purpose) =>
        seed ?? ((IHostEnvironment)ml).Register(purpose).Rand.Next();
}
