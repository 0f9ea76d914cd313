using SswpNas.MLNet.Onnx;

namespace SswpNas.MLNet.FineTuning;

/// <summary>A rule by which images are named no class: what is said of it, and what the exported graph does.</summary>
internal sealed record RejectionRule(Rejection Rejection, ClassAcceptance Acceptance)
{
    /// <summary>So many images without a label stand for new images.</summary>
    public const int FewestUnlabelled = 100;

    /// <param name="options">What is asked for.</param>
    /// <param name="loop">The images, and the engine to see them with.</param>
    /// <param name="network">The trained network.</param>
    /// <param name="judged">
    /// The highest probabilities of the validation images, scaled; empty without any. They stand for new images where there are too
    /// few without a label.
    /// </param>
    /// <param name="temperature">What logits are divided by.</param>
    public static RejectionRule Of(
        RejectionOptions options, FineTuneLoop loop, DerivedNetwork network, double[] judged, double temperature)
    {
        int[] unlabelled = loop.Data.Unlabelled;
        bool has = unlabelled.Length >= FewestUnlabelled;
        double[] confidences = has ? loop.Confidences(network, unlabelled, temperature) : judged;
        ClassCentres? centres = options.KnownShare is double share
            ? ClassCentres.Of(loop, network, has ? unlabelled : loop.Data.Labelled, share)
            : null;
        Rejection rejection = Rejection.Of(options, confidences) with { LeastSimilarity = centres?.LeastSimilarity };
        return new RejectionRule(rejection, new ClassAcceptance((float)rejection.Below, centres?.Means, (float)(centres?.LeastSimilarity ?? 0)));
    }
}
