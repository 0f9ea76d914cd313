namespace SswpNas.MLNet;

/// <summary>What the stem of the network does to an image.</summary>
public enum StemKind
{
    /// <summary>Small images: one 3x3 convolution to 3C channels, full size.</summary>
    Cifar,

    /// <summary>Large images: three 3x3 convolutions of stride 2 to C/2, C and C channels.</summary>
    ImageNet,

    /// <summary>
    /// Images of some 64 to 128 pixels: two 3x3 convolutions of stride 2 to C and 3C channels, after which the network costs what one
    /// of the <see cref="Cifar"/> stem does on images of a quarter of the side.
    /// </summary>
    Strided,
}
