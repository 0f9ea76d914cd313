using Microsoft.ML;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Search;

namespace SswpNas.MLNet.Tests.Estimators;

/// <summary>What bad input to the whole method is answered with, word by word.</summary>
[TestClass]
public sealed class BadInputMessageTests
{
    private const string AnotherNetwork =
        "The pre-training ('there') is of another network than the search result ('here'). Pre-train this search's result, or pass "
        + "the search that was pre-trained. What differs:";

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(
        "CELL\nsep_conv_3x3:0 sep_conv_9x9:1",
        "Line 2, edge 2 of the genotype: Unknown operation 'sep_conv_9x9'. Known ones are: skip_connect, max_pool_3x3, avg_pool_3x3, "
        + "sep_conv_3x3, sep_conv_5x5, dil_conv_3x3, dil_conv_5x5.")]
    [DataRow(
        "sep_conv_3x3:0 skip_connect 1",
        "Line 1, edge 2 of the genotype is 'skip_connect'; an edge such as 'sep_conv_3x3:0' was expected.")]
    [DataRow(
        "CELL\nsep_conv_3x3:0 sep_conv_3x3:1",
        "Line 2 of the genotype: A cell has 8 edges, two a node; 2 came. (Parameter 'edges')")]
    public void AGenotypeThatIsNone(string text, string expected) => Says<FormatException>(
        expected, () => Genotype.Parse(text.Replace("CELL", KnownGenotypes.DARTS_V2(1).ToString(), StringComparison.Ordinal)));

    [TestMethod]
    public void AGenotypeOfAnotherNumberOfCells()
    {
        using SavedResult files = new();
        files.Alter("result.json", "\"cells\": 3", "\"cells\": 4");
        Assert.AreEqual(
            $"The file '{files.PathOf("result.json")}' has a genotype of 3 cells; 4 cells was expected.", files.Refusal());

        FoundNetwork network = Tiny.Found.Network;
        Genotype longer = new([.. network.Genotype.Cells, network.Genotype.Cells[0]]);
        FoundNetwork other = network with { Macro = network.Macro with { Cells = 4 }, Genotype = longer };
        Says<ArgumentException>(
            $"{AnotherNetwork}\n- cell 3: {network.Genotype.Cells[0]} there, nothing here"
            + "\n- cells: 4 of 4 channels (Cifar stem) on images of 3 x 8 x 8 there, 3 of 4 channels (Cifar stem) on images of 3 x 8 x 8 here",
            () => FineTunePretrained(other));
    }

    [TestMethod]
    public void PretrainedWeightsThatDoNotFit()
    {
        FoundNetwork network = Tiny.Found.Network;
        Dictionary<string, TensorValue> weights = new(network.Weights);
        string second = weights.Keys.ElementAt(1), third = weights.Keys.ElementAt(2);
        weights[second] = new TensorValue([3], [1, 2, 3]);
        weights[third] = new TensorValue([2], [1, 2]);
        Says<ArgumentException>(
            AnotherNetwork + string.Concat(new[] { (second, "[3]"), (third, "[2]") }.OrderBy(t => t.Item1, StringComparer.Ordinal).Select(t =>
                $"\n- shape of '{t.Item1}': {t.Item2} there, [{string.Join(", ", network.Weights[t.Item1].Shape)}] here")),
            () => FineTunePretrained(network with { Weights = weights }));

        weights.Remove(second);
        weights[third] = network.Weights[third];
        Says<ArgumentException>(
            $"{AnotherNetwork}\n- shape of '{second}': nothing there, [{string.Join(", ", network.Weights[second].Shape)}] here",
            () => FineTunePretrained(network with { Weights = weights }));
    }

    [TestMethod]
    public void ASupervisedSearchWithoutLabels()
    {
        SearchOptions supervised = Tiny.Search with { Objective = SearchObjective.Supervised };
        Says<ArgumentException>(
            "The search options cannot be used:\n- Objective is Supervised, but no label column was named; give Search a labelColumnName.",
            () => _ml.SswpNas().Search(options: supervised));
    }

    [TestMethod]
    [DataRow(-0.01, "-0.01")]
    [DataRow(1.01, "1.01")]
    [DataRow(double.NaN, "NaN")]
    public void AByolMomentumOutsideOfZeroToOne(double momentum, string came)
    {
        SearchOptions byol = Tiny.Search with { Objective = SearchObjective.Byol, Byol = new ByolOptions { Momentum = momentum } };
        Says<ArgumentException>(
            $"The search options cannot be used:\n- Byol.Momentum is {came}; 0 to 1 was expected.", () => _ml.SswpNas().Search(options: byol));
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(1.0)]
    public void ABoundOfTheByolMomentumIsInside(double momentum) => Assert.IsNotNull(_ml.SswpNas().Search(
        options: Tiny.Search with { Objective = SearchObjective.Byol, Byol = new ByolOptions { Momentum = momentum } }));

    [TestMethod]
    public void AFileThatIsCutOff()
    {
        using TestFolder folder = new();
        string ten = folder.Write("data_batch_1.bin", new byte[(4 * 3073) + 100]);
        Says<InvalidDataException>(
            $"'{ten}' has 12392 bytes: its record 5 ends after 100 of 3073 bytes. The file is cut off, or not of the binary version of "
            + "CIFAR-10; download it again.",
            () => _ml.SswpNas().LoadCifar10(folder.Root));
        string hundred = folder.Write("train.bin", new byte[3073]);
        Says<InvalidDataException>(
            $"'{hundred}' has 3073 bytes: its record 1 ends after 3073 of 3074 bytes. The file is cut off, or not of the binary version "
            + "of CIFAR-100; download it again.",
            () => _ml.SswpNas().LoadCifar100(folder.Root));
    }

    [TestMethod]
    public void TrainingOptionsOutOfRangeByTheirOwnNames() => Says<ArgumentException>(
        "The train options cannot be used:\n- Epochs is 0; 1 to 1000000 was expected.\n- LearningRate is -1; a number above 0 was expected.",
        () => _ml.SswpNas().Train(new Architecture(KnownGenotypes.DARTS_V1(3), 4), options: new TrainOptions { Epochs = 0, LearningRate = -1 }));

    private ConcomitantFineTuneTransformer FineTunePretrained(FoundNetwork trained) => _ml.SswpNas().FineTune(
        options: Tiny.FineTune with { Initialization = WeightInitialization.SimClrPretrained }, searchResult: Tiny.Found,
        pretrainResult: new PretrainResult(trained, [])).Fit(new Stripes().View(_ml));

    private static void Says<T>(string expected, Func<object?> action)
        where T : Exception =>
        Assert.AreEqual(expected.ReplaceLineEndings(), Assert.ThrowsExactly<T>(() => action()).Message);
}
