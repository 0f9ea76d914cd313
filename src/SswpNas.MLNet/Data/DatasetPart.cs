namespace SswpNas.MLNet;

/// <summary>Which part of a published data set is read.</summary>
public enum DatasetPart
{
    /// <summary>The images to train on.</summary>
    Train,

    /// <summary>The images to test on; of Tiny-ImageNet its <c>val</c>, since the labels of its test part are not published.</summary>
    Test,
}

/// <summary>Which of CIFAR-100's two labels is read.</summary>
public enum Cifar100Labels
{
    /// <summary>100 classes.</summary>
    Fine,

    /// <summary>20 groups of five classes.</summary>
    Coarse,
}
