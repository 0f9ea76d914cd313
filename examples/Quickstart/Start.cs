using SswpNas.MLNet;

namespace Quickstart;

/// <summary>One of the fine-tunings: which weights it starts from, and what images without a label are for.</summary>
/// <param name="Name">What results.json calls it.</param>
/// <param name="Words">What people read.</param>
/// <param name="Initialization">Where its weights come from.</param>
/// <param name="Unlabelled">What images without a label are for.</param>
internal sealed record Start(string Name, string Words, WeightInitialization Initialization, UnlabelledImages Unlabelled)
{
    /// <summary>From the search's weights, with labels alone.</summary>
    public static Start Concomitant { get; } =
        new("concomitant", "concomitant", WeightInitialization.Concomitant, UnlabelledImages.Ignore);

    /// <summary>The baseline: from random weights, with labels alone.</summary>
    public static Start Random { get; } = new("random", "random", WeightInitialization.Random, UnlabelledImages.Ignore);

    /// <summary>From the search's weights, with pseudo-labels of the images without a label.</summary>
    public static Start SemiSupervised { get; } =
        new("semiSupervised", "semi-supervised", WeightInitialization.Concomitant, UnlabelledImages.PseudoLabels);

    /// <summary>From the search's weights, with a teacher's probabilities for the images without a label.</summary>
    public static Start Taught { get; } =
        new("taught", "taught", WeightInitialization.Concomitant, UnlabelledImages.TeacherAndPseudoLabels);

    /// <summary>Whether it needs a teacher.</summary>
    public bool IsTaught => Unlabelled is UnlabelledImages.Teacher or UnlabelledImages.TeacherAndPseudoLabels;
}
