namespace SswpNas.MLNet;

/// <summary>How a search comes to its architecture.</summary>
public enum SearchStrategy
{
    /// <summary>
    /// The paper's: alphas are trained by gradients beside the weights (section 3.2), cells are frozen one after the other
    /// (section 3.5).
    /// </summary>
    Gradient,

    /// <summary>
    /// An architecture drawn at random, with all epochs for its weights: what every other strategy has to beat (Li and Talwalkar,
    /// 2019). All images train the weights; options of alphas and phases have no effect.
    /// </summary>
    Random,

    /// <summary>
    /// Architectures are scored before any training by how many patterns of active units their ReLUs show on a few images
    /// (SWAP-Score, arXiv 2403.04161); the best one gets all epochs for its weights. All images train the weights; options
    /// of alphas and phases have no effect.
    /// </summary>
    TrainingFree,

    /// <summary>
    /// <see cref="Gradient"/>, whose alphas begin where <see cref="TrainingFree"/> scores are high.
    /// </summary>
    Hybrid,
}

/// <summary>What follows from the way in which an architecture is chosen.</summary>
internal static class SearchStrategyExtensions
{
    /// <summary>Whether it is there before the first step of the weights.</summary>
    public static bool ChoosesBeforeTraining(this SearchStrategy strategy) => strategy is SearchStrategy.Random or SearchStrategy.TrainingFree;
}
