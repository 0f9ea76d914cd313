namespace SswpNas.MLNet.Tests.SearchSpace;

[TestClass]
public sealed class ArchitectureTests
{
    /// <summary>
    /// The bound of the mobile setting is 600 million at 224 x 224 pixels. The paper of DARTS says 574 million, that of P-DARTS
    /// 557; neither says what it counted. Convolutions and classifier of the published genotypes come to the figures here,
    /// added up by part, and others who counted DARTS's released network got 523 to 545 million.
    /// </summary>
    [TestMethod]
    public void NetworksOfTheLiteratureAreBelowTheBoundOnImageNet()
    {
        const long Stem = 56_899_584, Preprocessing = 198_696_960, Reductions = 9_031_680, Classifier = 768_000;
        Architecture darts = new(KnownGenotypes.DARTS_V2(14), 48, StemKind.ImageNet);
        long depthwise = 26_078_976, pointwise = 238_436_352;
        Assert.AreEqual(Stem + Preprocessing + Reductions + depthwise + pointwise + Classifier, darts.MultiplyAdds(224, classes: 1000));
        Assert.AreEqual(4_718_752, darts.Parameters(classes: 1000));
        Architecture pdarts = new(KnownGenotypes.PDARTS(14), 48, StemKind.ImageNet);
        (depthwise, pointwise) = (31_761_408, 245_661_696);
        Assert.AreEqual(Stem + Preprocessing + Reductions + depthwise + pointwise + Classifier, pdarts.MultiplyAdds(224, classes: 1000));
        Assert.IsLessThan(600_000_000, darts.MultiplyAdds(224, classes: 1000));
        Assert.IsLessThan(600_000_000, pdarts.MultiplyAdds(224, classes: 1000));
    }

    /// <summary>Three cells of two channels, all skips but for one separable and one dilated convolution, by hand.</summary>
    [TestMethod]
    public void MultiplyAddsAreThoseCountedByHand()
    {
        const string Cell = "sep_conv_3x3:0 dil_conv_5x5:1 skip_connect:0 skip_connect:1 max_pool_3x3:0 avg_pool_3x3:1 skip_connect:2 skip_connect:3";
        Architecture small = new(Genotype.Parse($"{Cell}\n{Cell}\n{Cell}"), 2);
        const int Stem = 8 * 8 * 3 * 9 * 6; // to 3C = 6 channels
        // Preprocessings of 6 and 6 channels to 2 on 8 x 8; two depthwise 3 x 3 and a 5 x 5 with their pointwise ones.
        const int First = (64 * (12 + 12)) + (64 * ((2 * ((9 * 2) + 4)) + (25 * 2) + 4));
        // Reduction to 4 channels on 4 x 4: inputs of 6 and 8 channels on 8 x 8; node 1's skips are factorised reductions, node
        // 3's identities.
        const int Second = (64 * 4 * (6 + 8)) + (16 * ((2 * ((9 * 4) + 16)) + (25 * 4) + 16)) + (2 * 16 * 16);
        // Reduction to 8 channels on 2 x 2: 8 channels on 8 x 8 by a factorised reduction to 4 x 4, 16 on 4 x 4.
        const int Third = (16 * 8 * (8 + 16)) + (4 * ((2 * ((9 * 8) + 64)) + (25 * 8) + 64)) + (2 * 4 * 64);

        Assert.AreEqual(Stem + First + Second + Third, small.MultiplyAdds(8));
        Assert.AreEqual(Stem + First + Second + Third + (32 * 5), small.MultiplyAdds(8, classes: 5));
        Assert.AreEqual(4 * (Stem + First + Second + Third), small.MultiplyAdds(16), "each pixel costs the same");
        Assert.AreEqual((Stem / 3) + First + Second + Third, small.MultiplyAdds(8, imageChannels: 1));
        Assert.AreEqual(small.Parameters() + (32 * 5) + 5, small.Parameters(classes: 5));
    }

    [TestMethod]
    public void AnArchitectureIsReadBackFromItsText()
    {
        foreach (StemKind stem in Enum.GetValues<StemKind>())
        {
            Architecture one = new(KnownGenotypes.PDARTS(8), 16, stem);
            Architecture other = Architecture.Parse(one.ToString().Replace("\n", "\r\n", StringComparison.Ordinal));
            Assert.AreEqual(one, other);
            Assert.AreEqual((8, 16, stem), (other.Cells, other.InitialChannels, other.Stem));
        }

        Assert.AreNotEqual(new Architecture(KnownGenotypes.DARTS_V1(8), 16), new Architecture(KnownGenotypes.DARTS_V2(8), 16));
    }

    [TestMethod]
    [DataRow("", "first line of the architecture is ''")]
    [DataRow("sep_conv_3x3:0", "first line of the architecture is 'sep_conv_3x3:0'")]
    [DataRow("stem Vgg, 36 channels", "stem ImageNet, 48 channels")]
    [DataRow("stem Cifar, 36 channels", "genotype is empty")]
    [DataRow("stem Cifar, 35 channels\nCELL\nCELL\nCELL", "InitialChannels is 35; an even number from 2 to 1024")]
    [DataRow("stem Cifar, 36 channels\nCELL\nCELL", "Cells is 2; 3 to 64")]
    [DataRow("stem Cifar, 36 channels\nCELL\nsep_conv_9x9:0\nCELL", "Line 2, edge 1 of the genotype: Unknown operation 'sep_conv_9x9'. Known ones are: skip_connect")]
    [DataRow("stem Cifar, 36 channels\nCELL skip_connect:1", "Line 1 of the genotype: A cell has 8 edges")]
    [DataRow("stem Cifar, 36 channels\nskip_connect:0 skip_connect:7 CELL", "Line 1 of the genotype")]
    [DataRow("stem Cifar, 36 channels\n__import__('os').system('x')", "Line 1, edge 1 of the genotype is '__import__('os').system('x')'")]
    public void MalformedTextIsRefusedWithThePlace(string text, string expected)
    {
        string cell = KnownGenotypes.DARTS_V1(1).ToString();
        FormatException e = Assert.ThrowsExactly<FormatException>(
            () => Architecture.Parse(text.Replace("CELL", cell, StringComparison.Ordinal)));
        StringAssert.Contains(e.Message, expected);
    }

    [TestMethod]
    public void ImagesThatDoNotFitAreRefused()
    {
        Architecture large = new(KnownGenotypes.DARTS_V2(14), 4, StemKind.ImageNet), small = new(KnownGenotypes.DARTS_V2(8), 4);
        Assert.AreEqual((32, 4), (large.ImageSizeStep, small.ImageSizeStep));
        foreach ((Architecture one, int size, string expected) in new[]
        {
            (large, 32, "multiple of 32 from 64 on"), (large, 100, "Resize them to 96 x 96"), (small, 30, "multiple of 4 from 8 on"),
            (small, 0, "multiple of 4"), (small, -8, "multiple of 4"),
        })
        {
            ArgumentException e = Assert.ThrowsExactly<ArgumentException>(() => one.MultiplyAdds(size));
            StringAssert.Contains(e.Message, expected);
        }

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => small.MultiplyAdds(8, classes: -1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => small.Parameters(imageChannels: 2));
    }
}
