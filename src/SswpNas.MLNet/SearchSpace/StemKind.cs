namespace SswpNas.MLNet;

/// <summary>What the stem of the network does to an image.</summary>
public enum StemKind
{
    /// <summary>Small images: one 3x3 convolution to 3C channels, full size.</summary>
    Cifar,

    /// <summary>Large images: three 3x3 convolutions of stride 2 to C/2, C and C channels.</summary>
    ImageNet,
}
