namespace SswpNas.MLNet.Tests.Fuzz;

[TestClass]
[DoNotParallelize]
[TestCategory("Fuzz")]
public sealed class TextFuzzTests
{
    private static readonly string[] _edges =
        ["sep_conv_3x3:0", "dil_conv_5x5:9", "skip_connect:-1", "none:0", "max_pool_3x3:2147483648", "avg_pool_3x3:", ":1", "sep_conv_5x5"];

    [TestMethod]
    public void AGenotypeIsReadOrRefused() => Fuzzing.Run(
        "genotype", LineEdits.Of(KnownGenotypes.DARTS_V2(cells: 5).ToString(), ' ', _edges),
        text => AssertRoundTrip(Genotype.Parse(text)), [typeof(FormatException)]);

    [TestMethod]
    public void AnArchitectureIsReadOrRefused()
    {
        string text = new Architecture(KnownGenotypes.DARTS_V1(cells: 4), initialChannels: 16).ToString();
        string[] words = [.. _edges, "stem", "ImageNet,", "99999", "0", "3", "1024", "channels"];
        Fuzzing.Run(
            "architecture", LineEdits.Of(text, ' ', words),
            input =>
            {
                Architecture read = Architecture.Parse(input);
                Assert.AreEqual(read.ToString(), Architecture.Parse(read.ToString()).ToString());
                AssertRoundTrip(read.Genotype);
            },
            [typeof(FormatException)]);
    }

    private static void AssertRoundTrip(Genotype read) => Assert.AreEqual(read, Genotype.Parse(read.ToString()));
}
