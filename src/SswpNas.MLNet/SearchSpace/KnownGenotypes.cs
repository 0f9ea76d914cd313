namespace SswpNas.MLNet;

/// <summary>
/// Architectures from the literature, as genotypes of any number of cells: the published normal cell throughout, the
/// published reduction cell at one third and two thirds of the depth. For comparisons with searched ones.
/// </summary>
public static class KnownGenotypes
{
    private const string DartsV1Normal =
        "sep_conv_3x3:1 sep_conv_3x3:0 skip_connect:0 sep_conv_3x3:1 skip_connect:0 sep_conv_3x3:1 sep_conv_3x3:0 skip_connect:2";

    private const string DartsV1Reduction =
        "max_pool_3x3:0 max_pool_3x3:1 skip_connect:2 max_pool_3x3:0 max_pool_3x3:0 skip_connect:2 skip_connect:2 avg_pool_3x3:0";

    private const string DartsV2Normal =
        "sep_conv_3x3:0 sep_conv_3x3:1 sep_conv_3x3:0 sep_conv_3x3:1 sep_conv_3x3:1 skip_connect:0 skip_connect:0 dil_conv_3x3:2";

    private const string DartsV2Reduction =
        "max_pool_3x3:0 max_pool_3x3:1 skip_connect:2 max_pool_3x3:1 max_pool_3x3:0 skip_connect:2 skip_connect:2 max_pool_3x3:1";

    private const string PdartsNormal =
        "skip_connect:0 dil_conv_3x3:1 skip_connect:0 sep_conv_3x3:1 sep_conv_3x3:1 sep_conv_3x3:3 sep_conv_3x3:0 dil_conv_5x5:4";

    private const string PdartsReduction =
        "avg_pool_3x3:0 sep_conv_5x5:1 sep_conv_3x3:0 dil_conv_5x5:2 max_pool_3x3:0 dil_conv_3x3:1 dil_conv_3x3:1 dil_conv_5x5:3";

    /// <summary>DARTS, first order (Liu, Simonyan, Yang 2019).</summary>
    /// <param name="cells">Cells of the network, at least 1; 20 in the paper on CIFAR, 14 on ImageNet.</param>
    /// <returns>A genotype of that many cells.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 1 cells.</exception>
    public static Genotype DARTS_V1(int cells) => Expand(DartsV1Normal, DartsV1Reduction, cells);

    /// <summary>DARTS, second order (Liu, Simonyan, Yang 2019).</summary>
    /// <param name="cells">Cells of the network, at least 1; 20 in the paper on CIFAR, 14 on ImageNet.</param>
    /// <returns>A genotype of that many cells.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 1 cells.</exception>
    public static Genotype DARTS_V2(int cells) => Expand(DartsV2Normal, DartsV2Reduction, cells);

    /// <summary>P-DARTS, searched on CIFAR-10 (Chen, Xie, Wu, Tian 2019).</summary>
    /// <param name="cells">Cells of the network, at least 1; 20 in the paper on CIFAR, 14 on ImageNet.</param>
    /// <returns>A genotype of that many cells.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 1 cells.</exception>
    public static Genotype PDARTS(int cells) => Expand(PdartsNormal, PdartsReduction, cells);

    private static Genotype Expand(string normal, string reduction, int cells)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cells, 1);
        return Genotype.Parse(string.Join('\n', Enumerable.Range(0, cells)
            .Select(cell => MacroStructure.IsReduction(cell, cells) ? reduction : normal)));
    }
}
