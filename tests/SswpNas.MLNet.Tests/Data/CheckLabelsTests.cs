using Microsoft.ML;

namespace SswpNas.MLNet.Tests.Data;

/// <summary>The questions that a fine-tuning asks of its labels, asked before a search.</summary>
[TestClass]
public sealed class CheckLabelsTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void GoodLabelsPass() =>
        _ml.SswpNas().CheckLabels(TestRow.View(_ml, 5, 2), "Label", FineTuneOptions.Laptop);

    [TestMethod]
    public void AClassWithOneLabelIsNamed()
    {
        IDataView data = _ml.SswpNas().MaskLabelsPerClass(TestRow.View(_ml, 5, 5), "Label", 1);

        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(
            () => _ml.SswpNas().CheckLabels(data, "Label", FineTuneOptions.Laptop));

        StringAssert.StartsWith(error.Message, "Class 'a' has 1 label, but one to train on and one for the validation part");
        _ml.SswpNas().CheckLabels(data, "Label", FineTuneOptions.Laptop with { LearningRates = [0.1] });
    }

    [TestMethod]
    public void OneClassIsRefused()
    {
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(
            () => _ml.SswpNas().CheckLabels(TestRow.View(_ml, 5, 0), "Label", FineTuneOptions.Laptop));

        StringAssert.Contains(error.Message, "labels of one class only, 'a'");
    }

    [TestMethod]
    public void OptionsThatCannotBeUsedAreRefusedFirst()
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => _ml.SswpNas().CheckLabels(TestRow.View(_ml, 5, 5), "Label", FineTuneOptions.Laptop with { BatchSize = 0 }));

        StringAssert.Contains(error.Message, "BatchSize is 0; 2 to 1000000 was expected.");
    }
}
