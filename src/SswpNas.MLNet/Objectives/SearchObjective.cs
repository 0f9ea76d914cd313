using SswpNas.MLNet.Objectives;

namespace SswpNas.MLNet;

/// <summary>What the supernet is trained for during the search, weights and alphas alike (sections 3.3, 4.3).</summary>
public enum SearchObjective
{
    /// <summary>
    /// Two random views of an image are to be found alike among those of a batch (InfoNCE). The paper's choice.
    /// </summary>
    SimClr,

    /// <summary>
    /// Cross entropy on labels: the baseline SL of the paper's Table 3. The search needs a label column; images without
    /// a label take no part in it.
    /// </summary>
    Supervised,

    /// <summary>
    /// The features of one view are to predict those that a slowly moving average of the network (the teacher) has of the
    /// other view. The paper's negative result: random paths and a moving average do not fit together.
    /// </summary>
    Byol,
}

/// <summary>Settings of <see cref="SearchObjective.Supervised"/>. Immutable.</summary>
public sealed record SupervisedOptions
{
    /// <summary>Label smoothing, 0 (default) to below 1.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// Probability that an image is mirrored left to right, 0 to 1, 0.5 by default. Besides, images are shifted by up to an
    /// eighth of their side, as in DARTS.
    /// </summary>
    public double FlipProbability { get; init; } = 0.5;

    /// <summary>Side of the square that cutout blanks in pixels, up to 1,000,000, 0 (default) for none.</summary>
    public int CutoutLength { get; init; }

    internal IEnumerable<string> Problems(string name)
    {
        List<string> found = [];
        OptionCheck check = new(found, name);
        check.Fraction(LabelSmoothing, nameof(LabelSmoothing), below: true);
        check.Fraction(FlipProbability, nameof(FlipProbability));
        check.Count(CutoutLength, nameof(CutoutLength), 0);
        return found;
    }
}

/// <summary>
/// Settings of <see cref="SearchObjective.Byol"/>. Immutable. The projection's are
/// <see cref="EncoderOptions.ProjectionSize"/> and <see cref="EncoderOptions.NormaliseProjection"/>; without the latter's
/// batch norm, training tends to collapse.
/// </summary>
public sealed record ByolOptions
{
    /// <summary>
    /// How much of itself the teacher keeps in a weight step, 0 (it is the student) to 1 (it never moves). BYOL: 0.996.
    /// </summary>
    public double Momentum { get; init; } = 0.996;

    /// <summary>
    /// Whether the momentum rises from its value to 1 along half a cosine over the search, as in BYOL (default).
    /// </summary>
    public bool RampMomentum { get; init; } = true;

    /// <summary>Width of the predictor's hidden layer, 2 to 16,777,216, 512 by default. BYOL: 4096.</summary>
    public int PredictorSize { get; init; } = 512;

    internal IEnumerable<string> Problems(string name)
    {
        List<string> found = [];
        OptionCheck check = new(found, name);
        check.Fraction(Momentum, nameof(Momentum));
        check.Count(PredictorSize, nameof(PredictorSize), 2, ProjectionHead.MostOutputs);
        return found;
    }
}
