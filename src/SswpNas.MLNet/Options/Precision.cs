namespace SswpNas.MLNet;

/// <summary>The number format in which a network is computed while it is trained.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The type's name is what the option is about.")]
public enum Precision
{
    /// <summary>32 bits everywhere.</summary>
    Float32,

    /// <summary>
    /// 16 bits (bfloat16) forward and back between the images and the features; weights, their gradients and moments, batch
    /// norm's statistics, the head and the loss have 32. Half the memory of activations, and quicker on a GPU that has
    /// bfloat16 (NVIDIA from compute capability 8.0 on: A100, RTX 30 and later). On a CPU libtorch computes it, so
    /// <c>UseManagedKernels</c> has to be false; there it pays, if at all, with AVX512-BF16 or AMX. What is trained is
    /// evaluated, exported and scored in 32 bits.
    /// </summary>
    BFloat16,
}
