namespace SswpNas.MLNet;

/// <summary>The gates of an edge whose gradients an architecture step computes (path binarisation, section 3.2).</summary>
public enum GateMode
{
    /// <summary>
    /// Those of two operations that compete in the step; the others' probabilities stay. The published default.
    /// </summary>
    Two,

    /// <summary>
    /// Those of all seven: the alphas get the full gradient of the softmax. An architecture step runs every operation
    /// forward, without keeping what a backward pass through it would need, and takes several times as long.
    /// </summary>
    Full,
}
