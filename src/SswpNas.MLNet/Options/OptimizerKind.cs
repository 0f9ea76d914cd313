namespace SswpNas.MLNet;

/// <summary>The optimiser of the operation weights.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with momentum, as in the paper.</summary>
    Sgd,

    /// <summary>
    /// Adam with decoupled weight decay. A short contrastive search leaves its first plateau, where gradients are small,
    /// in a fraction of the steps that SGD needs. Its moments, too, rest in steps in which an operation is not sampled.
    /// </summary>
    Adam,
}
