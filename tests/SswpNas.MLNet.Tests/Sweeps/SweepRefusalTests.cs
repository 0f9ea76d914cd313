namespace SswpNas.MLNet.Tests.Sweeps;

[TestClass]
public sealed class SweepRefusalTests : IDisposable
{
    private readonly TinySweep _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [TestMethod]
    public void EverythingThatIsWrongIsNamedAtOnce()
    {
        SweepOptions options = _tiny.Options with
        {
            Ratios = [0, 0.5, 1.5],
            Seeds = [1, 1],
            Initializations = [WeightInitialization.SimClrPretrained],
        };

        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => _tiny.Open(options));

        foreach (string part in new[]
        {
            "Ratios is 0; above 0, to 1 was expected.", "Ratios is 1.5; above 0, to 1 was expected.",
            "Seeds names one of its 2 twice", "Initializations names SimClrPretrained, but no pretrainResult was given; pass one",
        })
        {
            StringAssert.Contains(error.Message, part);
        }
    }

    [TestMethod]
    public void TooFewLabelsAreSaidBeforeTheFirstCell()
    {
        SweepOptions options = _tiny.Options with
        {
            Ratios = [0.5, 0.05],
            FineTune = _tiny.Options.FineTune with { LearningRates = [0.1, 0.2] },
        };

        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => _tiny.Open(options));

        StringAssert.StartsWith(error.Message, "With the ratio 0.05: Class '");
    }

    [TestMethod]
    public void ACellNumberOutOfRangeIsRefused()
    {
        ArgumentOutOfRangeException error =
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _tiny.Open().RunCell(TinySweep.Cells));

        StringAssert.StartsWith(error.Message, "The sweep has cells 0 to 7; one of them was expected.");
    }

    [TestMethod]
    public void NeitherTestDataNorFoldsAreRefused()
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => _tiny.Ml.SswpNas().LabelRatioSweep(_tiny.Train, Estimators.Tiny.Found, _tiny.Options));

        StringAssert.Contains(error.Message, "There are neither test data nor Folds");
    }
}
